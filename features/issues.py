"""A record of all that was dropped, filled, converted or doubted: nothing happens silently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import attrgetter

import pandas as pd

ISSUE_COLUMNS = ("file", "row", "column", "code", "value", "action", "message")


@dataclass(frozen=True)
class Issue:
    """One doubt about one value.

    Parameters
    ----------
    file : str
        Name of the file the value came from.
    row : int or None
        Row as a spreadsheet shows it (the header is row 1), or None for a whole file.
    column : str
        Column or band concerned.
    code : str
        Short machine-readable name, such as ``bd_filled``.
    value : str
        The value found, as text.
    action : str
        What was done: ``dropped``, ``filled``, ``kept``, ``converted``, ``flagged``.
    message : str
        One sentence for a person.
    """

    file: str
    row: int | None
    column: str
    code: str
    value: str
    action: str
    message: str


@dataclass
class IssueLog:
    """Collects issues in the order they are met."""

    issues: list[Issue] = field(default_factory=list)

    def add(self, issue: Issue) -> None:
        """Append one issue."""
        self.issues.append(issue)

    def extend(self, issues: Iterable[Issue]) -> None:
        """Append several issues."""
        self.issues.extend(issues)

    def add_rows(
        self,
        file: str,
        rows: Iterable[int],
        column: str,
        code: str,
        values: Iterable[object],
        action: str,
        message: str,
    ) -> None:
        """Append the same doubt for several rows of one file, each with its own value."""
        self.issues.extend(
            Issue(file, int(row), column, code, _text(value), action, message)
            for row, value in zip(rows, values, strict=True)
        )

    def counts(self) -> dict[str, int]:
        """Return the number of issues by code."""
        return dict(Counter(issue.code for issue in self.issues))

    def to_frame(self) -> pd.DataFrame:
        """Return the log as the table written to ``issues.csv``."""
        fields = attrgetter(*ISSUE_COLUMNS)  # astuple copies deeply: seconds at 100,000 issues
        return pd.DataFrame([fields(issue) for issue in self.issues], columns=list(ISSUE_COLUMNS))


def _text(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
