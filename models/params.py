"""What a learner is told: its parameters, and the values of them that a search tries."""

from __future__ import annotations

from collections.abc import Mapping

Value = float | int | str
Params = Mapping[str, Value]
Grid = Mapping[str, tuple[Value, ...]]
