"""Bootstrap members: who is in the bag, what is perturbed, and independence of the order."""

from dataclasses import replace

import numpy as np
import pytest

from features.variables import Variable
from models.bootstrap import depth_lines, fit_member, perturbed_targets, resample_groups
from models.depth import DepthLines
from models.design import Design
from models.preparation import Preparation
from models.settings import ScreeningSettings

PARAMS = {"max_depth": 2, "min_data_in_leaf": 3, "bagging_fraction": 0.6, "learning_rate": 0.1,
          "n_estimators": 20}  # fmt: skip


def make_design(n=60, seed=0):
    rng = np.random.default_rng(seed)
    covariates = rng.normal(size=(n, 3))
    surface = 5 + covariates[:, 0] + rng.normal(0, 0.3, n)
    targets = np.column_stack([surface, 2.3 * surface + rng.normal(0, 0.5, n)])
    targets[rng.random(n) < 0.3, 1] = np.nan
    return Design(
        ids=np.arange(n).astype(str),
        covariates=covariates,
        variables=tuple(Variable(name, "continuous") for name in "abc"),
        targets=targets,
        depths=((0, 10), (0, 30)),
        xy=rng.uniform(0, 1e5, (n, 2)),
        groups=np.arange(n) // 2,
        fill_log_sd=np.zeros((n, 2)),
        measured_bd=np.ones(n, dtype=bool),
    )


def prepared(design):
    return Preparation.fit(
        design.covariates, design.variables, design.target, ScreeningSettings(enabled=False)
    )


def fitted(index, design=None, seed=1):
    design = design or make_design()
    return fit_member(index, design, prepared(design), "brt", PARAMS, seed)


def assert_same(one, other):
    np.testing.assert_array_equal(one.in_bag, other.in_bag)
    np.testing.assert_array_equal(one.oob, other.oob)


def test_a_member_does_not_depend_on_those_before_it():
    alone = fitted(3)
    for k in range(3):
        fitted(k)
    assert_same(fitted(3), alone)


def test_members_and_seeds_differ():
    bags = [fitted(0).in_bag, fitted(1).in_bag, fitted(0, seed=2).in_bag]
    assert len({bag.tobytes() for bag in bags}) == 3


def test_exactly_the_sites_left_out_are_predicted():
    member = fitted(0)
    np.testing.assert_array_equal(np.isfinite(member.oob).all(axis=1), member.in_bag == 0)
    assert 0.2 < (member.in_bag == 0).mean() < 0.6


def test_out_of_bag_depths_keep_their_order():
    oob = fitted(0).oob
    seen = oob[np.isfinite(oob[:, 0])]
    assert (seen[:, 1] >= seen[:, 0]).all()
    assert (seen >= 0).all()


def test_groups_never_part():
    groups = np.array([5, 5, 9, 2, 2, 2, 7])
    rows = resample_groups(groups, np.random.default_rng(0))
    counts = np.bincount(rows, minlength=7)
    for group in np.unique(groups):
        assert len(np.unique(counts[groups == group])) == 1


def test_as_many_groups_are_drawn_as_there_are():
    groups = np.arange(50)
    assert len(resample_groups(groups, np.random.default_rng(0))) == 50


def test_measured_targets_are_not_perturbed():
    design = make_design()
    np.testing.assert_array_equal(
        perturbed_targets(design, np.random.default_rng(0)), design.targets
    )


def test_perturbation_keeps_the_mean_and_has_the_stated_spread():
    design = make_design(n=20_000)
    design = replace(design, fill_log_sd=np.full((20_000, 2), 0.3))
    ratio = perturbed_targets(design, np.random.default_rng(0)) / design.targets
    surface, deep = ratio[:, 0], ratio[np.isfinite(ratio[:, 1]), 1]
    assert surface.mean() == pytest.approx(1, abs=4 * 0.31 / np.sqrt(20_000))
    assert np.log(surface).std() == pytest.approx(0.3, rel=0.03)
    np.testing.assert_allclose(deep, surface[np.isfinite(ratio[:, 1])])  # one draw a site


def test_site_covariates_train_and_the_stacks_predict():
    """The site's own values tell the target exactly; the stack's are noise and must be used."""
    design = make_design(n=120)
    noise = np.random.default_rng(5).normal(size=design.covariates.shape)
    informed = replace(design, covariates=noise, site_covariates=design.covariates)
    member = fit_member(0, informed, prepared(design), "brt", PARAMS, 1)
    out = member.in_bag == 0
    from_stack = member.model.predict(prepared(design).encode(noise[out]))
    np.testing.assert_allclose(member.oob[out, 0], from_stack, rtol=1e-6)


def test_classes_without_training_sites_are_not_predicted():
    design = make_design()
    vegetation = np.where(np.arange(60) < 3, 2.0, 1.0)
    variables = (*design.variables[:2], Variable("v", "categorical", classes={1: "a", 2: "b"}))
    with_class = np.column_stack([design.covariates[:, :2], vegetation])
    design = replace(design, covariates=with_class, variables=variables)
    preparation = prepared(design.take(np.arange(3, 60)))
    member = fit_member(0, design, preparation, "brt", PARAMS, 1)
    assert np.isnan(member.oob[:3]).all()


def test_lines_are_those_of_the_resample():
    design = make_design()
    rows = np.arange(30)
    expected = DepthLines.fit(design.targets[rows])
    found = depth_lines(design.targets, rows)
    np.testing.assert_allclose(found.slope, expected.slope)
    np.testing.assert_allclose(found.residual_sd, expected.residual_sd)


def test_a_resample_that_misses_the_deep_sites_takes_the_line_of_all():
    targets = make_design().targets
    shallow = np.flatnonzero(np.isnan(targets[:, 1]))
    found = depth_lines(targets, shallow)
    np.testing.assert_allclose(found.slope, DepthLines.fit(targets).slope)


def test_a_depth_no_site_reaches_has_no_line():
    targets = make_design().targets.copy()
    targets[:, 1] = np.nan
    assert np.isnan(depth_lines(targets, np.arange(60)).slope[1])


def test_a_member_learns_what_an_offset_leaves():
    design = make_design()
    offset = np.linspace(1.0, 3.0, design.n_sites)
    targets = design.targets.copy()
    targets[:, 0] -= offset
    member = fit_member(0, design, prepared(design), "brt", PARAMS, 1, offset)
    of_rest = fit_member(0, replace(design, targets=targets), prepared(design), "brt", PARAMS, 1)
    left_out = member.in_bag == 0
    learned = member.oob[left_out, 0] - offset[left_out]
    np.testing.assert_allclose(learned, of_rest.oob[left_out, 0], atol=1e-6)
