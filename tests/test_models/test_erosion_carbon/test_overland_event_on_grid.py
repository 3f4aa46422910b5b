"""A storm over a grid: budget, limits, and the hydrographs of SMODERP2D at Nucice.

SMODERP2D is another model, not an observation. Its sheet flow is q = h^b S^y / n with b 1.8 and y
0.37 where ours has 5/3 and 1/2, it infiltrates by Philip's law from the run's start, and what its
depressions hold never infiltrates. Its rills and streams are not run here: water ends in stream
cells.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st
from rasterio.features import rasterize

from features.errors import InputError
from models.erosion_carbon.hydrology.event_on_grid import GridEvent, run_event_on_grid
from models.erosion_carbon.hydrology.kernel_event_on_grid import GridGround
from models.erosion_carbon.hydrology.kernel_infiltration import suction_deficit_of_sorptivity
from models.erosion_carbon.hydrology.kinematic_plane import exact_discharge
from models.erosion_carbon.routing.network import FlowNetwork, flow_network

FloatArray = npt.NDArray[np.float64]
STEP_S = 10.0


class Storm(NamedTuple):
    """SMODERP2D's storm as we run it, with its own results beside."""

    network: FlowNetwork
    event: GridEvent
    points: dict[int, int]
    infiltrated_m3: FloatArray
    retained_m3: FloatArray
    peak_m3_s: FloatArray
    folder: Path


def _layer(folder: Path, name: str) -> np.ma.MaskedArray:
    with rasterio.open(folder / "expected" / f"{name}.tif") as source:
        return source.read(1, masked=True).astype(float)


def _classes(folder: Path, name: str, key: str, like: rasterio.DatasetReader) -> np.ndarray:
    """Return the attribute `key` of the polygon that each cell lies in."""
    features = json.loads((folder / "inputs" / f"{name}.geojson").read_text())["features"]
    values = np.array(["", *(feature["properties"][key] for feature in features)])
    shapes = [(feature["geometry"], k + 1) for k, feature in enumerate(features)]
    return values[rasterize(shapes, like.shape, transform=like.transform)]


def _streams(folder: Path, like: rasterio.DatasetReader) -> np.ndarray:
    features = json.loads((folder / "inputs" / "streams.geojson").read_text())["features"]
    shapes = [feature["geometry"] for feature in features]
    return rasterize(shapes, like.shape, transform=like.transform, all_touched=True) > 0


def throughfall(rain_m: FloatArray, cover: FloatArray, store_m: FloatArray) -> FloatArray:
    """Return what reaches the ground (steps, n): leaves keep their share until they are full."""
    kept_before = np.minimum(np.concatenate([[0.0], np.cumsum(rain_m)])[:, None] * cover, store_m)
    return rain_m[:, None] - np.diff(kept_before, axis=0)


def run_smoderp2d_storm(data_root: Path) -> Storm:
    """Run the storm of Nucice with SMODERP2D's own properties, none adjusted."""
    folder = data_root / "reference_cases" / "runoff_smoderp2d"
    with rasterio.open(folder / "expected" / "crain_m3.tif") as like:
        region = ~np.ma.getmaskarray(like.read(1, masked=True))
        with rasterio.open(folder / "inputs" / "dem.tif") as source:
            window = source.window(*like.bounds).round_offsets().round_lengths()
            elevation = source.read(1, masked=True, window=window).astype(float).filled(np.nan)
        streams = _streams(folder, like) & region
        code = np.char.add(
            _classes(folder, "soils", "Soil", like), _classes(folder, "landuse", "LandUse", like)
        )
        pixels = {
            feature["properties"]["point_id"]: like.index(*feature["geometry"]["coordinates"])
            for feature in json.loads((folder / "inputs" / "points.geojson").read_text())[
                "features"
            ]
        }
    network = flow_network(elevation, region, 100.0, 10.0, 10.0, lakes=streams)
    table = pd.read_csv(folder / "inputs" / "soil_veg_tab.csv", index_col="soilveg")
    site = table.loc[network.from_grid(code)]
    ground = GridGround(
        np.where(network.is_lake, 0.0, site["ret"] * 1e-3),
        np.where(network.is_lake, 0.0, site["k"]),
        np.array(
            [
                suction_deficit_of_sorptivity(*soil)
                for soil in zip(site["s"], site["k"], strict=True)
            ]
        ),
    )
    series = pd.read_csv(folder / "inputs" / "rainfall.csv")
    ends = np.arange(0.0, 2_400.0 + STEP_S, STEP_S)
    fallen = np.interp(ends, series["time_min"] * 60.0, series["cumulative_rainfall_mm"] * 1e-3)
    rain = throughfall(np.diff(fallen), site["ppl"].to_numpy(), site["pi"].to_numpy() * 1e-3)
    at = np.full(region.size, -1)
    at[network.cell_of] = np.arange(network.n_cells)
    points = {
        point: int(at[row * region.shape[1] + col])
        for point, (row, col) in pixels.items()
        if 0 <= row < region.shape[0] and 0 <= col < region.shape[1]
    }
    event = run_event_on_grid(
        network, site["nsheet"].to_numpy(), ground, rain, STEP_S, np.array([*points.values()])
    )
    of = {name: network.from_grid(_layer(folder, name).filled(np.nan)) for name in
          ("cinfil_m3", "surret_m", "mqsur_m3_s")}  # fmt: skip
    return Storm(network, event, points, of["cinfil_m3"], of["surret_m"], of["mqsur_m3_s"], folder)


def reference_discharge(storm: Storm, point: int) -> FloatArray:
    """Return SMODERP2D's mean flow (m3 s-1) at a field point in each of our steps."""
    table = pd.read_csv(storm.folder / "expected" / f"hydrograph_point{point}.csv").iloc[1:]
    volume = np.interp(
        np.concatenate([[0.0], storm.event.time_s]),
        np.concatenate([[0.0], table["time_s"]]),
        np.concatenate([[0.0], table["surface_runoff_m3"].cumsum()]),
    )
    return np.diff(volume) / STEP_S


@pytest.fixture(scope="module")
def nucice(data_root: Path) -> Storm:
    return run_smoderp2d_storm(data_root)


@pytest.mark.real_data
def test_rain_below_leaves_is_that_of_smoderp2d(nucice: Storm) -> None:
    event = nucice.event
    stored = ((event.infiltrated_m + event.depth_m) * nucice.network.area_m2).sum()
    assert stored + event.left_m3.sum() == pytest.approx(10_446.5, abs=0.1)
    assert abs(event.residual_m3) < 1e-9


@pytest.mark.real_data
def test_water_kept_on_fields_is_near_that_of_smoderp2d(nucice: Storm) -> None:
    """Infiltrated and retained together; SMODERP2D never infiltrates what is retained."""
    field = ~nucice.network.is_lake
    ours = (nucice.event.infiltrated_m + nucice.event.depth_m)[field].sum() * 100.0
    theirs = (nucice.infiltrated_m3 + nucice.retained_m3)[field].sum()
    assert ours == pytest.approx(theirs, rel=0.05)


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("point", "least_efficiency", "peak_ratio"), [(1, 0.97, 0.91), (2, 0.85, 1.29), (3, 0.70, 1.35)]
)
def test_field_hydrographs_of_smoderp2d(
    nucice: Storm, point: int, least_efficiency: float, peak_ratio: float
) -> None:
    """Measured with properties as given; the peak's ratio is recorded, not wished for."""
    simulated = nucice.event.gauge_m3_s[:, [*nucice.points].index(point)]
    reference = reference_discharge(nucice, point)
    squares = ((simulated - reference) ** 2).sum()
    efficiency = 1.0 - squares / ((reference - reference.mean()) ** 2).sum()
    assert efficiency > least_efficiency
    assert simulated.max() / reference.max() == pytest.approx(peak_ratio, abs=0.02)
    assert abs(simulated.argmax() - reference.argmax()) * STEP_S <= 10.0


@pytest.mark.real_data
def test_peaks_of_all_cells_follow_those_of_smoderp2d(nucice: Storm) -> None:
    field = ~nucice.network.is_lake
    ours, theirs = nucice.event.peak_m3_s[field], nucice.peak_m3_s[field]
    assert np.corrcoef(ours, theirs)[0, 1] > 0.97
    assert ours.mean() / theirs.mean() == pytest.approx(1.14, abs=0.02)


def _chain(n: int, length_m: float = 200.0) -> FlowNetwork:
    """Return one row of square cells that drain east on a slope of 0.05."""
    side_m = length_m / n
    elevation = 100.0 - 0.05 * side_m * np.arange(n, dtype=float)[None]
    return flow_network(elevation, np.ones((1, n), bool), side_m**2, side_m, side_m)


def _even(n: int, retention: float, conductivity: float, deficit: float) -> GridGround:
    return GridGround(*(np.full(n, value) for value in (retention, conductivity, deficit)))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.floats(0.0, 5e-3), min_size=1, max_size=15),
    st.floats(0.0, 0.01),
    st.floats(0.0, 1e-5),
    st.floats(0.0, 0.1),
    st.floats(1.0, 600.0),
)
def test_a_storm_on_a_grid_balances(
    rain: list[float], retention: float, conductivity: float, deficit: float, step_s: float
) -> None:
    rng = np.random.default_rng(5)
    network = flow_network(rng.uniform(0, 10, (6, 7)), np.ones((6, 7), bool), 100.0, 10.0, 10.0)
    n = network.n_cells
    event = run_event_on_grid(
        network,
        np.full(n, 0.1),
        _even(n, retention, conductivity, deficit),
        np.repeat(np.array(rain)[:, None], n, axis=1),
        step_s,
        np.array([0]),
    )
    assert abs(event.residual_m3) <= 1e-12 * max(sum(rain) * n * 100.0, 1e-6)
    assert (event.depth_m >= 0.0).all()


def test_a_row_of_cells_converges_to_the_exact_plane() -> None:
    errors = []
    for cells, step_s in ((20, 30.0), (80, 7.5), (320, 1.875)):
        rain = np.where(np.arange(round(3_600.0 / step_s)) * step_s < 1_800.0, 1e-5 * step_s, 0.0)
        event = run_event_on_grid(
            _chain(cells, length_m=200.0),
            np.full(cells, 0.1),
            _even(cells, 0.0, 0.0, 0.0),
            np.repeat(rain[:, None], cells, axis=1),
            step_s,
            np.array([cells - 1]),
        )
        middle_s = event.time_s - step_s / 2.0
        exact = exact_discharge(middle_s, 200.0, 0.05, 0.1, 1e-5, 1_800.0)
        width_m = 200.0 / cells
        errors.append(np.abs(event.gauge_m3_s[:, 0] / width_m - exact).mean() / exact.mean())
    assert errors[0] < 0.05
    assert errors[1] < 0.5 * errors[0]
    assert errors[2] < 0.5 * errors[1]


def test_run_on_infiltrates_below_the_rain() -> None:
    """Rain on the upper half only wets the lower half too, less and less."""
    n = 20
    rain = np.zeros((60, n))
    network = _chain(n)
    upper = network.upstream_area_m2 <= 1_000.0
    rain[:20, upper] = 1e-3
    event = run_event_on_grid(
        network, np.full(n, 0.1), _even(n, 0.0, 2e-6, 0.02), rain, 30.0, np.array([0])
    )
    below = event.infiltrated_m[~upper]
    assert below[0] > 0.01
    assert (np.diff(below) <= 0.0).all()


def test_event_refuses_arrays_of_another_network() -> None:
    with pytest.raises(InputError, match=r"has shape \(3,\)"):
        run_event_on_grid(
            _chain(5), np.full(3, 0.1), _even(5, 0.0, 0.0, 0.0), np.zeros((4, 5)), 10.0,
            np.array([0]),
        )  # fmt: skip
    with pytest.raises(InputError, match=r"give \(steps, 5\)"):
        run_event_on_grid(
            _chain(5), np.full(5, 0.1), _even(5, 0.0, 0.0, 0.0), np.zeros((4, 6)), 10.0,
            np.array([0]),
        )  # fmt: skip
