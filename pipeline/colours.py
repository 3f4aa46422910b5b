"""Colours for maps and figures: perceptually uniform ramps and colour-blind-safe classes.

The ramps are samples of matplotlib's colour maps of the same name, written out so that styling a
GeoTIFF does not import matplotlib.
"""

from __future__ import annotations

from itertools import cycle, islice

RAMPS: dict[str, tuple[str, ...]] = {
    "viridis": (
        "#440154",
        "#482475",
        "#414487",
        "#355f8d",
        "#2a788e",
        "#21918c",
        "#22a884",
        "#44bf70",
        "#7ad151",
        "#bddf26",
        "#fde725",
    ),
    "magma_r": (
        "#fcfdbf",
        "#fecf92",
        "#fe9f6d",
        "#f7705c",
        "#de4968",
        "#b5367a",
        "#8c2981",
        "#641a80",
        "#3b0f70",
        "#140e36",
        "#000004",
    ),
    "PuOr": (
        "#7f3b08",
        "#b25706",
        "#e08214",
        "#fcb761",
        "#fee0b6",
        "#f6f6f7",
        "#d8daeb",
        "#b1aad1",
        "#8073ac",
        "#532687",
        "#2d004b",
    ),
}

OKABE_ITO = ("#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#f0e442", "#000000")
"""Okabe & Ito (2008), Color universal design; the first four differ in grey too."""

BAND_RAMPS = {
    "mean": "viridis",
    "ci_lower": "viridis",
    "ci_upper": "viridis",
    "pi_lower": "viridis",
    "pi_upper": "viridis",
    "sd": "magma_r",
    "uncertainty": "magma_r",
}
"""Ramp by band of a depth: levels of the target in viridis, measures of doubt in magma."""


def class_colours(n: int) -> tuple[str, ...]:
    """Return `n` colours for classes, repeating after eight."""
    return tuple(islice(cycle(OKABE_ITO), n))
