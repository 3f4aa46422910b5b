"""The one error a user sees when the input is at fault: every problem, its place and its mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input.

    Parameters
    ----------
    where : str
        File, and the row, band or key path within it.
    what : str
        What was found, with the value, and what was expected.
    mend : str
        How to put it right.
    """

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n    mend: {self.mend}"


class InputError(ValueError):
    """Raised when the input is at fault; carries all problems found, not only the first.

    Parameters
    ----------
    problems : sequence of Problem
        At least one.
    """

    def __init__(self, problems: Sequence[Problem] | Problem) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[InputError], tuple[tuple[Problem, ...]]]:
        """Travel between processes with the problems, not with their text alone."""
        return type(self), (self.problems,)
