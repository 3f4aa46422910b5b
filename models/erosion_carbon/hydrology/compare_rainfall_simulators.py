"""Green-Ampt beside runs of rainfall simulators on Czech fields (runoffDB excerpt).

The database gives neither texture nor plot area, so only the order of runs on one plot with one
simulator is compared: which of two runs ponds later, which sheds more water.
"""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd

from .kernel_infiltration import green_ampt_step, suction_deficit
from .soil_textures import GREEN_AMPT_TEXTURES

PARTICLE_DENSITY_G_CM3 = 2.65
MM_HOUR_PER_M_S = 3.6e6
NEEDED = ["initial_moisture", "bulk_density_g_cm3", "rain_intensity_mm_h"]


def compare_with_rainfall_simulators(folder: Path, texture: str) -> pd.DataFrame:
    """Return the runs with ``excess_m`` (rain that runs off) and ``ponding_s`` by Green-Ampt.

    Parameters
    ----------
    folder : Path
        ``plot_runoff_runoffdb``.
    texture : str
        A key of `GREEN_AMPT_TEXTURES`, taken for all fields.
    """
    runs = pd.read_csv(folder / "runs.csv").dropna(subset=NEEDED)
    soil = GREEN_AMPT_TEXTURES[texture]
    excess_m, ponding_s = [], []
    for moisture, density, rain_mm_h, time_s in runs[[*NEEDED, "total_time_s"]].to_numpy(float):
        porosity = 1.0 - density / PARTICLE_DENSITY_G_CM3
        deficit = suction_deficit(soil.suction_m, porosity, moisture / 100.0)
        rain_m_s = rain_mm_h / MM_HOUR_PER_M_S
        rain_m = rain_m_s * time_s
        taken = green_ampt_step(0.0, rain_m, soil.conductivity_m_s, deficit, time_s)
        excess_m.append(rain_m - taken)
        beyond_m_s = rain_m_s - soil.conductivity_m_s
        ponding_s.append(soil.conductivity_m_s * deficit / (rain_m_s * beyond_m_s))
    return runs.assign(excess_m=excess_m, ponding_s=ponding_s)


def pairs_in_order(runs: pd.DataFrame, modelled: str, measured: str) -> tuple[float, int]:
    """Return the share of pairs of runs on one plot in the same order, and how many pairs.

    Parameters
    ----------
    runs : DataFrame
        From `compare_with_rainfall_simulators`.
    modelled, measured : str
        Columns; pairs that are equal in one of them do not count.
    """
    same = pairs = 0
    for _, plot in runs.groupby(["simulator", "plot_id"]):
        for one, other in combinations(plot[[modelled, measured]].to_numpy(float), 2):
            product = float(np.prod(one - other))
            pairs += product != 0.0
            same += product > 0.0
    return same / pairs, pairs
