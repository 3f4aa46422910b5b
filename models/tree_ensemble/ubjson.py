"""Reader of Universal Binary JSON (ubjson.org, draft 12), the format XGBoost saves models in."""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

_NUMBERS = {b"i": "b", b"U": "B", b"I": ">h", b"l": ">i", b"L": ">q", b"d": ">f", b"D": ">d"}
_STRUCTS = {marker: struct.Struct(code) for marker, code in _NUMBERS.items()}
_DTYPES = {marker: np.dtype(code) for marker, code in _NUMBERS.items()}
_CONSTANTS = {b"Z": None, b"T": True, b"F": False}


def loads(data: bytes) -> Any:
    """Return the value held by UBJSON bytes; typed number arrays become numpy arrays.

    Raises
    ------
    ValueError
        At a marker that is not UBJSON.
    """
    value, _ = _value(data, 0)
    return value


def _value(data: bytes, at: int) -> tuple[Any, int]:
    return _typed(data, data[at : at + 1], at + 1)


def _typed(data: bytes, marker: bytes, at: int) -> tuple[Any, int]:
    if marker in _STRUCTS:
        number = _STRUCTS[marker]
        return number.unpack_from(data, at)[0], at + number.size
    if marker == b"S":
        return _text(data, at)
    if marker == b"{":
        return _object(data, at)
    if marker == b"[":
        return _array(data, at)
    if marker in _CONSTANTS:
        return _CONSTANTS[marker], at
    raise ValueError(f"not UBJSON: unknown marker {marker!r} at byte {at - 1}")


def _text(data: bytes, at: int) -> tuple[str, int]:
    length, at = _value(data, at)
    return data[at : at + length].decode(), at + length


def _header(data: bytes, at: int) -> tuple[bytes | None, int | None, int]:
    """Return the item type and the count of a container, where it states them."""
    item = None
    if data[at : at + 1] == b"$":
        item, at = data[at + 1 : at + 2], at + 2
    if data[at : at + 1] != b"#":
        return item, None, at
    count, at = _value(data, at + 1)
    return item, count, at


def _array(data: bytes, at: int) -> tuple[Any, int]:
    item, count, at = _header(data, at)
    if item in _DTYPES and count is not None:
        dtype = _DTYPES[item]
        return np.frombuffer(data, dtype, count, at), at + count * dtype.itemsize
    values: list[Any] = []
    while len(values) != count and (count is not None or data[at : at + 1] != b"]"):
        value, at = _value(data, at) if item is None else _typed(data, item, at)
        values.append(value)
    return values, at + (count is None)


def _object(data: bytes, at: int) -> tuple[dict[str, Any], int]:
    item, count, at = _header(data, at)
    values: dict[str, Any] = {}
    while len(values) != count and (count is not None or data[at : at + 1] != b"}"):
        key, at = _text(data, at)
        values[key], at = _value(data, at) if item is None else _typed(data, item, at)
    return values, at + (count is None)
