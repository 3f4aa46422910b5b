"""Each quantity of a year adds up its own flux, in its own unit."""

from types import SimpleNamespace

import numpy as np
import pytest

from models.erosion_carbon.kernel_year import ROWS, SNOW_DAY_M, add_day
from models.erosion_carbon.quantities import SUMS

AREA_M2 = 4.0


def one(value: float) -> np.ndarray:
    return np.array([value])


def sums_of_a_day(snow_water_m: float = 0.0) -> tuple[dict[str, float], float]:
    """Return the sums of a day whose every flux is another number, and its moisture."""
    water = SimpleNamespace(
        evapotranspiration_m=one(2.0),
        overland_m=one(3.0),
        release_m=one(0.5),
        overflow_m=one(0.25),
        hillslope=SimpleNamespace(detached_kg_m2=one(5.0), deposited_kg_m2=one(6.0)),
        channel=SimpleNamespace(deposited_kg=one(8.0)),
    )
    carbon = SimpleNamespace(
        eroded_total_g=one(9.0),
        settled_total_g=one(10.0),
        washed_g=np.array([[11.0, 12.0]]),
        delivered_g=one(13.0),
        npp_g=one(14.0),
        harvest_g=one(15.0),
        respiration_g=one(16.0),
        transit_g=one(17.0),
    )
    layers = 0.1 * np.arange(1.0, 11.0)[None]
    held = SimpleNamespace(snow_water_m=one(snow_water_m), soil=layers)
    sums, moisture = np.zeros((len(ROWS), 1)), np.zeros(1)
    add_day.py_func(0, 1, one(1.0), water, carbon, held, one(AREA_M2), sums, moisture)
    return dict(zip(ROWS, sums[:, 0], strict=True)), float(moisture[0])


def test_all_sums_of_a_year_are_added_up() -> None:
    assert tuple(SUMS) == ROWS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("precipitation", 1000.0),
        ("evapotranspiration", 2000.0),
        ("runoff", 3750.0),
        ("overland_runoff", 3000.0),
        ("soil_erosion", 5.0),
        ("soil_deposition", 6.0 + 8.0 / AREA_M2),
        ("soc_erosion", 9.0),
        ("soc_deposition", 10.0),
        ("doc_export", 23.0),
        ("poc_export", 13.0),
        ("npp", 14.0),
        ("harvest", 15.0),
        ("respiration", 16.0),
        ("transit_respiration", 17.0),
        ("snow_cover_days", 0.0),
    ],
)
def test_a_quantity_adds_up_its_flux(name: str, expected: float) -> None:
    assert sums_of_a_day()[0][name] == pytest.approx(expected, rel=1e-15)


def test_a_day_of_snow_begins_at_ten_millimetres() -> None:
    assert sums_of_a_day(SNOW_DAY_M)[0]["snow_cover_days"] == 1.0
    assert sums_of_a_day(0.99 * SNOW_DAY_M)[0]["snow_cover_days"] == 0.0


def test_moisture_is_the_mean_of_five_layers_by_thickness() -> None:
    expected = (0.05 * (0.1 + 0.2 + 0.3 + 0.4) + 0.10 * 0.5) / 0.30  # layers of 5 and 10 cm
    assert sums_of_a_day()[1] == pytest.approx(expected, rel=1e-12)
