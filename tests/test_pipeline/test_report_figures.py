"""Numbers and marks that the figures of the report rest on."""

import math
import re

import numpy as np
import pytest
from affine import Affine
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import colormaps
from matplotlib.colors import to_hex
from pyproj import CRS, Geod

from features.grid import Grid
from pipeline.colours import RAMPS
from pipeline.report.canvas import new_figure
from pipeline.report.coverage_figure import QuarterShare, uneven_sentence, wilson
from pipeline.report.dependence_figure import wrapped
from pipeline.report.graticule import (
    add_graticule,
    add_north_arrow,
    add_scale_bar,
    aspect_of,
    extent_of,
)
from pipeline.report.shap_figure import swarm_offsets
from pipeline.report.truth_section import TrueError
from pipeline.report.value_histogram import area_shares, class_edges
from pipeline.report.wording import (
    carbon_unit,
    count,
    decimals,
    percent,
    pretty_depth,
    pretty_unit,
    probability,
    significant,
)

ALBERS = CRS.from_user_input("+proj=aea +lat_1=48 +lat_2=53 +lat_0=50 +lon_0=123.5 +datum=WGS84")
GRIDS = {
    "albers": Grid(ALBERS, Affine(1e4, 0, -4e5, 0, -1e4, 3e5), 60, 80),
    "degrees": Grid(CRS.from_epsg(4326), Affine(0.1, 0, 20, 0, -0.1, 43), 20, 30),
    "small utm": Grid(CRS.from_epsg(32755), Affine(90, 0, 7e5, 0, -90, 6.6e6), 100, 120),
    "africa": Grid(CRS.from_epsg(4326), Affine(0.2, 0, -20, 0, -0.2, 38), 365, 360),
}


@pytest.mark.parametrize("name", RAMPS)
def test_ramps_are_samples_of_matplotlib(name):
    own = [to_hex(colormaps[name](share)) for share in np.linspace(0, 1, 11)]
    assert list(RAMPS[name]) == own


@pytest.fixture(params=GRIDS)
def furnished(request):
    grid = GRIDS[request.param]
    axes = new_figure(500, 500).subplots()
    extent = extent_of(grid)
    axes.set_aspect(aspect_of(grid.crs, extent))
    add_graticule(axes, grid.crs, extent)
    add_scale_bar(axes, grid.crs, extent)
    add_north_arrow(axes, grid.crs, extent)
    return grid, axes


def test_graticule_is_labelled_on_both_sides(furnished):
    _, axes = furnished
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        texts = [label.get_text() for label in labels]
        assert 2 <= len(texts) <= 12
        assert all(text.endswith(("°", "°E", "°W", "°N", "°S")) for text in texts)


def test_scale_bar_is_as_long_as_it_says(furnished):
    grid, axes = furnished
    bar = next(line for line in axes.lines if line.get_linewidth() == 1.6)
    label = next(text.get_text() for text in axes.texts if text.get_text().endswith("m"))
    number, unit = label.split()
    stated_m = float(number) * {"km": 1000, "m": 1}[unit]
    x = bar.get_xdata()
    middle = (grid.bounds[1] + grid.bounds[3]) / 2
    ends = grid.crs.geodetic_crs, [float(min(x)), float(max(x))]
    lon, lat = _degrees(grid, ends[1], [middle, middle])
    along_m = Geod(ellps="WGS84").inv(lon[0], lat[0], lon[1], lat[1])[2]
    assert along_m == pytest.approx(stated_m, rel=0.03)


def _degrees(grid, x, y):
    from pyproj import Transformer

    return Transformer.from_crs(grid.crs, CRS.from_epsg(4326), always_xy=True).transform(x, y)


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_classes_cover_the_values(lowest, span):
    edges = class_edges(lowest, lowest + span)
    assert edges[0] <= lowest + 1e-9 * abs(lowest)
    assert edges[-1] >= lowest + span - 1e-9 * abs(lowest + span)
    assert 2 <= len(edges) <= 12


def test_area_shares_weigh_by_area():
    shares = area_shares(np.array([1.0, 3.0]), np.array([1.0, 3.0]), np.array([0.0, 2.0, 4.0]))
    assert shares.tolist() == [0.25, 0.75]


def test_wilson_interval_of_ten_heads_in_ten():
    low, high = wilson(1.0, 10)
    assert low == pytest.approx(0.7225, abs=1e-4)
    assert high == 1.0


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.70, "too narrow in the highest quarter (Spatial blocks, 70\u00a0%)"),
        (0.90, "no quarter departs"),
        (0.99, "wider than they need be in the highest quarter"),
    ],
)
def test_uneven_coverage_is_said_in_words(share, said):
    assert said in uneven_sentence([QuarterShare("spatial", 3, share, 400)], 0.9)


def test_few_observations_prove_no_uneven_coverage():
    assert "no quarter departs" in uneven_sentence([QuarterShare("random", 0, 0.8, 10)], 0.9)


@given(st.from_regex(r"[a-z]{1,9}([_/ ][a-z]{1,9}){0,6}", fullmatch=True))
def test_wrapped_names_fit_and_lose_no_word(name):
    lines = wrapped(name, 12).split("\n")
    assert max(len(line) for line in lines) <= 12
    assert re.findall("[a-z]+", " ".join(lines)) == re.findall("[a-z]+", name)


@given(st.lists(st.floats(-5, 5), max_size=200))
def test_swarm_stays_in_its_row(values):
    assert np.all(np.abs(swarm_offsets(np.array(values), 0.4)) <= 0.4 + 1e-9)


def test_perfect_map_has_no_true_error():
    truth = np.array([1.0, 2.0, 4.0])
    error = TrueError.of(truth, truth, np.ones(3))
    assert (error.rmse, error.mec) == (0.0, 1.0)


def test_true_error_weighs_by_area():
    error = TrueError.of(np.array([0.0, 0.0]), np.array([1.0, 3.0]), np.array([3.0, 1.0]))
    assert error.mapped_mean == 1.5
    assert error.rmse == pytest.approx(math.sqrt(3.0))


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (pretty_unit("kg m-2"), "kg\u00a0m⁻²"),
        (pretty_unit("g/kg"), "g/kg"),
        (pretty_unit("1"), ""),
        (pretty_unit("raw"), ""),
        (pretty_unit("degC"), "°C"),
        (count(12345.0), "12,345"),
        (pretty_depth("0_10"), "0–10\u00a0cm"),
        (decimals(-1.234), "−1.23"),
        (decimals(-0.001), "0.00"),
        (decimals(float("nan")), "–"),
        (decimals(None), "–"),
        (significant(0.04271), "0.0427"),
        (significant(12345.6), "12,346"),
        (percent(0.899), "90\u00a0%"),
        (probability(1e-9), "<\u00a00.001"),
        (carbon_unit(2.4)[1], "Pg\u00a0C"),
        (carbon_unit(4e-3)[1], "Tg\u00a0C"),
        (carbon_unit(4e-5)[1], "Gg\u00a0C"),
    ],
)
def test_wording(shown, expected):
    assert shown == expected
