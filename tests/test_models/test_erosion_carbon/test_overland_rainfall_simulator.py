"""Green-Ampt against 314 rainfall-simulator runs on Czech fields (runoffDB excerpt).

The database gives neither texture nor plot area, so only the order of runs on one plot with one
simulator is compared: which of two runs ponds later, which sheds more water.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from models.erosion_carbon.hydrology.kernel_infiltration import green_ampt_step, suction_deficit
from models.erosion_carbon.hydrology.soil_textures import GREEN_AMPT_TEXTURES

PARTICLE_DENSITY_G_CM3 = 2.65
SECONDS_MM = 3.6e6


def simulator_runs(data_root: Path) -> pd.DataFrame:
    """Return the runs with what infiltration needs: intensity, moisture and bulk density."""
    runs = pd.read_csv(data_root / "reference_cases" / "plot_runoff_runoffdb" / "runs.csv")
    return runs.dropna(subset=["initial_moisture", "bulk_density_g_cm3", "rain_intensity_mm_h"])


def with_green_ampt(runs: pd.DataFrame, texture: str) -> pd.DataFrame:
    """Add ponding time (s) and rainfall excess (m) by Green-Ampt, one texture for all soils."""
    soil = GREEN_AMPT_TEXTURES[texture]
    excess, ponding = [], []
    for run in runs.itertuples():
        porosity = 1.0 - run.bulk_density_g_cm3 / PARTICLE_DENSITY_G_CM3
        deficit = suction_deficit(soil.suction_m, porosity, run.initial_moisture / 100.0)
        rain_m_s = run.rain_intensity_mm_h / SECONDS_MM
        rain_m = rain_m_s * run.total_time_s
        taken = green_ampt_step(0.0, rain_m, soil.conductivity_m_s, deficit, run.total_time_s)
        excess.append(rain_m - taken)
        gain = rain_m_s - soil.conductivity_m_s
        ponding.append(soil.conductivity_m_s * deficit / (rain_m_s * gain))
    return runs.assign(excess_m=excess, ponding_s=ponding)


def concordance(runs: pd.DataFrame, simulated: str, observed: str) -> tuple[float, int]:
    """Return the share of pairs of runs on one plot in the same order, and how many pairs."""
    same, pairs = 0, 0
    for _, plot in runs.groupby(["simulator", "plot_id"]):
        values = plot[[simulated, observed]].to_numpy()
        for one, other in combinations(values, 2):
            product = np.prod(one - other)
            pairs += product != 0.0
            same += product > 0.0
    return same / pairs, pairs


@pytest.mark.real_data
def test_wetter_plots_pond_sooner_as_green_ampt_says(data_root: Path) -> None:
    """80 % of 467 pairs, whatever the texture: it scales all ponding times alike."""
    runs = with_green_ampt(simulator_runs(data_root), "loam")
    share, pairs = concordance(runs, "ponding_s", "time_to_runoff_s")
    assert pairs > 400
    assert share > 0.75


@pytest.mark.real_data
def test_order_of_discharge_needs_the_texture(data_root: Path) -> None:
    """67 % of pairs as sandy loam, 50 % (no skill) as clay loam."""
    runs = simulator_runs(data_root)
    sandy, clayey = (
        concordance(with_green_ampt(runs, texture), "excess_m", "total_discharge_l")[0]
        for texture in ("sandy loam", "clay loam")
    )
    assert sandy > 0.62
    assert clayey < 0.55
