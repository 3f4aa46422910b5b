"""How the simulator runs: which laws hold, for how long, and with which numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ErosionLaw = Literal["wepp", "answers", "musle", "rusle_watem"]
InfiltrationLaw = Literal["green_ampt", "holtan"]
CapacityLaw = Literal["shear", "govers", "yalin"]
CarbonModel = Literal["ibis", "rothc", "mend"]
ProfileScheme = Literal["layerwise", "lu2024"]
EnrichmentLaw = Literal["none", "menzel", "watem_c"]
BurialLaw = Literal["none", "deposited", "attenuated"]
EvaporationLaw = Literal["hargreaves", "priestley_taylor"]


@dataclass(frozen=True)
class Settings:
    """Choices of a run; every default is the one of Lu et al. 2024 or explained.

    Parameters
    ----------
    erosion : str
        ``wepp`` (Lu et al. 2024), ``answers`` (its original equations), ``musle`` (SCS curve number
        and MUSLE by day, as in SWAT and DNDC) or ``rusle_watem`` (RUSLE by year with WaTEM
        deposition, as in SPEROS-C; what reaches a channel never settles).
    infiltration : str
        ``green_ampt`` (ANSWERS-2000) or ``holtan`` (ANSWERS-1981); ``musle`` has its curve number.
    capacity : str
        Transport capacity on hillslopes, under ``wepp``: ``shear``, ``govers`` or ``yalin``.
    carbon : str
        ``ibis`` (Lu et al. 2024), ``rothc`` or ``mend``.
    profile : str
        ``layerwise``, or ``lu2024`` whose top 15 cm are one block (24 % too little export).
    enrichment : str
        Carbon of sediment over that of its soil.
    burial : str
        Where buried carbon decomposes more slowly.
    evaporation : str
        Potential evapotranspiration.
    deposits_in_channels : bool
        False: what reaches a channel never settles, the "teleport" of Lu et al. 2024.
    hillslope_nodes : int
        Nodes from divide to foot.
    seed : int
        Of the weather generator.
    spin_up_years : int
        Repetitions of the first year in representative columns, for water and soil heat, with
        looks ahead; carbon is solved for.
    parameters : mapping of process to mapping of name to value
        Changes of `parameters.TABLES`.
    """

    erosion: ErosionLaw = "wepp"
    infiltration: InfiltrationLaw = "green_ampt"
    capacity: CapacityLaw = "shear"
    carbon: CarbonModel = "ibis"
    profile: ProfileScheme = "layerwise"
    enrichment: EnrichmentLaw = "none"
    burial: BurialLaw = "deposited"
    evaporation: EvaporationLaw = "hargreaves"
    deposits_in_channels: bool = True
    hillslope_nodes: int = 5
    seed: int = 1
    spin_up_years: int = 10
    parameters: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
