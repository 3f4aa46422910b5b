"""What a simulated year depends on, as hashes: forcing, settings, code."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, fields

import numpy as np

from features.atomic_files import fingerprint
from models.erosion_carbon.forcing import CellGeometry, Forcing
from models.erosion_carbon.settings import Settings

from .simulator_gauges import WatchedCell
from .store import code_fingerprint

CODE = ("models/erosion_carbon", "pipeline/simulator_maps.py", "pipeline/simulator_tables.py")


def simulation_fingerprints(
    forcing: Forcing, laws: Settings, first_year: int, gauges: Sequence[WatchedCell]
) -> dict[str, str]:
    """Return hashes of the values of the forcing, of the settings, and of the simulator's code.

    The number of years is not among them: a simulation can be prolonged.
    """
    watched = [(gauge.id, gauge.row, gauge.col) for gauge in gauges]
    return {
        "forcing": _hash_of(forcing),
        "settings": fingerprint(asdict(laws), first_year, watched),
        "code": code_fingerprint(CODE),
    }


def _hash_of(forcing: Forcing) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for part in (forcing, forcing.geometry):
        _add(digest, part)
    for values in () if forcing.daily is None else forcing.daily:
        digest.update(_bytes_of(values))
    return digest.hexdigest()


def _add(digest: hashlib.blake2b, part: Forcing | CellGeometry) -> None:
    for each in fields(part):
        value = getattr(part, each.name)
        if not isinstance(value, CellGeometry | tuple):  # told apart by the caller
            digest.update(each.name.encode() + _bytes_of(value))


def _bytes_of(value: object) -> bytes:
    if isinstance(value, np.ndarray):
        return f"{value.shape}{value.dtype}".encode() + np.ascontiguousarray(value).tobytes()
    return repr(value).encode()
