"""A site's run beside what was measured there. Nothing is fitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .parameters import SoilHeatParameters
from .site_column import SiteColumn
from .site_run import SiteRun, Snow, run_site, spin_up_site

FloatArray = npt.NDArray[np.float64]

FINE_NODES_M: FloatArray = np.concatenate(
    [np.full(5, 0.01), np.full(58, 0.02), np.full(20, 0.05), np.geomspace(0.1, 9.5, 26)]
)
"""2 cm down to 1.2 m, then ever thicker down to 60 m."""


@dataclass(frozen=True)
class SiteComparison:
    """A run beside what was measured.

    Parameters
    ----------
    modelled_c, reference_c : DataFrame
        Temperatures; a row for each time that is compared, a column for each depth (m). The
        reference is missing where it is not to be compared.
    modelled_thaw_m, reference_thaw_m : Series
        Depth of thaw at the times it was measured.
    """

    modelled_c: pd.DataFrame
    reference_c: pd.DataFrame
    modelled_thaw_m: pd.Series
    reference_thaw_m: pd.Series

    def scores(self) -> pd.DataFrame:
        """Return bias, RMSE (K), correlation and count of each depth (m)."""
        rows = {}
        for depth_m in self.reference_c.columns:
            pair = pd.concat([self.modelled_c[depth_m], self.reference_c[depth_m]], axis=1).dropna()
            modelled, reference = pair.to_numpy().T
            error = modelled - reference
            rows[depth_m] = {
                "bias_k": error.mean(),
                "rmse_k": np.sqrt((error**2).mean()),
                "correlation": np.corrcoef(modelled, reference)[0, 1],
                "count": len(error),
            }
        return pd.DataFrame.from_dict(rows, orient="index")

    def thaw_scores(self) -> dict[str, float]:
        """Return bias and RMSE (m) of the depth of thaw."""
        error = self.modelled_thaw_m - self.reference_thaw_m
        return {"bias_m": float(error.mean()), "rmse_m": float(np.sqrt((error**2).mean()))}


def at_depths(run: SiteRun, depths_m: FloatArray, index: pd.Index) -> pd.DataFrame:
    """Return a run's temperatures with a column for each depth."""
    temperatures = np.column_stack([run.at(depth_m) for depth_m in depths_m])
    return pd.DataFrame(temperatures, index=index, columns=depths_m)


def run_after_spin_up(
    surface_c: FloatArray,
    snow: Snow,
    column: SiteColumn,
    start_c: float,
    days_repeated: int,
    parameters: SoilHeatParameters,
) -> SiteRun:
    """Run a site after repeating its first days, whole years, until it rests."""
    gradient = parameters.geothermal_flux_w_m2 / parameters.rock_conductivity_w_m_k
    first = Snow(
        snow.depth_m[:days_repeated],
        snow.heat_capacity_j_m3_k[:days_repeated],
        snow.conductivity_w_m_k[:days_repeated],
    )
    start, _ = spin_up_site(
        surface_c[:days_repeated],
        first,
        column,
        start_c + gradient * column.middle_m,
        parameters,
        most_repeats=8,
        tolerance_k=0.02,
    )
    return run_site(surface_c, snow, column, start, parameters)
