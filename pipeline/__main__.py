"""``python -m pipeline`` is the command ``solum``."""

from .cli import main

main()
