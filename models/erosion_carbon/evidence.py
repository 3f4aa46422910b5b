"""What speaks for the simulator and what against it: errors beside what they should be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import pandas as pd

Kind = Literal["exact", "model", "observed", "virtual"]
"""Beside a closed solution, another model, a measurement, or published ranges of other land."""
WORDS: dict[Kind, tuple[str, str, str]] = {
    "exact": ("holds", "holds", "fails"),
    "model": ("agrees", "agrees", "differs"),
    "observed": ("better", "as good", "worse"),
    "virtual": ("plausible", "plausible", "implausible"),
}
"""Within the yardstick, about as far, beyond it."""
ABOUT = 0.1
"""Against observations, an error within a tenth of the yardstick's is as good."""


class Finding(NamedTuple):
    """One number beside what it should reach.

    Parameters
    ----------
    kind : str
        Of evidence.
    case, measure : str
        What was compared, and by which score.
    value : float
        Found.
    unit : str
        Of the value.
    yardstick : float
        A tolerance, or what others reach.
    whose : str
        Where the yardstick comes from; ``own`` is a tolerance of our own choice.
    best : float
        Value of a perfect result: 0 for an error, 1 for an efficiency.
    """

    kind: Kind
    case: str
    measure: str
    value: float
    unit: str
    yardstick: float
    whose: str
    best: float

    @property
    def error_ratio(self) -> float:
        """Distance from the best over that of the yardstick: at most 1 is good."""
        return abs(self.value - self.best) / abs(self.yardstick - self.best)

    @property
    def verdict(self) -> str:
        """One of `WORDS`."""
        within, about, beyond = WORDS[self.kind]
        if self.kind == "observed" and abs(self.error_ratio - 1.0) <= ABOUT:
            return about
        return within if self.error_ratio <= 1.0 else beyond


@dataclass
class Evidence:
    """Findings in the order they were made."""

    findings: list[Finding] = field(default_factory=list)

    def add(
        self,
        kind: Kind,
        case: str,
        measure: str,
        value: float,
        unit: str,
        yardstick: float,
        whose: str = "own",
        best: float = 0.0,
    ) -> None:
        """Add a `Finding`."""
        self.findings.append(
            Finding(kind, case, measure, float(value), unit, float(yardstick), whose, best)
        )

    def table(self) -> pd.DataFrame:
        """Return a row for each finding, with ``error_ratio`` and ``verdict``."""
        table = pd.DataFrame(self.findings, columns=list(Finding._fields))
        table["error_ratio"] = [finding.error_ratio for finding in self.findings]
        table["verdict"] = [finding.verdict for finding in self.findings]
        return table.drop(columns="best")
