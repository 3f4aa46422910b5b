"""Parameters with their unit, bounds and source, and the plain tuples that kernels take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from features.errors import InputError, Problem

Values = TypeVar("Values", bound=tuple[float, ...])


@dataclass(frozen=True)
class Parameter:
    """One number of a law.

    Parameters
    ----------
    value : float
        Default.
    unit : str
        Unit of the value; "1" for a pure number.
    lower, upper : float
        Bounds beyond which the law has no meaning or was never observed.
    source : str
        Where the default comes from: a paper with its equation or table, or "own" with the reason.
    meaning : str
        What it is, in one line.
    """

    value: float
    unit: str
    lower: float
    upper: float
    source: str
    meaning: str

    def __post_init__(self) -> None:
        if not self.lower <= self.value <= self.upper:
            raise ValueError(f"default {self.value} of `{self.meaning}` is outside its own bounds")


@dataclass(frozen=True)
class ParameterTable(Generic[Values]):
    """The parameters of one process.

    Parameters
    ----------
    process : str
        Name of the process, as in ``simulator.parameters.<process>``.
    kind : type
        NamedTuple of floats that the kernels take; its fields are the parameters' names.
    parameters : mapping of str to Parameter
        One for each field, in the fields' order.

    Raises
    ------
    ValueError
        Where fields and parameters differ.
    """

    process: str
    kind: type[Values]
    parameters: Mapping[str, Parameter]

    def __post_init__(self) -> None:
        fields: tuple[str, ...] = self.kind._fields  # type: ignore[attr-defined]
        if tuple(self.parameters) != fields:
            raise ValueError(f"{self.process}: {tuple(self.parameters)} are not {fields}")

    @property
    def defaults(self) -> Values:
        """All default values."""
        return self.with_values({})

    def with_values(self, changes: Mapping[str, float]) -> Values:
        """Return the defaults with some values replaced.

        Raises
        ------
        InputError
            For unknown names and values outside their bounds, all of them at once.
        """
        problems = [
            problem for name, value in changes.items() if (problem := self._problem(name, value))
        ]
        if problems:
            raise InputError(problems)
        values: dict[str, Any] = {name: each.value for name, each in self.parameters.items()}
        values |= {name: float(value) for name, value in changes.items()}
        return self.kind(**values)

    def _problem(self, name: str, value: float) -> Problem | None:
        where = f"{self.process}.{name}"
        if name not in self.parameters:
            return Problem(
                where, "there is no such parameter", f"known are {', '.join(self.parameters)}"
            )
        known = self.parameters[name]
        if known.lower <= value <= known.upper:
            return None
        return Problem(
            where,
            f"{value:g} {known.unit} is outside {known.lower:g} to {known.upper:g}",
            f"{known.meaning}; the default is {known.value:g} {known.unit} ({known.source})",
        )
