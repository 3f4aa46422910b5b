"""One fold of the comparison: what it must not see, and what each approach is."""

import pickle
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from features.variables import Variable
from models.hybrid import APPROACHES, SiteFeatures, hybrid_tasks, run_hybrid_fold
from models.hybrid.ensemble_weights import glue_weights, weighted_stock
from models.learners import LEARNERS
from models.validation import fold_tasks

BLOCK_M = 1e5


def with_evidence(task, **changes):
    """Return the task with other evidence; the folds are dealt already."""
    evidence = replace(task.evidence, **changes)
    return replace(task, evidence=evidence, fold=replace(task.fold, design=evidence.design))


def assert_same(first, second):
    assert first.screened == second.screened
    assert first.params == second.params
    assert first.sharpness == second.sharpness
    np.testing.assert_array_equal(first.weights, second.weights)
    for approach in APPROACHES:
        np.testing.assert_array_equal(first.predicted[approach], second.predicted[approach])


@pytest.mark.parametrize("position", [0, 5])  # a random and a spatial fold
def test_held_out_targets_reach_no_approach(ridge, make_evidence, make_settings, position):
    """Neither predictions nor screening, tuning or ensemble weights know the held-out answers."""
    task = hybrid_tasks(make_evidence(), make_settings(), ridge, BLOCK_M)[position]
    targets = task.evidence.design.targets.copy()
    targets[task.fold.test] = 100 * targets[task.fold.test][::-1]
    other = with_evidence(task, design=replace(task.evidence.design, targets=targets))
    assert_same(run_hybrid_fold(task), run_hybrid_fold(other))


@pytest.mark.parametrize("in_training", ["constant", "noise"])
def test_a_feature_that_leaks_the_held_out_answers_does_not_help(small_task, in_training):
    """The detector equals the target at the held-out sites and says nothing in training."""
    evidence, test = small_task.evidence, small_task.fold.test
    observed = evidence.design.target
    random = np.random.default_rng(3).normal(size=len(observed))
    detector = np.zeros(len(observed)) if in_training == "constant" else random
    detector[test] = observed[test]
    physics = SiteFeatures(
        np.column_stack([evidence.physics.values, detector]),
        (*evidence.physics.variables, Variable("detector", "continuous", "physics")),
    )
    result = run_hybrid_fold(with_evidence(small_task, physics=physics))
    assert "detector" not in result.screened["ml_physics"]
    assert_same(run_hybrid_fold(small_task), result)


def test_other_held_out_sites_do_not_matter_to_a_prediction(small_task):
    """Scaling, classes and screening are not learned from held-out rows either."""
    evidence, test = small_task.evidence, small_task.fold.test
    inputs, physics = evidence.inputs.values.copy(), evidence.physics.values.copy()
    inputs[test[1:], :3] *= 50
    physics[test[1:]] -= 1000
    other = with_evidence(
        small_task,
        inputs=replace(evidence.inputs, values=inputs),
        physics=replace(evidence.physics, values=physics),
    )
    first, second = run_hybrid_fold(small_task), run_hybrid_fold(other)
    for approach in APPROACHES:
        np.testing.assert_array_equal(first.predicted[approach][0], second.predicted[approach][0])


def test_ml_is_blind_to_the_simulator_and_ml_inputs_to_its_physics(small_task):
    evidence = small_task.evidence
    shuffled = np.random.default_rng(0).permutation(evidence.design.n_sites)
    physics = replace(evidence.physics, values=evidence.physics.values[shuffled])
    other = with_evidence(small_task, physics=physics, ensemble=evidence.ensemble[:, shuffled])
    first, second = run_hybrid_fold(small_task), run_hybrid_fold(other)
    for approach in ("ml", "ml_inputs", "simulator"):
        np.testing.assert_array_equal(first.predicted[approach], second.predicted[approach])
    for approach in ("ml_physics", "simulator_weighted", "residual"):
        assert (first.predicted[approach] != second.predicted[approach]).any()


def test_the_simulator_alone_is_the_uncalibrated_run(small_task):
    result = run_hybrid_fold(small_task)
    np.testing.assert_array_equal(
        result.predicted["simulator"], small_task.evidence.simulated[small_task.fold.test]
    )


def test_the_weighted_simulator_is_weighted_by_training_sites(small_task):
    evidence, fold = small_task.evidence, small_task.fold
    result = run_hybrid_fold(small_task)
    weights = glue_weights(
        evidence.ensemble[:, fold.train], evidence.design.targets[fold.train], result.sharpness
    )
    np.testing.assert_array_equal(result.weights, weights)
    np.testing.assert_allclose(
        result.predicted["simulator_weighted"],
        weighted_stock(weights, evidence.ensemble[:, fold.test]),
    )


def test_the_residual_of_a_perfect_simulator_leaves_nothing_to_learn(small_task):
    targets = small_task.evidence.design.targets
    known = np.where(np.isnan(targets), 0.0, targets)
    perfect = with_evidence(small_task, ensemble=np.stack([known, 3 * known]))
    result = run_hybrid_fold(perfect)
    surface = targets[small_task.fold.test, 0]
    np.testing.assert_allclose(result.predicted["residual"][:, 0], surface, atol=1e-9)


def test_deeper_layers_follow_the_lines_of_the_training_sites(small_task):
    design = small_task.evidence.design
    targets = np.column_stack([design.target, 1 + 2 * design.target])
    exact = with_evidence(small_task, design=replace(design, targets=targets))
    predicted = run_hybrid_fold(exact).predicted["ml_physics"]
    np.testing.assert_allclose(predicted[:, 1], 1 + 2 * predicted[:, 0], rtol=1e-9)


def test_a_class_that_training_never_saw_is_missing_where_it_is_asked_for(
    small_task,
):
    evidence, test = small_task.evidence, small_task.fold.test
    values = evidence.inputs.values.copy()
    values[test[0], 3] = 9
    settings = small_task.fold.settings
    off = settings.model_copy(
        update={"screening": settings.screening.model_copy(update={"enabled": False})}
    )
    task = with_evidence(small_task, inputs=replace(evidence.inputs, values=values))
    task = replace(task, fold=replace(task.fold, settings=off))
    predicted = run_hybrid_fold(task).predicted
    assert np.isnan(predicted["ml_inputs"][0]).all()
    assert np.isfinite(predicted["ml"]).all()
    assert np.isfinite(predicted["ml_inputs"][1:]).all()


def test_every_site_is_held_out_once_in_every_scheme_and_seed(ridge, make_evidence, make_settings):
    tasks = hybrid_tasks(make_evidence(), make_settings(), ridge, BLOCK_M, 3)
    assert len(tasks) == 3 * 2 * 5
    for seed in range(3):
        for scheme in ("random", "spatial"):
            same = [t for t in tasks if (t.fold_seed, t.fold.scheme) == (seed, scheme)]
            assert sorted(np.concatenate([t.fold.test for t in same])) == list(range(80))


def test_the_first_seed_has_the_folds_of_stage_two_and_the_others_their_own(
    ridge, make_evidence, make_settings
):
    evidence, settings = make_evidence(), make_settings(schemes=("random", "random_study"))
    ours = hybrid_tasks(evidence, settings, ridge, BLOCK_M, 2)
    theirs = [t for t in fold_tasks(evidence.design, settings, BLOCK_M) if t.scheme == "random"]
    assert {task.fold.scheme for task in ours} == {"random"}
    for one, other in zip(ours[:5], theirs, strict=True):
        np.testing.assert_array_equal(one.fold.test, other.test)
    assert ours[0].fold.test.tolist() != ours[5].fold.test.tolist()


def test_the_manifest_may_replace_axes_of_the_small_grid(make_evidence, make_settings):
    settings = make_settings(search={"rf": {"n_estimators": (7,)}})
    task = hybrid_tasks(make_evidence(), settings, "rf", BLOCK_M)[0]
    assert task.search_space()["n_estimators"] == (7,)
    assert len(task.search_space()["max_features"]) == 2


@pytest.mark.parametrize("learner", ["rf", "svm", "brt", "xgb"])
def test_every_learner_of_the_registry_can_be_asked(make_evidence, make_settings, learner):
    settings = make_settings(search={"rf": {"n_estimators": (10,)}})
    result = run_hybrid_fold(hybrid_tasks(make_evidence(), settings, learner, BLOCK_M)[0])
    assert set(result.predicted) == set(APPROACHES)
    assert all(np.isfinite(values).all() for values in result.predicted.values())
    assert set(result.params["ml"]) == set(LEARNERS[learner].grid)


def test_threads_and_pickling_change_nothing(ridge, make_evidence, make_settings):
    tasks = hybrid_tasks(make_evidence(), make_settings(), ridge, BLOCK_M, 1)
    one_by_one = [run_hybrid_fold(task) for task in tasks]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(run_hybrid_fold, pickle.loads(pickle.dumps(tasks))))
    for first, second in zip(one_by_one, together, strict=True):
        assert_same(first, second)
