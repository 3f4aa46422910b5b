"""Soil properties: Saxton and Rawls' own table, order of contents, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import InputError
from models.erosion_carbon.hydrology.soil_hydraulics import (
    saturated_conductivity_m_s,
    soil_columns,
    texture_estimates,
)
from models.erosion_carbon.hydrology.texture_classes import texture_class

# Saxton and Rawls 2006, Table 3: 2.5 % organic matter; sand %, clay %, wilting point, field
# capacity and saturation in volume percent, conductivity mm/h.
TABLE_3 = {
    "sand": (88, 5, 5, 10, 46, 108.1),
    "loamy sand": (80, 5, 5, 12, 46, 96.7),
    "sandy loam": (65, 10, 8, 18, 45, 50.3),
    "loam": (40, 20, 14, 28, 46, 15.5),
    "silt loam": (20, 15, 11, 31, 48, 16.1),
    "silt": (10, 5, 6, 30, 48, 22.0),
    "sandy clay loam": (60, 25, 17, 27, 43, 11.3),
    "clay loam": (30, 35, 22, 36, 48, 4.3),
    "silty clay loam": (10, 35, 22, 38, 51, 5.7),
    "silty clay": (10, 45, 27, 41, 52, 3.7),
    "sandy clay": (50, 40, 25, 36, 44, 1.4),
    "clay": (25, 50, 30, 42, 50, 1.1),
}
MM_H = 1e3 * 3600


def columns(sand=40.0, clay=20.0, organic=2.5, density=None, layer=0.0, table=0.0):
    density = None if density is None else [density]
    return soil_columns([sand], [clay], [organic], density, [layer], [table])


@pytest.mark.parametrize("name", TABLE_3)
def test_contents_of_saxton_and_rawls_table_3(name):
    sand, clay, *expected, _ = TABLE_3[name]
    fitted = texture_estimates(np.array([sand / 100]), np.array([clay / 100]), np.array([2.5]))
    percent = [100 * each[0] for each in (fitted.wilting_point, fitted.field_capacity)]
    assert [*percent, 100 * fitted.porosity[0]] == pytest.approx(expected, abs=0.55)


@pytest.mark.parametrize("name", TABLE_3)
def test_conductivity_of_saxton_and_rawls_table_3(name):
    sand, clay, *_, expected = TABLE_3[name]
    fitted = texture_estimates(np.array([sand / 100]), np.array([clay / 100]), np.array([2.5]))
    conductivity = saturated_conductivity_m_s(
        fitted.porosity, fitted.field_capacity, fitted.wilting_point
    )
    assert conductivity[0] * MM_H == pytest.approx(expected, abs=0.051)


@pytest.mark.parametrize("name", TABLE_3)
def test_usual_density_returns_the_fitted_porosity(name):
    sand, clay, *_, saturation, _ = TABLE_3[name]
    assert 100 * columns(sand, clay).porosity[0] == pytest.approx(saturation, abs=0.55)


@pytest.mark.parametrize("name", TABLE_3)
def test_texture_class_names_the_soils_of_table_3(name):
    sand, clay, *_ = TABLE_3[name]
    assert texture_class([sand], [clay])[0] == name


@settings(deadline=None)
@given(
    sand=st.floats(2, 100), clay_part=st.floats(0, 1), organic=st.floats(0, 100),
    density=st.floats(20, 2400),
)  # fmt: skip
def test_contents_keep_their_order_in_every_soil(sand, clay_part, organic, density):
    soil = columns(sand, clay_part * (100 - sand), organic, density)
    assert 0 < soil.wilting_point[0] < soil.field_capacity[0] < soil.porosity[0] < 1
    assert soil.saturated_conductivity_m_s[0] > 0


def test_porosity_of_a_mineral_soil_follows_its_bulk_density():
    assert columns(organic=0.0, density=1325.0).porosity[0] == pytest.approx(0.5)


def test_organic_matter_raises_field_capacity():
    assert columns(organic=6.0).field_capacity[0] > columns(organic=1.0).field_capacity[0]


def test_peat_holds_what_hemic_peat_holds():
    peat = columns(organic=80.0, density=150.0)
    assert (peat.field_capacity[0], peat.wilting_point[0]) == pytest.approx((0.34, 0.18))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"sand": 70.0, "clay": 40.0}, "sand [+] clay is 110 %"),
        ({"sand": 0.4, "clay": 0.2}, "fractions times 100"),
        ({"organic": -1.0}, "organic_matter_percent: 1 cells are outside 0 to 100"),
        ({"density": 1.3}, "bulk_density_kg_m3: .* the first is 1.3"),
        ({"sand": float("nan")}, "sand_percent: .* missing"),
    ],
)
def test_impossible_soils_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        columns(**wrong)


def test_maps_of_unequal_length_are_refused():
    with pytest.raises(InputError, match="shapes"):
        soil_columns([40, 40], [20], [2], None, [0], [0])
