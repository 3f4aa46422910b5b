"""Encoding: classes seen in training get a column, all others are flagged, never coded as zeros."""

import json

import numpy as np
import pytest

from features.variables import Variable
from models.encoding import Encoder

VARIABLES = (
    Variable("map", "continuous", unit="mm"),
    Variable("vegetation", "categorical", classes={1: "forest", 2: "grassland", 3: "wetland"}),
)
TRAINING = np.array([[400.0, 1], [500, 3], [450, 1]])


@pytest.fixture
def encoder():
    return Encoder.fit(TRAINING, VARIABLES)


def test_columns_name_the_variable_and_the_class(encoder):
    assert encoder.columns == ((0, "map"), (1, "vegetation=forest"), (1, "vegetation=wetland"))


def test_one_indicator_is_set_in_each_row(encoder):
    encoded = encoder.transform(TRAINING)
    assert encoded.dtype == np.float32
    np.testing.assert_array_equal(encoded, [[400, 1, 0], [500, 0, 1], [450, 1, 0]])


def test_a_class_without_training_rows_is_not_applicable_and_not_all_zeros(encoder):
    rows = np.array([[400.0, 2], [400, 3]])
    assert encoder.applicable(rows).tolist() == [False, True]
    assert np.isnan(encoder.transform(rows)[0, 1:]).all()


@pytest.mark.parametrize("row", [[np.nan, 1.0], [400.0, np.nan]])
def test_a_missing_value_is_not_applicable(encoder, row):
    assert not encoder.applicable(np.array([row]))[0]


def test_a_code_without_a_name_is_shown_as_its_number():
    encoder = Encoder.fit(np.array([[7.0]]), (Variable("rock", "categorical"),))
    assert encoder.columns == ((0, "rock=7"),)


def test_it_survives_json(encoder):
    assert Encoder.from_dict(json.loads(json.dumps(encoder.to_dict()))) == encoder
