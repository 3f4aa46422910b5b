"""The design table: what every model is fitted on, one row a site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.depths import DepthInterval
from features.variables import Variable

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Design:
    """Sites with covariates and targets.

    Parameters
    ----------
    ids : array of str, shape (n,)
        Site identifiers.
    covariates : array of float64, shape (n, p)
        Values of the candidate covariates at the sites, sampled from the stack; class codes for
        categorical variables; no NaN.
    variables : tuple of Variable, length p
        What each column of `covariates` is.
    targets : array of float64, shape (n, d)
        Target in its own unit (kg m-2 for SOCD) for each depth interval; column 0 is the modelled
        depth and has no NaN, deeper columns are NaN where the site does not reach.
    depths : tuple of (top, bottom), length d
        Depth intervals in cm.
    xy : array of float64, shape (n, 2)
        Easting and northing in metres of an equal-area projection.
    groups : array of int64, shape (n,)
        Sites with the same number (same cell, duplicates) never part between folds or resamples.
    fill_log_sd : array of float64, shape (n, d)
        SD of the log of each target that comes from filled bulk density and gravel; 0 if measured.
    measured_bd : array of bool, shape (n,)
        Whether the bulk density of the modelled depth was measured in every layer.
    site_covariates : array of float64, shape (n, p), or None
        Values measured at the sites (``covariate_source: site``), for training only.
    """

    ids: npt.NDArray[np.str_]
    covariates: FloatArray
    variables: tuple[Variable, ...]
    targets: FloatArray
    depths: tuple[DepthInterval, ...]
    xy: FloatArray
    groups: IntArray
    fill_log_sd: FloatArray
    measured_bd: BoolArray
    site_covariates: FloatArray | None = None

    @property
    def n_sites(self) -> int:
        """Number of sites."""
        return len(self.ids)

    @property
    def target(self) -> FloatArray:
        """Target at the modelled depth, shape (n,)."""
        return self.targets[:, 0]

    def take(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Design:
        """Return the design of the given rows, in their order, repeats allowed."""
        return Design(
            ids=self.ids[rows],
            covariates=self.covariates[rows],
            variables=self.variables,
            targets=self.targets[rows],
            depths=self.depths,
            xy=self.xy[rows],
            groups=self.groups[rows],
            fill_log_sd=self.fill_log_sd[rows],
            measured_bd=self.measured_bd[rows],
            site_covariates=None if self.site_covariates is None else self.site_covariates[rows],
        )
