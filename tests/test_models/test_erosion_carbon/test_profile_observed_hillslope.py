"""Observed carbon on a ploughed loess hillslope: the plateau's profile, eroded or buried.

Profiles of the site "HB" (plateau, convex, concave), interpolated to 5 cm by the authors of
WATEM_C. One number is fitted for each position, its erosion or deposition over a century; carbon of
the plateau is held in balance by its own input.
"""

import csv

import numpy as np
import pytest

from models.erosion_carbon.profile.kernel_profile import LAYERWISE, NO_ENRICHMENT, deposit, erode
from models.erosion_carbon.profile.parameters import PROFILE
from models.erosion_carbon.soil_layers import LAYER_MIDDLE_M, LAYER_THICKNESS_M

pytestmark = pytest.mark.real_data

DECAY_YR, YEARS = 0.005, 100
N_OBSERVED = 7
"""Layers to 80 cm; observations end at 98 cm."""
ONE = np.ones(1)
RATES_M_YR = np.geomspace(1e-4, 5e-3, 40)


@pytest.fixture(scope="module")
def hillslope(data_root):
    """Return carbon, % of mass, at the layers' middles, by position."""
    path = data_root / "reference_cases" / "erosion_watem_c" / "soc_profiles_by_position.csv"
    with path.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["site"] == "HB"]
    profiles = {}
    for position in ("plateau", "convex", "concave"):
        mine = [row for row in rows if row["position"] == position]
        depth_m = [float(row["depth_cm"]) / 100 for row in mine]
        profiles[position] = np.interp(
            LAYER_MIDDLE_M, depth_m, [float(row["soc_pct"]) for row in mine]
        )
    return profiles


def after_a_century(plateau, erosion_m_yr):
    """Return the plateau's profile, %, after erosion or, below 0, deposition of its topsoil."""
    stable = plateau * LAYER_THICKNESS_M
    soil, removed = stable.reshape(1, 10, 1).copy(), np.empty((1, 1))
    moved = ONE * abs(erosion_m_yr)  # of density 1, so that stocks are % times m
    for _ in range(YEARS):
        soil[0, :, 0] += DECAY_YR * (stable - soil[0, :, 0])
        if erosion_m_yr > 0:
            p = PROFILE.defaults
            erode(0, 1, soil, moved, ONE, LAYERWISE, NO_ENRICHMENT, p, removed)
        else:
            carbon = moved[:, None] * plateau[0]
            deposit(0, 1, soil, moved, ONE, LAYERWISE, carbon)
    return soil[0, :, 0] / LAYER_THICKNESS_M


def explained(hillslope, position, sign):
    """Return the share of the squares between plateau and position that the best rate explains."""
    plateau, observed = hillslope["plateau"], hillslope[position]

    def squares(found):
        return ((found - observed)[:N_OBSERVED] ** 2).sum()

    best = min(squares(after_a_century(plateau, sign * rate)) for rate in RATES_M_YR)
    return 1 - best / squares(plateau)


@pytest.mark.parametrize(
    ("position", "sign", "share"), [("convex", 1, 0.71), ("concave", -1, 0.95)]
)
def test_one_rate_explains_most_of_what_sets_a_position_apart(hillslope, position, sign, share):
    assert explained(hillslope, position, sign) == pytest.approx(share, abs=0.01)


@pytest.mark.parametrize(("position", "sign"), [("convex", -1), ("concave", 1)])
def test_the_opposite_process_explains_nothing(hillslope, position, sign):
    assert explained(hillslope, position, sign) < 0.0
