"""The chosen model in the run directory: written by stage 2, read by maps and predictions."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

from models.applicability import Applicability
from models.intervals import Calibration
from models.member import load_member
from models.prediction import MapModel
from models.preparation import Preparation

from .run_paths import RunPaths
from .store import read_json

_reading = Lock()


def read_map_model(paths: RunPaths) -> MapModel:
    """Return the chosen model with all its members; read once and remembered.

    Raises
    ------
    FileNotFoundError
        If stage 2 of the run is not finished.
    """
    with _reading:  # the first tiles ask at once; each thread would read all members for itself
        return _read_map_model(paths.root, paths.final_model.stat().st_mtime_ns)


def read_final(paths: RunPaths) -> dict[str, Any]:
    """Return ``final_model.json``."""
    return dict(read_json(paths.final_model))


@lru_cache(maxsize=1)
def _read_map_model(root: Path, modified_ns: int) -> MapModel:  # noqa: ARG001 - part of the key
    paths = RunPaths(root)
    final = read_final(paths)
    return MapModel(
        preparation=Preparation.from_dict(final["preparation"]),
        members=tuple(load_member(paths.member(k)) for k in range(final["n_members"])),
        calibrations=tuple(Calibration.from_dict(item) for item in final["calibrations"]),
        applicability=Applicability.load(paths.applicability_model),
    )
