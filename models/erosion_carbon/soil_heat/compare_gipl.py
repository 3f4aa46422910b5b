"""Our column beside GIPL, another model, over 135 years of one permafrost site."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from .parameters import SOIL_HEAT
from .site_column import ThermalLayer, power_freezing_curve, site_column
from .site_comparison import FINE_NODES_M, SiteComparison, at_depths
from .site_run import Snow, run_site

FloatArray = npt.NDArray[np.float64]

GIPL_MONTH_S = 2_628_000.0
GIPL_STEPS_PER_MONTH = 30


def compare_with_gipl(folder: Path, node_thickness_m: FloatArray = FINE_NODES_M) -> SiteComparison:
    """Return the monthly temperatures and yearly thaw of GIPL and of our column.

    Forcing is linear between months, as there. GIPL lets its snow warm above 0 degC; ours stays at
    0 degC until the forcing takes it away, so that our ground thaws later in spring. The first two
    years, of GIPL's own adjustment, are left out.

    Parameters
    ----------
    folder : Path
        ``freeze_thaw_gipl``.
    node_thickness_m : array, shape (nodes,)
        Grid of our column.
    """
    forcing = pd.read_csv(folder / "forcing_monthly.csv")
    expected = pd.read_csv(folder / "expected_monthly.csv")
    initial = pd.read_csv(folder / "initial_temperature.csv")
    parameters = SOIL_HEAT.with_values({"geothermal_flux_w_m2": 0.0, "least_snow_m": 0.005})
    column = site_column(_gipl_layers(folder), node_thickness_m, parameters)
    months = np.arange(len(forcing))
    times = np.arange(1, months[-1] * GIPL_STEPS_PER_MONTH + 1) / GIPL_STEPS_PER_MONTH
    snow = Snow(
        np.interp(times, months, forcing["snow_depth_m"]),
        np.full(len(times), 840_000.0),
        np.interp(times, months, forcing["snow_conductivity_w_m_k"]),
    )
    run = run_site(
        np.interp(times, months, forcing["air_temp_c"]),
        snow,
        column,
        np.interp(column.middle_m, initial["depth_m"], initial["temp_c"]),
        parameters,
        GIPL_MONTH_S / GIPL_STEPS_PER_MONTH,
    )
    reference = expected.filter(like="temp_").drop(columns="air_temp_c")
    depths_m = np.array([float(name[5:-3]) for name in reference.columns])
    reference.columns = pd.Index(depths_m)
    at_months = np.arange(1, len(forcing)) * GIPL_STEPS_PER_MONTH - 1
    modelled = at_depths(run, depths_m, pd.Index(times)).iloc[at_months]
    modelled.index = reference.index[1:]
    annual = pd.read_csv(folder / "expected_annual.csv").set_index("year")
    year = (times // 12).astype(int) + 1
    thaw = pd.Series(run.thaw_depth_m).groupby(year).max().reindex(annual.index)
    return SiteComparison(
        modelled.iloc[24:], reference.iloc[25:], thaw[2:], annual["freezing_front_depth_m"][2:]
    )


def _gipl_layers(folder: Path) -> list[ThermalLayer]:
    layers = []
    for row in pd.read_csv(folder / "layers.csv").to_dict("records"):
        curve = power_freezing_curve(row["unfrozen_water_a"], -row["unfrozen_water_b"])
        layers.append(
            ThermalLayer(
                row["bottom_m"],
                row["water_content_m3_m3"],
                row["conductivity_thawed_w_m_k"],
                row["conductivity_frozen_w_m_k"],
                row["heat_capacity_thawed_j_m3_k"],
                row["heat_capacity_frozen_j_m3_k"],
                *curve,
            )
        )
    return layers
