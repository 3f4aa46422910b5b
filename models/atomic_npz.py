"""Files of plain arrays: written whole or not at all, read without executing anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from features.atomic_files import replacing

_VERSION = "format_version"


def save_npz(path: Path, version: int, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    """Write arrays as compressed npz, under another name until the file is whole.

    Parameters
    ----------
    path : Path
        Its folder is made where it does not exist.
    version : int
        Of what the arrays mean; `load_npz` compares it.
    arrays : mapping of str to array
        Numbers or text, no objects.
    """
    values: dict[str, Any] = {**arrays, _VERSION: np.int64(version)}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez_compressed(stream, **values)


def load_npz(path: Path, version: int) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays that `save_npz` wrote.

    Raises
    ------
    ValueError
        If the file has another version.
    """
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    found = int(arrays.pop(_VERSION, np.int64(-1)))
    if found != version:
        raise ValueError(
            f"{path}: written in format {found}, this version of Solum reads {version}; "
            "delete it and run stage `models` again"
        )
    return arrays
