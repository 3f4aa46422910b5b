"""Search spaces given in the manifest, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Iterator

from features.errors import Problem

from .learners import LEARNERS, Learner
from .settings import ModelSettings

SHARES = ("max_features", "bagging_fraction", "subsample", "colsample_bytree")
"""Parameters that are a part of the whole: above 0, at most 1."""


def search_problems(settings: ModelSettings) -> list[Problem]:
    """Return what is wrong with ``model.search``: parameters no learner has, impossible values."""
    problems: list[Problem] = []
    for name, space in settings.search.items():
        learner = LEARNERS[name]
        for parameter, values in space.items():
            where = f"model.search.{name}.{parameter}"
            problems += _axis_problems(learner, parameter, values, where)
    return problems


def _axis_problems(
    learner: Learner, parameter: str, values: tuple[float | int | str, ...], where: str
) -> Iterator[Problem]:
    if parameter not in learner.grid:
        what = f"{learner.title} has no parameter {parameter!r}"
        yield Problem(where, what, f"choose among {', '.join(sorted(learner.grid))}")
        return
    if not values:
        yield Problem(where, "names no value to try", "give at least one, such as [100]")
    whole = all(isinstance(value, int) for value in learner.grid[parameter])
    expected = "a whole number above 0" if whole else "a number above 0"
    if parameter in SHARES:
        expected = "a share above 0 and at most 1"
    for value in values:
        if not _possible(value, whole=whole, share=parameter in SHARES):
            usual = ", ".join(f"{each:.3g}" for each in learner.grid[parameter])
            yield Problem(where, f"got {value!r}: {expected} is expected", f"usual are {usual}")


def _possible(value: float | int | str, *, whole: bool, share: bool) -> bool:
    if isinstance(value, str) or not 0 < value < float("inf"):
        return False
    return (not whole or value == int(value)) and (not share or value <= 1)
