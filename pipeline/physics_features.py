"""Physics features: what one uncalibrated simulation says of every cell, ready to be learned from.

They come from relief, climate, land cover, texture and plants alone, by an equilibrium spin-up. No
site's carbon enters them, nor a map that was predicted from soil profiles (`withheld_inputs`), so
they are the same in all folds.
"""

from __future__ import annotations

import dataclasses
import json
from typing import NamedTuple

import numpy as np
import pandas as pd
import rasterio

from features.grid import Grid
from features.screening import screen
from features.stack import Stack
from features.terrain import terrain_attribute
from features.variables import Variable, VariableGroup, VariableKind
from models.erosion_carbon.input_features import InputFeature, input_features
from models.erosion_carbon.physics_features import PHYSICS_FEATURES, feature_values
from models.hybrid import SiteFeatures
from models.settings import ScreeningSettings

from .config import LoadedManifest
from .design_table import read_design, read_sites_table
from .feature_maps import FeatureMaps
from .maps import CLASSES_TAG
from .run_paths import RunPaths
from .schemas import STAGE4_TABLES
from .simulated_cells import MARGIN
from .simulator_forcing import PreparedForcing
from .simulator_paths import SimulatorPaths
from .store import read_table, write_table

FROM_PROFILES = ("organic_matter", "bulk_density")
"""Inputs whose maps are predicted from soil profiles, with their carbon or beside it."""
GROUPS: dict[str, VariableGroup] = {"physics": "physics", "inputs": "other"}
"""Driver group of the features of each table."""


class PhysicsScreening(NamedTuple):
    """What screening says of the physics features.

    Parameters
    ----------
    kept : tuple of str
        Those that pass beside the candidate covariates.
    n_outside : int
        Sites that lie outside the region, where nothing is simulated: they are screened with
        nothing and compared with nothing.
    """

    kept: tuple[str, ...]
    n_outside: int


def withheld_inputs(sources: LoadedManifest) -> tuple[LoadedManifest, tuple[str, ...]]:
    """Return the manifest without inputs that know soil profiles, and the names of those."""
    forcing = sources.manifest.forcing
    withheld = tuple(name for name in FROM_PROFILES if name in forcing)
    kept = {name: given for name, given in forcing.items() if name not in withheld}
    manifest = sources.manifest.model_copy(update={"forcing": kept})
    return dataclasses.replace(sources, manifest=manifest), withheld


def write_physics(paths: RunPaths, simulated: SimulatorPaths, grid: Grid, *, virtual: bool) -> None:
    """Write ``physics/<id>.tif`` and ``physics.csv``, one map after the other in memory.

    `grid` is that of the simulation.
    """
    stack = Stack.open(paths.stack)
    maps = FeatureMaps(paths.physics, stack.grid, grid, stack.region(), virtual)
    rows = []
    for name, feature in PHYSICS_FEATURES.items():
        quantity = feature.quantity
        with rasterio.open(simulated.map(name)) as dataset:
            values = feature_values(name, dataset.read(1))
        tags = {"source": quantity.source, "codes": feature.codes}
        row = maps.write(name, values, quantity.unit, quantity.meaning, tags=tags)
        row |= {"source": quantity.source, "codes": feature.codes}
        rows.append(row | {"chosen": row["min"] != row["max"]})  # nothing is learned of a constant
    _write(paths, "physics", rows)


def write_inputs(paths: RunPaths, prepared: PreparedForcing, *, virtual: bool) -> None:
    """Write ``inputs/<id>.tif`` and ``inputs.csv``: what the simulator was given."""
    stack = Stack.open(paths.stack)
    maps = FeatureMaps(paths.simulator_inputs, stack.grid, prepared.grid, stack.region(), virtual)
    inner = (slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    simulated = prepared.forcing.region[inner]
    rows = []
    for each in (*_terrain(prepared), *input_features(prepared.forcing)):
        values = np.where(simulated, each.values[inner], np.nan)
        row = maps.write(each.id, values, each.unit, each.meaning, classes=each.classes)
        row["kind"] = "categorical" if each.classes else "continuous"
        rows.append(row | {"chosen": row["min"] != row["max"] and len(each.classes) != 1})
    _write(paths, "inputs", rows)


def _terrain(prepared: PreparedForcing) -> list[InputFeature]:
    """Return slope and wetness of the elevation that the simulator sees."""
    elevation = prepared.forcing.elevation_m.astype(np.float32)
    grid = prepared.grid.padded(MARGIN)
    return [
        InputFeature(
            "slope", "degree", "slope between cells",
            terrain_attribute("slope", elevation, grid),
        ),
        InputFeature(
            "topographic_wetness_index", "1", "ln(upslope area per width / slope)",
            terrain_attribute("topographic_wetness_index", elevation, grid),
        ),
    ]  # fmt: skip


def features_at_sites(paths: RunPaths, table: str) -> SiteFeatures:
    """Return the features of ``physics`` or ``inputs`` that are offered to learning, at the sites.

    Parameters
    ----------
    paths : RunPaths
        Of a run whose features are written.
    table : str
        ``physics`` or ``inputs``.

    Returns
    -------
    SiteFeatures
        Named ``<table>_<id>``, which no covariate is; NaN at sites beyond the region's edge.
    """
    stack, sites = Stack.open(paths.stack), read_sites_table(paths)
    listed = read_table(paths.simulator_table(table))
    listed = listed[listed["chosen"]]
    rows, cols = stack.grid.row_col(sites["x"], sites["y"])
    values = np.empty((len(sites), len(listed)))
    variables = []
    for k, each in enumerate(listed.itertuples()):
        with rasterio.open(paths.simulator_feature(table, str(each.id))) as dataset:
            values[:, k] = dataset.read(1)[rows, cols]
            names = json.loads(dataset.tags().get(CLASSES_TAG, "{}"))
        classes = {int(code): str(name) for code, name in names.items()}
        kind: VariableKind = "categorical" if classes else "continuous"
        unit = "1" if classes else str(each.unit)
        name = f"{table}_{each.id}"
        variables.append(Variable(name, kind, GROUPS[table], str(each.id), unit, classes))
    return SiteFeatures(values, tuple(variables))


def screen_physics(paths: RunPaths, settings: ScreeningSettings) -> PhysicsScreening:
    """Screen physics features beside the candidate covariates on all sites of the region.

    The rule is that of every covariate (`features.screening`); each fold applies it anew to its
    training rows. Writes ``screening.csv``.
    """
    design, physics = read_design(paths), features_at_sites(paths, "physics")
    matrix = np.hstack([design.covariates, physics.values])
    variables = (*design.variables, *physics.variables)
    inside = np.isfinite(matrix).all(axis=1)
    targets = design.targets[inside, 0]
    screening = screen(matrix[inside], variables, targets, settings.alpha, settings.max_vif)
    write_table(paths.simulator_table("screening"), screening.decisions)
    offered = {variable.id for variable in physics.variables}
    kept = tuple(variables[k].id for k in screening.kept if variables[k].id in offered)
    return PhysicsScreening(kept, int((~inside).sum()))


def _write(paths: RunPaths, name: str, rows: list[dict[str, object]]) -> None:
    columns = list(STAGE4_TABLES[name])
    write_table(paths.simulator_table(name), pd.DataFrame(rows, columns=columns))
