"""Tables of the run directory, and the record that lets a finished stage be skipped."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from features.atomic_files import replacing, write_json

from .run_paths import RunPaths

ROOMS = Path(__file__).resolve().parents[1]


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def write_table(path: Path, table: pd.DataFrame) -> None:
    """Write a table atomically as CSV, numbers in full precision, missing as empty."""
    with replacing(path) as temporary:
        table.to_csv(temporary, index=False, lineterminator="\n")


def read_table(path: Path, text: Sequence[str] = ("id",)) -> pd.DataFrame:
    """Read a table written by `write_table`, to the same bits; `text` columns stay text."""
    return pd.read_csv(path, dtype=dict.fromkeys(text, str))


def code_fingerprint(rooms: Sequence[str]) -> str:
    """Return the hash of the source code of the given rooms or files, relative to the project."""
    digest = hashlib.blake2b(digest_size=16)
    for room in rooms:
        place = ROOMS / room
        for source in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()


def is_finished(paths: RunPaths, stage: str, stage_fingerprint: str) -> bool:
    """Whether the stage was finished with the same inputs, settings and code."""
    record = _record(paths, stage)
    return record.get("fingerprint") == stage_fingerprint and "seconds" in record


def resumes(paths: RunPaths, stage: str, stage_fingerprint: str) -> bool:
    """Whether the stage was started with the same inputs, settings and code."""
    return _record(paths, stage).get("fingerprint") == stage_fingerprint


def mark_started(paths: RunPaths, stage: str, stage_fingerprint: str) -> None:
    """Record that a stage has begun, so that a killed run can go on where it stopped."""
    write_json(paths.stage_record(stage), {"fingerprint": stage_fingerprint})


def mark_finished(
    paths: RunPaths, stage: str, stage_fingerprint: str, seconds: float, peak_memory_mib: float
) -> None:
    """Record that a stage is finished, and what it cost."""
    write_json(
        paths.stage_record(stage),
        {
            "fingerprint": stage_fingerprint,
            "seconds": round(seconds, 2),
            "peak_memory_mib": round(peak_memory_mib, 1),
        },
    )


def _record(paths: RunPaths, stage: str) -> dict[str, Any]:
    path = paths.stage_record(stage)
    return dict(read_json(path)) if path.is_file() else {}
