"""What basins like those of Lu et al. 2024 give: bands to hold simulated basins against."""

from __future__ import annotations

from typing import NamedTuple


class Band(NamedTuple):
    """Least and largest plausible value of a quantity of `basins.basin_summary`."""

    lowest: float
    highest: float

    def holds(self, value: float) -> bool:
        """Whether a value lies within; not a number never does."""
        return self.lowest <= value <= self.highest


PRECIPITATION_MM = {"forest": 581.0, "grassland": 457.0, "cropland": 639.0}
"""Lu et al. 2024: what falls on Chenming, Kumotun and Wudaogou in a year."""
RUNOFF_COEFFICIENT = {"forest": 0.48, "grassland": 0.28, "cropland": 0.33}
"""The same: runoff over precipitation."""
NET_SOIL_EROSION_G_M2 = {"forest": 16.68, "grassland": 17.28, "cropland": 167.42}
"""The same: sediment that left the basins, g m-2 yr-1."""
COEFFICIENT_MARGIN = 0.1
EROSION_MARGIN = 0.5
"""Relative: half to one and a half times."""
EVERYWHERE = {
    "gross_soc_erosion_of_npp": Band(0.001, 0.02),
    "land_deposition_share": Band(0.47, 0.80),
}
"""0.27-1.45 % of production in their basins; 47-57 % (Wang et al. 2019) to 63-80 % (Lu et al. 2024)
of the eroded soil."""


def bands_of(cover: str) -> dict[str, Band]:
    """Return the bands of a basin by the class that dominates it.

    Parameters
    ----------
    cover : str
        Land-cover class; other than forest, grassland and cropland have only `EVERYWHERE`.

    Returns
    -------
    dict of str to Band
        By quantity of `basins.basin_summary`.
    """
    bands = dict(EVERYWHERE)
    if cover in RUNOFF_COEFFICIENT:
        coefficient, erosion = RUNOFF_COEFFICIENT[cover], NET_SOIL_EROSION_G_M2[cover]
        bands["runoff_coefficient"] = Band(
            coefficient - COEFFICIENT_MARGIN, coefficient + COEFFICIENT_MARGIN
        )
        bands["net_soil_erosion_g_m2"] = Band(
            (1.0 - EROSION_MARGIN) * erosion, (1.0 + EROSION_MARGIN) * erosion
        )
    return bands
