"""The list of equations is true, and those of agreement are right."""

from importlib import import_module

import numpy as np
import pytest

from models.erosion_carbon.agreement import nash_sutcliffe, relative_bias_percent
from models.erosion_carbon.equations import EQUATIONS


def test_every_equation_of_the_paper_has_a_place():
    assert sorted(EQUATIONS) == list(range(1, 28))


@pytest.mark.parametrize(("number", "place"), EQUATIONS.items())
def test_a_function_names_the_equation_it_holds(number, place):
    module, _, name = place.rpartition(".")
    function = getattr(import_module(f"models.erosion_carbon.{module}"), name)
    text = f"{import_module(f'models.erosion_carbon.{module}').__doc__} {function.__doc__}"
    spans = [range(a, b + 1) for a, b in _numbers(text)]
    assert any(number in span for span in spans)


def _numbers(text):
    """Return the spans of equation numbers a docstring speaks of: "Eqs. 5-7", "Eqs. 19, 20"."""
    import re

    for listed in re.findall(r"Eqs?\.\s*((?:\d+(?:-\d+)?(?:,\s*|\s+and\s+|;\s*)?)+)", text):
        for first, last in re.findall(r"(\d+)(?:-(\d+))?", listed):
            yield int(first), int(last or first)


def test_bias_of_twice_the_observed_is_100_percent():
    observed = np.array([1.0, 2.0, 3.0])
    assert relative_bias_percent(2 * observed, observed) == pytest.approx(100.0)


def test_nash_sutcliffe_is_one_when_perfect_and_zero_for_the_mean():
    observed = np.array([1.0, 2.0, 4.0])
    assert nash_sutcliffe(observed, observed) == 1.0
    assert nash_sutcliffe(np.full(3, observed.mean()), observed) == pytest.approx(0.0)
