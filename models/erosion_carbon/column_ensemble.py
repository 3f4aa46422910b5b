"""An ensemble of columns over its knobs: how far the simulator's numbers are certain.

columns = columns_of(forcing, cells, state, settings, year)
members = [run_member(columns, with_knobs(settings, knobs))
           for knobs in knob_samples(settings, 50, seed)]            # anything may map it

A member is a few hundred cells by themselves. They begin with the water and heat that the default
run has spun up, live through one year with the member's knobs, take the carbon in equilibrium with
it, and run the year again. What differs from the landscape's own run: no water, soil or carbon
comes from cells upstream, and what reaches a channel is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from .column_forcing import IndexArray, forcing_of_columns
from .forcing import Forcing
from .parameters import make_parameters
from .settings import Settings
from .simulation import Simulation
from .soil_columns import FloatArray
from .state import State

G_PER_KG = 1000.0
OF_CHANNELS = ("water.channel_m3", "suspended_kg", "poc_in_channel_g", "doc_in_channel_g")
"""Parts of the state that a column by itself does not have."""


@dataclass(frozen=True)
class Columns:
    """Cells by themselves, ready for any number of members.

    Parameters
    ----------
    forcing : Forcing
        Of `forcing_of_columns`.
    state : mapping of str to array (m, ...)
        Of the default run after its spin-up, in the order of the cells.
    year : int
        Whose weather the members have.
    """

    forcing: Forcing
    state: Mapping[str, npt.NDArray[Any]]
    year: int


@dataclass(frozen=True)
class ColumnMember:
    """What a member says of the columns.

    Parameters
    ----------
    soil_kg_m2 : array (m, 10)
        Organic carbon of the layers, kg C m-2.
    values : dict of str to array (m,)
        Every quantity of `quantities`.
    """

    soil_kg_m2: FloatArray
    values: dict[str, FloatArray]


def columns_of(
    forcing: Forcing,
    cells: IndexArray,
    state: Mapping[str, npt.NDArray[Any]],
    settings: Settings,
    year: int,
) -> Columns:
    """Take cells out of a landscape.

    Parameters
    ----------
    forcing : Forcing
        Of the landscape.
    cells : array of int (m,)
        Positions in the flattened grid.
    state : mapping of str to array (m, ...)
        `State.arrays` of these cells after the landscape's spin-up.
    settings : Settings
        Of the landscape's run.
    year : int
        The year of its spin-up.
    """
    erosion = make_parameters(settings.parameters, settings.carbon).erosion
    apart = {name: np.zeros_like(each) if name in OF_CHANNELS else each
             for name, each in state.items()}  # fmt: skip
    return Columns(forcing_of_columns(forcing, cells, erosion), apart, year)


def run_member(columns: Columns, settings: Settings) -> ColumnMember:
    """Run the columns with the knobs of one member.

    Parameters
    ----------
    columns : Columns
        Of `columns_of`.
    settings : Settings
        Those of the landscape, `with_knobs`.

    Raises
    ------
    LedgerError
        Where a balance does not close: a fault of the program.
    """
    simulation = Simulation(columns.forcing, replace(settings, deposits_in_channels=False))
    place = simulation.landscape.network.cell_of // 2
    in_order = {name: np.ascontiguousarray(each[place]) for name, each in columns.state.items()}
    simulation.state = State.from_arrays(in_order)
    simulation.settle(columns.year)
    values = {
        name: _by_cell(each, place)
        for name, each in simulation.run_year(columns.year).values.items()
    }
    soil_kg_m2 = _by_cell(simulation.state.soil.sum(axis=2) / G_PER_KG, place)
    return ColumnMember(soil_kg_m2, values)


def _by_cell(in_order: FloatArray, place: IndexArray) -> FloatArray:
    """Return values of the processing order in the order of the cells."""
    by_cell = np.empty_like(in_order)
    by_cell[place] = in_order
    return by_cell
