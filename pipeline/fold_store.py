"""Finished cross-validation folds on disk, so that a killed run does not train them again."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from features.atomic_files import replacing
from models.hybrid import HybridFold
from models.validation import FoldIntervals, FoldResult

TEXT = "text"
"""Name of the JSON part; arrays have names of their own, ``field`` or ``field/learner``."""


def save_fold(path: Path, result: FoldResult | FoldIntervals | HybridFold) -> None:
    """Write a fold atomically."""
    arrays: dict[str, Any] = {}
    text: dict[str, Any] = {}
    for field in fields(result):
        value = getattr(result, field.name)
        if isinstance(value, np.ndarray):
            arrays[field.name] = value
        elif isinstance(value, dict) and any(isinstance(v, np.ndarray) for v in value.values()):
            arrays.update({f"{field.name}/{name}": array for name, array in value.items()})
        else:
            text[field.name] = value
    arrays[TEXT] = np.array(json.dumps(text, default=_plain))
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **arrays)


def load_fold(path: Path, kind: type[Any]) -> Any:
    """Read a `FoldResult`, `FoldIntervals` or `HybridFold` (`kind`) back."""
    with np.load(path, allow_pickle=False) as arrays:
        values: dict[str, Any] = json.loads(str(arrays[TEXT]))
        for key in arrays.files:
            name, _, learner = key.partition("/")
            if learner:
                values.setdefault(name, {})[learner] = arrays[key]
            elif key != TEXT:
                values[name] = arrays[key]
    if "kept" in values:
        values["kept"] = tuple(values["kept"])
    return kind(**values)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"cannot write {type(value).__name__} to JSON")
