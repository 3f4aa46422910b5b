"""What is known at the sites: covariates, the simulator's inputs, and what it made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.variables import Variable

from ..design import Design, FloatArray


@dataclass(frozen=True)
class SiteFeatures:
    """A table of features at the sites.

    Parameters
    ----------
    values : array of float64, shape (n, p)
        No NaN; class codes for categorical variables.
    variables : tuple of Variable, length p
        What each column is.
    """

    values: FloatArray
    variables: tuple[Variable, ...]


@dataclass(frozen=True)
class Evidence:
    """Sites with everything that any approach may learn from.

    Parameters
    ----------
    design : Design
        Sites, targets and the candidate covariates of machine learning alone.
    inputs : SiteFeatures
        The simulator's raw inputs: terrain with wetness index, seasonal climate, texture, land
        cover.
    physics : SiteFeatures
        Features of one default run that never saw a site's carbon: runoff, soil moisture,
        erosion, simulated stocks, turnover, thaw.
    simulated : array of float64, shape (n, d)
        Uncalibrated stock at each depth of the design, in the target's unit.
    ensemble : array of float64, shape (m, n, d)
        The same of m runs with other parameters.

    Raises
    ------
    ValueError
        If shapes disagree or a value is missing.
    """

    design: Design
    inputs: SiteFeatures
    physics: SiteFeatures
    simulated: FloatArray
    ensemble: FloatArray

    def __post_init__(self) -> None:
        for name in ("inputs", "physics"):
            table: SiteFeatures = getattr(self, name)
            _check(name, table.values, (self.design.n_sites, len(table.variables)))
        _check("simulated", self.simulated, self.design.targets.shape)
        _check("ensemble", self.ensemble, (len(self.ensemble), *self.design.targets.shape))

    def design_with(self, tables: Sequence[str]) -> Design:
        """Return the design with more candidates.

        Parameters
        ----------
        tables : sequence of str
            Among ``inputs`` and ``physics``. A feature that is already a candidate, by name and
            value, is not taken twice: elevation may be both covariate and input.

        Raises
        ------
        ValueError
            If a feature has the name of another one with other values.
        """
        design = self.design
        for name in tables:
            design = _joined(design, getattr(self, name))
        return design


def _joined(design: Design, table: SiteFeatures) -> Design:
    position = {variable.id: k for k, variable in enumerate(design.variables)}
    new = []
    for k, variable in enumerate(table.variables):
        if variable.id not in position:
            new.append(k)
        elif not np.allclose(design.covariates[:, position[variable.id]], table.values[:, k]):
            raise ValueError(f"two different features are both called {variable.id!r}: rename one")
    measured = design.site_covariates
    if measured is not None:  # none of the new features was measured at the sites
        measured = np.hstack([measured, np.full((design.n_sites, len(new)), np.nan)])
    return replace(
        design,
        covariates=np.hstack([design.covariates, table.values[:, new]]),
        variables=(*design.variables, *(table.variables[k] for k in new)),
        site_covariates=measured,
    )


def _check(name: str, values: FloatArray, shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise ValueError(f"{name} has shape {values.shape}, the design asks for {shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name}: {np.count_nonzero(~np.isfinite(values))} values are missing")
