"""One bootstrap member: its model, its depth lines, and what it said of the sites it never saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .atomic_npz import load_npz, save_npz
from .depth import DepthLines
from .portable import PortableModel, from_arrays

FORMAT_VERSION = 1


@dataclass(frozen=True, eq=False)
class Member:
    """A model fitted on one resample of the sites.

    Parameters
    ----------
    index : int
        Number of the member; with the seed it decides the resample.
    model : PortableModel
        Of the target at the modelled depth.
    lines : DepthLines
        From the modelled depth down, fitted on the same resample.
    in_bag : array of int16, shape (n,)
        How often each site stands in the resample.
    oob : array of float64, shape (n, d)
        Prediction at every depth of the sites left out; NaN for the others.
    """

    index: int
    model: PortableModel
    lines: DepthLines
    in_bag: npt.NDArray[np.int16]
    oob: npt.NDArray[np.float64]


def save_member(member: Member, path: Path) -> None:
    """Write a member as compressed npz, under another name until the file is whole."""
    arrays: dict[str, Any] = {
        "index": np.int64(member.index),
        "kind": np.str_(member.model.kind),
        "in_bag": member.in_bag,
        "oob": member.oob,
        **{f"model.{name}": value for name, value in member.model.arrays().items()},
        **{f"lines.{name}": value for name, value in member.lines.to_arrays().items()},
    }
    save_npz(path, FORMAT_VERSION, arrays)


def load_member(path: Path) -> Member:
    """Read a member that `save_member` wrote.

    Raises
    ------
    ValueError
        If the file was written by another version of the format.
    """
    arrays = load_npz(path, FORMAT_VERSION)
    return Member(
        index=int(arrays["index"]),
        model=from_arrays(str(arrays["kind"]), _part(arrays, "model.")),
        lines=DepthLines.from_arrays(_part(arrays, "lines.")),
        in_bag=arrays["in_bag"],
        oob=arrays["oob"],
    )


def _part(arrays: Mapping[str, npt.NDArray[Any]], prefix: str) -> dict[str, npt.NDArray[Any]]:
    return {
        name.removeprefix(prefix): value
        for name, value in arrays.items()
        if name.startswith(prefix)
    }
