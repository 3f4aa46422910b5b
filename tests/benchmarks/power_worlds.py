"""Synthetic worlds for `bench_hybrid_power`: their sites, and what is known of the sites' cells."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from features.stack import Stack
from features.variables import Variable
from features.virtual_landscape.world import make_world
from features.virtual_landscape.world_lattice import WorldLattice
from models.design import Design, FloatArray, IntArray
from models.erosion_carbon import Forcing, Settings, simulate
from models.erosion_carbon.erosion.parameters import EROSION
from models.erosion_carbon.erosion.subgrid_slope import hillslope_slope
from models.erosion_carbon.input_features import input_features
from models.erosion_carbon.knob_samples import knob_samples, with_knobs
from models.erosion_carbon.parameters import KNOBS
from models.erosion_carbon.physics_features import PHYSICS_FEATURES, feature_values
from models.erosion_carbon.vegetation import COVER_NAMES
from models.hybrid import SiteFeatures
from pipeline.config import load_manifest
from pipeline.design_table import read_design, read_sites_table
from pipeline.physics_features import GROUPS, withheld_inputs
from pipeline.progress import silent
from pipeline.run import run_stages
from pipeline.run_paths import RunPaths
from pipeline.simulate import files_of
from pipeline.simulator_forcing import MARGIN, prepare_forcing

Places = npt.NDArray[np.int64]
YEAR, N_YEARS = 2001, 3
SHARES = (0.0, 0.1, 0.3)
OTHER_WEATHER = 1000
"""Added to the seed of the weather generator for nature's run."""


@dataclass(frozen=True)
class Sites:
    """Sites of a world.

    Parameters
    ----------
    design : Design
        Their SOCD and covariates.
    cells : array of int64 (n, 2)
        Row and column of each in the run's grid.
    """

    design: Design
    cells: Places


@dataclass(frozen=True)
class CellKnowledge:
    """What is known of cells, one row each.

    Parameters
    ----------
    physics : SiteFeatures
        Features of the default run, as stage four offers them.
    inputs : SiteFeatures
        What drives the simulator.
    redistribution : array (n,)
        The world's true one, by its formula.
    natural_lateral_carbon : array (n,)
        Net lateral carbon by another law of erosion, g C m-2 yr-1.
    """

    physics: SiteFeatures
    inputs: SiteFeatures
    redistribution: FloatArray
    natural_lateral_carbon: FloatArray

    def rows(self, at: IntArray) -> CellKnowledge:
        """Return the same of some rows."""
        return CellKnowledge(
            SiteFeatures(self.physics.values[at], self.physics.variables),
            SiteFeatures(self.inputs.values[at], self.inputs.variables),
            self.redistribution[at],
            self.natural_lateral_carbon[at],
        )


def sites_of_world(seed: int, resolution_m: int, n: int, share: float) -> Sites:
    """Return the sites of a world, from a run of stage 1."""
    settings = [*overrides(seed, resolution_m, n, share), "model.schemes=[random, spatial]"]
    with tempfile.TemporaryDirectory() as folder:
        paths = RunPaths(run_stages(None, Path(folder), ("features",), settings, progress=silent()))
        table, grid = read_sites_table(paths), Stack.open(paths.stack).grid
        cells = np.column_stack(grid.row_col(table["x"], table["y"]))
        return Sites(read_design(paths), cells)


def overrides(seed: int, resolution_m: int, n: int, share: float) -> list[str]:
    """Return the settings of a world and its sites."""
    return [
        f"virtual.seed={seed}",
        f"virtual.resolution_m={resolution_m}",
        f"virtual.n_sites={n}",
        f"virtual.redistribution_share={share}",
    ]


def knowledge_of_cells(places: Places, seed: int, resolution_m: int) -> CellKnowledge:
    """Return what is known of cells (row, column), each simulated by itself.

    A lattice of distant points has no rivers. Slope and wetness are those of the 1 km cell there.
    """
    world, lattice = make_world(seed, max(SHARES)), WorldLattice(resolution_m)
    local = {name: lattice.sample(getattr(world.relief, name)) for name in ("slope", "wetness")}
    forcing = _forcing_of(places, seed, resolution_m, local["slope"].astype(np.float64))
    rows, cols = places.T
    at = (rows + MARGIN, cols + MARGIN)
    physics = _means(forcing, Settings(), tuple(PHYSICS_FEATURES))
    natural = _means(forcing, natural_settings(seed), ("lateral_carbon",))
    known = {each.id: each.values[at] for each in input_features(forcing)}
    known["wetness"] = local["wetness"][rows, cols]
    redistribution = lattice.sample(world.carbon.redistribution)[rows, cols]
    return CellKnowledge(
        _table("physics", {name: feature_values(name, physics[name][at]) for name in physics}),
        _table("inputs", known),
        np.asarray(redistribution, dtype=np.float64),
        natural["lateral_carbon"][at],
    )


def natural_settings(seed: int) -> Settings:
    """Return how nature erodes: by the laws of ANSWERS, with other knobs and other weather."""
    (knobs,) = knob_samples(Settings(), 1, seed, KNOBS)
    laws = replace(Settings(), erosion="answers", seed=Settings.seed + OTHER_WEATHER + seed)
    return with_knobs(laws, knobs)


def naturally_redistributed(
    sites: Sites, lateral_carbon: FloatArray, share: float
) -> tuple[Design, FloatArray]:
    """Return sites whose SOCD of the modelled depth has a share of variance from lateral carbon.

    Lateral carbon, bent so that a few gullied cells do not make up all of it, is made uncorrelated
    with the sites' own SOCD; mean and SD stay.

    Parameters
    ----------
    lateral_carbon : array (n,)
        g C m-2 yr-1, at the sites.
    share : float
        0 to 1.

    Returns
    -------
    design : Design
        The sites.
    moved : array (n,)
        What the lateral carbon adds, mean 0 and SD 1.
    """
    observed = sites.design.targets[:, 0]
    own = _standardised(observed)
    bent = _standardised(np.arcsinh(lateral_carbon / np.median(np.abs(lateral_carbon))))
    moved = _standardised(bent - np.mean(bent * own) * own)
    mixed = np.sqrt(1 - share) * own + np.sqrt(share) * moved
    targets = sites.design.targets.copy()
    targets[:, 0] = observed.mean() + observed.std() * mixed
    return replace(sites.design, targets=targets), moved


def _standardised(values: FloatArray) -> FloatArray:
    return np.asarray((values - values.mean()) / values.std())


def _forcing_of(places: Places, seed: int, resolution_m: int, slope: FloatArray) -> Forcing:
    """Return the forcing of cells alone, with the slope (m per m) of the 1 km cells there."""
    with tempfile.TemporaryDirectory() as folder:
        loaded = load_manifest(None, overrides(seed, resolution_m, len(places), max(SHARES)))
        sources, _ = withheld_inputs(files_of(loaded, Path(folder), silent()))
        forcing = prepare_forcing(sources, [YEAR], lambda _: None).forcing
    alone = np.zeros_like(forcing.region)
    alone[tuple(places.T + MARGIN)] = True
    steepened = hillslope_slope(slope, 1000.0, EROSION.defaults)
    return replace(
        forcing, region=alone & forcing.region, hillslope_slope=np.pad(steepened, MARGIN)
    )


def _means(forcing: Forcing, settings: Settings, names: tuple[str, ...]) -> dict[str, FloatArray]:
    """Return means over the simulated years as grids."""
    result = simulate(forcing, settings, YEAR, N_YEARS)
    return {
        name: np.mean([result.grid(name, year) for year in range(N_YEARS)], axis=0)
        for name in names
    }


def _table(group: str, values: dict[str, npt.NDArray[np.floating]]) -> SiteFeatures:
    """Return columns as a table; those that are the same everywhere teach nothing."""
    kept = {name: each for name, each in values.items() if np.ptp(each) > 0}
    columns = np.column_stack(list(kept.values())).astype(np.float64)
    return SiteFeatures(columns, tuple(_variable(group, name) for name in kept))


def _variable(group: str, name: str) -> Variable:
    if name == "land_cover":
        classes = dict(enumerate(COVER_NAMES))
        return Variable(f"{group}_{name}", "categorical", "other", name, "1", classes)
    return Variable(f"{group}_{name}", "continuous", GROUPS[group], name)
