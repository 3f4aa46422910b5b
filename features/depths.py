"""Depth intervals below the soil surface and their short names (``0_10`` for 0-10 cm)."""

from __future__ import annotations

DepthInterval = tuple[float, float]
"""Top and bottom in cm, positive downward from the surface."""


def depth_key(interval: DepthInterval) -> str:
    """Return the name used in columns and files, such as ``0_10`` for (0, 10) cm."""
    return "_".join(f"{edge:g}" for edge in interval)


def depth_label(interval: DepthInterval) -> str:
    """Return the name used on plots and in text, such as ``0–10 cm``."""
    return f"{interval[0]:g}–{interval[1]:g} cm"
