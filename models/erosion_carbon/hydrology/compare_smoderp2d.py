"""One storm on the fields of Nucice, Czechia, beside SMODERP2D, another model.

Its sheet flow is q = h^b S^y / n with b 1.8 and y 0.37 where ours has 5/3 and 1/2, it infiltrates
by Philip's law from the run's start, and what its depressions hold never infiltrates. Its rills and
streams are not run here: water ends in stream cells.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from ..routing.network import FlowNetwork, flow_network
from .event_on_grid import run_event_on_grid
from .kernel_event_on_grid import GridGround
from .kernel_infiltration import suction_deficit_of_sorptivity

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

CELL_M, STEP_S, END_S = 10.0, 10.0, 2_400.0
M_PER_MM = 1e-3


class StormComparison(NamedTuple):
    """A storm by both models, with SMODERP2D's own soil and surface properties.

    Parameters
    ----------
    rain_mm_h : Series
        By time (s).
    modelled_m3_s, reference_m3_s : DataFrame
        Flow at points on fields: a row for each step by its end (s), a column for each point.
    modelled_peak_m3_s, reference_peak_m3_s : array (n,)
        Largest flow out of each field cell.
    modelled_kept_m3, reference_kept_m3 : array (n,)
        What infiltrated in each field cell or stayed on it.
    """

    rain_mm_h: pd.Series
    modelled_m3_s: pd.DataFrame
    reference_m3_s: pd.DataFrame
    modelled_peak_m3_s: FloatArray
    reference_peak_m3_s: FloatArray
    modelled_kept_m3: FloatArray
    reference_kept_m3: FloatArray


class _Site(NamedTuple):
    """The catchment: its network, the soil and plants of each cell, the cells of points."""

    network: FlowNetwork
    properties: pd.DataFrame
    cell_of_point: dict[int, int]


def compare_with_smoderp2d(folder: Path) -> StormComparison:
    """Run the storm of SMODERP2D, 20 mm in five minutes; no property is adjusted.

    Parameters
    ----------
    folder : Path
        ``runoff_smoderp2d``.
    """
    site = _read_site(folder)
    network, properties = site.network, site.properties
    fallen = _fallen_m(folder)
    on_ground = throughfall(
        fallen, properties["ppl"].to_numpy(), properties["pi"].to_numpy() * M_PER_MM
    )
    event = run_event_on_grid(
        network,
        properties["nsheet"].to_numpy(),
        _ground(site),
        on_ground,
        STEP_S,
        np.array([*site.cell_of_point.values()]),
    )
    index = pd.Index(event.time_s, name="time_s")
    field = ~network.is_lake
    infiltrated, retained, peak = (
        np.asarray(network.from_grid(_layer(folder, name))[field], dtype=np.float64)
        for name in ("cinfil_m3", "surret_m", "mqsur_m3_s")
    )
    return StormComparison(
        pd.Series(fallen / M_PER_MM * 3_600.0 / STEP_S, index),
        pd.DataFrame(event.gauge_m3_s, index, [*site.cell_of_point]),
        pd.DataFrame(
            {p: _reference_m3_s(folder, p, event.time_s) for p in site.cell_of_point}, index
        ),
        event.peak_m3_s[field],
        peak,
        (event.infiltrated_m + event.depth_m)[field] * CELL_M**2,
        infiltrated + retained,
    )


def throughfall(rain_m: FloatArray, cover: FloatArray, store_m: FloatArray) -> FloatArray:
    """Return what reaches the ground (steps, n): leaves keep their share until they are full.

    Parameters
    ----------
    rain_m : array (steps,)
        Rain in each step.
    cover, store_m : array (n,)
        Share of the ground under leaves, and what they hold.
    """
    fallen = np.concatenate([[0.0], np.cumsum(rain_m)])
    kept = np.minimum(fallen[:, None] * cover, store_m)
    return np.asarray(rain_m[:, None] - np.diff(kept, axis=0))


def _read_site(folder: Path) -> _Site:
    import rasterio

    with rasterio.open(folder / "expected/crain_m3.tif") as like:
        region = ~np.ma.getmaskarray(like.read(1, masked=True))
        with rasterio.open(folder / "inputs/dem.tif") as source:
            window = source.window(*like.bounds).round_offsets().round_lengths()
            elevation = source.read(1, masked=True, window=window).astype(float).filled(np.nan)
        streams = _classes(folder, "streams", None, like) & region
        soil = _classes(folder, "soils", "Soil", like)
        code = np.char.add(soil, _classes(folder, "landuse", "LandUse", like))
        pixels = {
            feature["properties"]["point_id"]: like.index(*feature["geometry"]["coordinates"])
            for feature in _features(folder, "points")
        }
    network = flow_network(elevation, region, CELL_M**2, CELL_M, CELL_M, lakes=streams)
    table = pd.read_csv(folder / "inputs/soil_veg_tab.csv", index_col="soilveg")
    fields = {
        point: int(row) * region.shape[1] + int(col)
        for point, (row, col) in pixels.items()
        if _inside(region & ~streams, row, col)
    }
    position = np.full(region.size, -1)
    position[network.cell_of] = np.arange(network.n_cells)
    return _Site(
        network,
        table.reindex(pd.Index(network.from_grid(code))),
        {point: int(position[flat]) for point, flat in sorted(fields.items())},
    )


def _inside(area: BoolArray, row: int, col: int) -> bool:
    rows, cols = area.shape
    return 0 <= row < rows and 0 <= col < cols and bool(area[row, col])


def _ground(site: _Site) -> GridGround:
    properties = site.properties
    deficit = [
        suction_deficit_of_sorptivity(*each)
        for each in zip(properties["s"], properties["k"], strict=True)
    ]
    stream = site.network.is_lake
    return GridGround(
        np.where(stream, 0.0, properties["ret"] * M_PER_MM),
        np.where(stream, 0.0, properties["k"]),
        np.array(deficit),
    )


def _fallen_m(folder: Path) -> FloatArray:
    """Return the rain of each step, m."""
    series = pd.read_csv(folder / "inputs/rainfall.csv")
    ends = np.arange(0.0, END_S + STEP_S, STEP_S)
    cumulative_m = series["cumulative_rainfall_mm"] * M_PER_MM
    return np.diff(np.interp(ends, series["time_min"] * 60.0, cumulative_m))


def _reference_m3_s(folder: Path, point: int, ends_s: FloatArray) -> FloatArray:
    """Return SMODERP2D's mean flow at a point in each of our steps; its own are uneven."""
    table = pd.read_csv(folder / f"expected/hydrograph_point{point}.csv").iloc[1:]
    volume_m3 = np.interp(
        np.concatenate([[0.0], ends_s]),
        np.concatenate([[0.0], table["time_s"]]),
        np.concatenate([[0.0], table["surface_runoff_m3"].cumsum()]),
    )
    return np.asarray(np.diff(volume_m3) / STEP_S)


def _layer(folder: Path, name: str) -> FloatArray:
    import rasterio

    with rasterio.open(folder / f"expected/{name}.tif") as source:
        return np.asarray(source.read(1, masked=True).astype(float).filled(np.nan))


def _features(folder: Path, name: str) -> list[dict[str, Any]]:
    content = json.loads((folder / f"inputs/{name}.geojson").read_text(encoding="utf-8"))
    features: list[dict[str, Any]] = content["features"]
    return features


def _classes(folder: Path, name: str, key: str | None, like: Any) -> npt.NDArray[Any]:
    """Return the attribute `key` of the polygon that each cell of `like` lies in.

    Without a key: whether a line touches it.
    """
    from rasterio.features import rasterize

    features = _features(folder, name)
    shapes = [(feature["geometry"], number + 1) for number, feature in enumerate(features)]
    drawn = rasterize(shapes, like.shape, transform=like.transform, all_touched=key is None)
    if key is None:
        return np.asarray(drawn > 0)
    values = np.array(["", *(feature["properties"][key] for feature in features)])
    return np.asarray(values[drawn])
