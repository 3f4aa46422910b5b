"""The erosion-carbon simulator: water, sediment and carbon, every gram accounted for.

The mechanistic model of Lu et al. 2024 (JAMES, e2023MS003916): IBIS carbon pools, ANSWERS hydrology
and WEPP erosion in ten soil layers with frost, linked from cell to cell by D8 routing.

    forcing = Forcing(region, geometry, elevation_m, cover, ...)
    result = simulate(forcing, Settings(), first_year=2001, n_years=1)
    result.grid("soc_erosion")        # of the last year, g C m-2 yr-1

`Settings` chooses laws, `parameters.TABLES` lists every number with unit, bounds and source.
"""

from .equations import EQUATIONS
from .forcing import CellGeometry, Forcing
from .parameters import KNOBS, TABLES, Parameters, make_parameters
from .result import Result, simulate
from .settings import Settings
from .simulation import Simulation
from .year import Year

__all__ = [
    "EQUATIONS",
    "KNOBS",
    "TABLES",
    "CellGeometry",
    "Forcing",
    "Parameters",
    "Result",
    "Settings",
    "Simulation",
    "Year",
    "make_parameters",
    "simulate",
]
