"""A virtual Northeast-China-like landscape: synthetic rasters, sites and the true carbon map.

What real data never show, the true value everywhere, is known here, so errors and the coverage of
intervals can be read off. Nothing in it is a measurement, and every file says so.
"""

from .writing import write_virtual_landscape

__all__ = ["write_virtual_landscape"]
