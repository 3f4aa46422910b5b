"""The whole virtual world of one seed, made in the order in which nature would."""

from __future__ import annotations

from dataclasses import dataclass

from .climate import Climate, make_climate
from .plant_cover import PlantCover, make_plant_cover
from .relief import Relief, make_relief
from .soil_grids import SoilGrids, make_soil_grids
from .true_carbon import TrueCarbon, make_true_carbon
from .world_lattice import WorldLattice


@dataclass(frozen=True)
class World:
    """Everything there is to know about a virtual world, on its 1 km lattice."""

    relief: Relief
    climate: Climate
    cover: PlantCover
    soil: SoilGrids
    carbon: TrueCarbon


def make_world(seed: int, redistribution_share: float) -> World:
    """Return the world of a seed.

    Parameters
    ----------
    seed : int
        Which realisation of every random field.
    redistribution_share : float
        Share of the variance of true SOCD 0-10 cm that comes from hillslope redistribution.
    """
    region = WorldLattice().region
    relief = make_relief(seed, region)
    climate = make_climate(seed, relief, region)
    cover = make_plant_cover(seed, relief, climate, region)
    soil = make_soil_grids(seed, climate, cover, region)
    carbon = make_true_carbon(seed, redistribution_share, relief, climate, cover, soil, region)
    return World(relief, climate, cover, soil, carbon)
