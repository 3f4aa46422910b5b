"""Bootstrap members: the chosen learner refitted on resamples of the sites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

import numpy as np
import numpy.typing as npt

from .depth import MIN_SITES, DepthLines, ordered
from .design import Design, FloatArray, IntArray
from .fold_tasks import training_design
from .learners import LEARNERS
from .member import Member
from .params import Value
from .portable import PortableModel
from .preparation import Preparation


def fit_member(
    index: int,
    design: Design,
    preparation: Preparation,
    learner_name: str,
    params: Mapping[str, Value],
    seed: int,
    offset: FloatArray | None = None,
) -> Member:
    """Fit one bootstrap member and let it predict the sites it has not seen.

    Groups of sites are resampled, not sites (the cluster bootstrap; Davison & Hinkley 1997,
    section 3.8): a duplicate of a site in the bag must not count as out of it. Targets that rest on
    filled bulk density or gravel are drawn anew from the uncertainty of the fill.

    Parameters
    ----------
    index : int
        Number of the member. Its random numbers come from (seed, index) alone, so that it does not
        matter which members were fitted before, or where.
    design : Design
        Training sites. Where it has `site_covariates`, they are used to fit; the sites left out
        are predicted from the stack's values, as the map is.
    preparation : Preparation
        Screening and encoding, learned from the same sites.
    learner_name : str
        A key of `LEARNERS`.
    params : mapping
        The learner's tuned parameters.
    seed : int
        Of the whole bootstrap.
    offset : array of float64, shape (n,), optional
        What is known of the target at the modelled depth without learning, in its unit; the model
        learns the rest.
    """
    known = np.zeros(design.n_sites) if offset is None else offset
    rng = np.random.default_rng(np.random.SeedSequence((seed, index)))
    rows = resample_groups(design.groups, rng)
    targets = perturbed_targets(design, rng)
    fit_seed = int(rng.integers(2**31))
    measured = training_design(design, np.arange(design.n_sites)).covariates
    X = preparation.encode(measured[rows])
    fitted = LEARNERS[learner_name].fit(X, targets[rows, 0] - known[rows], params, fit_seed)
    model: PortableModel = fitted.portable()
    lines = depth_lines(targets, rows)
    in_bag = np.bincount(rows, minlength=design.n_sites).astype(np.int16)
    oob = np.full(targets.shape, np.nan)
    left_out = (in_bag == 0) & preparation.applicable(design.covariates)
    if left_out.any():
        learned = model.predict(preparation.encode(design.covariates[left_out]))
        surface = learned.astype(np.float64) + known[left_out]
        oob[left_out] = ordered(lines.apply(surface))[0].T
    return Member(index=index, model=model, lines=lines, in_bag=in_bag, oob=oob)


def resample_groups(groups: IntArray, rng: np.random.Generator) -> IntArray:
    """Draw as many groups as there are, with replacement; return their rows, shape (about n,)."""
    _, unit = np.unique(groups, return_inverse=True)
    n_groups = int(unit.max()) + 1
    drawn = np.bincount(rng.integers(n_groups, size=n_groups), minlength=n_groups)
    return np.repeat(np.arange(len(groups)), drawn[unit])


def perturbed_targets(design: Design, rng: np.random.Generator) -> FloatArray:
    """Return targets (n, d) drawn from the uncertainty of filled bulk density and gravel.

    One normal number a site moves all its depths together. The factors have mean one: the filled
    value, corrected for back-transformation when it was filled, is already the mean.
    """
    z = rng.standard_normal(design.n_sites)[:, np.newaxis]
    log_sd = design.fill_log_sd
    return np.asarray(design.targets * np.exp(z * log_sd - log_sd**2 / 2))


def depth_lines(targets: FloatArray, rows: npt.NDArray[np.int64]) -> DepthLines:
    """Fit the lines of each depth on a resample.

    A depth that a resample hardly reaches takes the line of all sites; one that hardly any site
    reaches has a line of NaN.

    Parameters
    ----------
    targets : array of float64, shape (n, d)
        Of all sites.
    rows : array of int64
        The resample.
    """
    singles = [_line(targets[:, [0, k]], rows) for k in range(1, targets.shape[1])]
    first = DepthLines.fit(targets[:, :1])
    return DepthLines(
        **{
            item.name: np.concatenate(
                [getattr(first, item.name), *(getattr(one, item.name)[1:] for one in singles)]
            )
            for item in fields(DepthLines)
        }
    )


def _line(pair: FloatArray, rows: npt.NDArray[np.int64]) -> DepthLines:
    for tried in (pair[rows], pair):
        complete = tried[np.isfinite(tried).all(axis=1)]
        if len(np.unique(complete[:, 0])) >= MIN_SITES:
            return DepthLines.fit(tried)
    unknown = np.array([0.0, np.nan])
    return DepthLines(unknown, unknown, unknown, unknown, unknown, unknown, np.zeros(2, np.int64))
