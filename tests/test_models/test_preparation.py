"""Preparation: what training rows teach, and nothing else."""

import json

import numpy as np
import pytest

from features.variables import Variable
from models.preparation import Preparation
from models.settings import ScreeningSettings

VARIABLES = (
    Variable("driver", "continuous"),
    Variable("noise", "continuous"),
    Variable("vegetation", "categorical", classes={1: "forest", 2: "wetland"}),
)


@pytest.fixture
def data():
    rng = np.random.default_rng(3)
    matrix = np.column_stack([rng.normal(size=(90, 2)), rng.integers(1, 3, size=90)])
    return matrix, 2 * matrix[:, 0] + 3 * (matrix[:, 2] == 2) + 0.3 * rng.normal(size=90)


def test_screening_keeps_the_drivers_and_drops_the_noise(data):
    preparation = Preparation.fit(*data[:1], VARIABLES, data[1], ScreeningSettings())
    assert preparation.ids == ("driver", "vegetation")
    assert set(preparation.decisions["variable"]) == {"driver", "noise", "vegetation"}


def test_without_screening_every_candidate_stays(data):
    settings = ScreeningSettings(enabled=False)
    preparation = Preparation.fit(data[0], VARIABLES, data[1], settings)
    assert preparation.kept == (0, 1, 2)


def test_all_candidates_and_kept_ones_alone_encode_alike(data):
    matrix, y = data
    preparation = Preparation.fit(matrix, VARIABLES, y, ScreeningSettings())
    kept = matrix[:, list(preparation.kept)]
    np.testing.assert_array_equal(preparation.encode(matrix), preparation.encode_kept(kept))


def test_scaling_constants_are_those_of_the_encoded_training_rows(data):
    matrix, y = data
    preparation = Preparation.fit(matrix, VARIABLES, y, ScreeningSettings())
    scaled = (preparation.encode(matrix) - preparation.mean) / preparation.sd
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(axis=0), 1, rtol=1e-6)


def test_a_dropped_covariate_may_be_missing(data):
    matrix, y = data
    preparation = Preparation.fit(matrix, VARIABLES, y, ScreeningSettings())
    rows = np.array([[0.0, np.nan, 1.0], [np.nan, 0.0, 1.0]])
    assert preparation.applicable(rows).tolist() == [True, False]


def test_it_survives_json(data):
    matrix, y = data
    preparation = Preparation.fit(matrix, VARIABLES, y, ScreeningSettings())
    again = Preparation.from_dict(json.loads(json.dumps(preparation.to_dict())))
    assert again.ids == preparation.ids
    np.testing.assert_array_equal(again.encode(matrix), preparation.encode(matrix))
