"""The evidence: what is accepted, and what each approach may learn from."""

from dataclasses import replace

import numpy as np
import pytest

from features.variables import Variable
from models.hybrid import SiteFeatures


def test_each_step_adds_one_table_and_keeps_the_others(make_evidence):
    evidence = make_evidence()
    ids = [v.id for v in evidence.design_with(("inputs", "physics")).variables]
    assert ids[:3] == ["covariate0", "covariate1", "covariate2"]
    assert ids[3:7] == ["input0", "input1", "input2", "land"]
    assert ids[7:] == ["physics0", "physics1", "physics2"]
    assert evidence.design_with(()) is evidence.design


def test_a_covariate_that_is_also_an_input_is_taken_once(make_evidence):
    evidence = make_evidence()
    shared = SiteFeatures(evidence.design.covariates[:, :1], evidence.design.variables[:1])
    design = replace(evidence, inputs=shared).design_with(("inputs",))
    assert design.covariates.shape == evidence.design.covariates.shape


def test_two_features_of_one_name_are_refused(make_evidence):
    evidence = make_evidence()
    strange = SiteFeatures(
        evidence.design.covariates[:, :1] + 1, (Variable("covariate0", "continuous"),)
    )
    with pytest.raises(ValueError, match="'covariate0': rename one"):
        replace(evidence, inputs=strange).design_with(("inputs",))


def test_values_measured_at_sites_stay_with_their_columns(make_evidence):
    evidence = make_evidence()
    measured = evidence.design.covariates + 1
    evidence = replace(evidence, design=replace(evidence.design, site_covariates=measured))
    widened = evidence.design_with(("inputs",)).site_covariates
    np.testing.assert_array_equal(widened[:, :3], measured)
    assert np.isnan(widened[:, 3:]).all()


@pytest.mark.parametrize("part", ["simulated", "ensemble"])
def test_a_missing_simulation_is_refused(make_evidence, part):
    evidence = make_evidence()
    values = getattr(evidence, part).copy()
    values[..., 0] = np.nan
    with pytest.raises(ValueError, match=f"{part}: {values[..., 0].size} values are missing"):
        replace(evidence, **{part: values})


def test_shapes_that_do_not_fit_the_design_are_refused(make_evidence):
    evidence = make_evidence()
    with pytest.raises(ValueError, match=r"simulated has shape \(79, 2\).*\(80, 2\)"):
        replace(evidence, simulated=evidence.simulated[1:])
