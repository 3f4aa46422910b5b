"""What a covariate is, wherever its values travel: the description shared by all rooms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

VariableKind = Literal["continuous", "categorical"]
VariableGroup = Literal["climate", "vegetation", "soil", "terrain", "physics", "other"]


@dataclass(frozen=True)
class Variable:
    """One covariate.

    Values travel as columns of float matrices with NaN for missing; a categorical variable's
    column holds its class codes, and `classes` names them.

    Parameters
    ----------
    id : str
        Name used in files, tables and plots.
    kind : {"continuous", "categorical"}
        Whether the values are measurements or class codes.
    group : str
        Driver group for importance: climate, vegetation, soil, terrain, physics, other.
    quantity : str
        What is measured, as declared in the manifest.
    unit : str
        Canonical unit of the values ("1" for dimensionless and for classes).
    classes : mapping of int to str
        Class names by code; empty for continuous variables.
    """

    id: str
    kind: VariableKind
    group: VariableGroup = "other"
    quantity: str = ""
    unit: str = "1"
    classes: Mapping[int, str] = field(default_factory=dict)

    @property
    def is_categorical(self) -> bool:
        """Whether the values are class codes."""
        return self.kind == "categorical"
