"""What a simulated year gives for every cell: names, units, meaning, and the equation behind."""

from __future__ import annotations

from typing import NamedTuple


class Quantity(NamedTuple):
    """One output of a year.

    Parameters
    ----------
    unit : str
        Unit.
    meaning : str
        What it is.
    source : str
        Equation or section it follows.
    """

    unit: str
    meaning: str
    source: str


LU = "Lu et al. 2024"
SUMS: dict[str, Quantity] = {
    "precipitation": Quantity("mm/yr", "rain and snow", "forcing"),
    "evapotranspiration": Quantity("mm/yr", "from leaves, soil and roots", "FAO-56, Hargreaves"),
    "runoff": Quantity("mm/yr", "all water that the cell gives to its channel", "ANSWERS"),
    "overland_runoff": Quantity("mm/yr", "of it over the surface", "Green-Ampt, kinematic wave"),
    "soil_erosion": Quantity("kg/m2/yr", "gross detachment on the hillslopes", f"WEPP; {LU} 2.2"),
    "soil_deposition": Quantity(
        "kg/m2/yr", "settled on hillslopes and in the cell's channel and floodplain", "WEPP; Camp"
    ),
    "soc_erosion": Quantity("g C/m2/yr", "gross organic carbon in eroded soil", f"{LU}, Eq. 23"),
    "soc_deposition": Quantity("g C/m2/yr", "organic carbon settled", f"{LU}, Eq. 25"),
    "doc_export": Quantity("g C/m2/yr", "dissolved carbon in overland runoff", f"{LU}, Eq. 17"),
    "poc_export": Quantity(
        "g C/m2/yr", "particulate carbon that reached the cell's channel", f"{LU}, Eqs. 18, 23"
    ),
    "npp": Quantity("g C/m2/yr", "net primary production", "forcing"),
    "harvest": Quantity("g C/m2/yr", "production carried off fields", "cover table"),
    "respiration": Quantity("g C/m2/yr", "of litter, soil and dissolved carbon", "IBIS; Eq. 15"),
    "transit_respiration": Quantity("g C/m2/yr", "of eroded carbon on its way", "review, 20-40 %"),
    "snow_cover_days": Quantity("day/yr", "days with snow water above 10 mm", "degree-day"),
}
"""Added up over the days of a year."""

STATES: dict[str, Quantity] = {
    "soc_0_10": Quantity("kg C/m2", "organic carbon 0-10 cm, litter on the ground left out", LU),
    "soc_0_30": Quantity("kg C/m2", "organic carbon 0-30 cm", LU),
    "soc_0_50": Quantity("kg C/m2", "organic carbon 0-50 cm", LU),
    "soc_0_100": Quantity("kg C/m2", "organic carbon 0-100 cm", LU),
    "soc_total": Quantity("kg C/m2", "organic carbon 0-400 cm", LU),
    "litter": Quantity("kg C/m2", "leaf and wood litter on the ground", "IBIS"),
    "dissolved_carbon": Quantity("g C/m2", "dissolved and sorbed, 0-400 cm", f"{LU}, Eqs. 5-16"),
    "lateral_carbon": Quantity(
        "g C/m2/yr", "settled less eroded and dissolved", f"{LU}, Eqs. 17, 23-25"
    ),
    "turnover_time": Quantity("yr", "carbon 0-100 cm over the year's respiration", "own"),
    "soil_moisture": Quantity("m3/m3", "mean water content 0-30 cm, ice included", "cascade"),
    "soil_moisture_driest": Quantity("m3/m3", "of the driest month", "cascade"),
    "freeze_thaw_days": Quantity(
        "day/yr", "days on which the top 5 cm are above and below 0 degC", "heat equation"
    ),
    "frozen_days": Quantity("day/yr", "days whose mean in the top 5 cm is below 0 degC", "heat"),
    "thaw_onset": Quantity(
        "1", "day of the year of the first lasting thaw of the top 5 cm; 366 where there is none",
        "5 days above 0 degC",
    ),
    "thaw_depth": Quantity(
        "m", "deepest 0 degC isotherm; the active layer where permafrost is 1, else the depth of "
        "seasonal thaw, 30.4 m where all of the column is thawed", "heat equation with freezing",
    ),
    "permafrost": Quantity("1", "1 where some depth stayed frozen all year, else 0", "heat"),
}  # fmt: skip
"""At the end of the year, and means over it."""
