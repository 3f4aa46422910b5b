"""Turn a document into its model, or into one problem for each thing wrong with it."""

from __future__ import annotations

import re
import types
from collections.abc import Hashable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .errors import InputError, Problem
from .yaml_loader import KeyPath, LineNumbers

Model = TypeVar("Model", bound=BaseModel)

TOO_SHORT = "has too few entries"
EXPECTED = {
    "int_parsing": "a whole number is expected",
    "int_type": "a whole number is expected",
    "int_from_float": "a whole number is expected",
    "float_parsing": "a number is expected",
    "float_type": "a number is expected",
    "bool_parsing": "true or false is expected",
    "bool_type": "true or false is expected",
    "tuple_type": "a list is expected, such as [1, 2]",
    "dict_type": "a section of `key: value` pairs is expected",
    "model_type": "a section of `key: value` pairs is expected",
}
"""Pydantic's kinds of error in the words of a person who writes YAML, not Python."""


def validate(
    model_class: type[Model], data: dict[str, Any], lines: LineNumbers, file: Path
) -> Model:
    """Return the validated model.

    Parameters
    ----------
    model_class : type of BaseModel
        What the document should be.
    data : dict
        The document.
    lines : LineNumbers
        Where its keys stand.
    file : Path
        Named in the problems.

    Raises
    ------
    InputError
        With every problem found: file and line, key path, value, what was expected, the mend.
    """
    try:
        return model_class.model_validate(data)
    except ValidationError as error:
        problems: dict[KeyPath, Problem] = {}
        asked_for_a_word: set[KeyPath] = set()
        for detail in error.errors(include_url=False):
            path = _path_in(data, detail["loc"], detail["type"])
            what, mend = _explain(model_class, path, dict(detail))
            where = lines.place(path, file, key_path(path, data))
            # A value that fits no branch of a union gives one error for each branch: keep one, for
            # numbers not the one that asks for a word.
            if path not in problems or path in asked_for_a_word:
                problems[path] = Problem(where, what, mend)
                asked_for_a_word.discard(path)
                if detail["type"] == "literal_error" and not isinstance(detail["input"], str):
                    asked_for_a_word.add(path)
        _drop_echoes(problems)
        in_order = sorted(problems.items(), key=lambda item: lines.line(item[0]))
        raise InputError([problem for _, problem in in_order]) from error


def _drop_echoes(problems: dict[KeyPath, Problem]) -> None:
    """Leave out that a list is too short where only its wrong entries make it so."""
    for path in list(problems):
        inside = any(other[: len(path)] == path and other != path for other in problems)
        if inside and problems[path].what.endswith(TOO_SHORT):
            del problems[path]


def key_path(path: KeyPath, data: Any) -> str:
    """Return a path as text, list entries named by their id: ``covariates[2] (ndvi).unit``."""
    text = ""
    for key in path:
        if isinstance(data, list) and isinstance(key, int):
            data = data[key] if key < len(data) else None
            text += f"[{key}]"
            if isinstance(data, dict) and "id" in data:
                text += f" ({data['id']})"
            continue
        data = data.get(key) if isinstance(data, dict) else None
        text += f".{key}" if text else str(key)
    return text


def _path_in(data: Any, location: tuple[int | str, ...], kind: str) -> KeyPath:
    """Keep the part of pydantic's location that is in the document (it adds names of types)."""
    path: list[Hashable] = []
    for position, step in enumerate(location):
        if isinstance(data, dict):
            keys = {str(key): key for key in data}
            if str(step) in keys:
                data = data[keys[str(step)]]
                path.append(keys[str(step)])
            elif kind == "missing" and position == len(location) - 1:
                path.append(step)
        elif isinstance(data, list | tuple) and isinstance(step, int) and step < len(data):
            data = data[step]
            path.append(step)
    return tuple(path)


def _explain(model: type[BaseModel], path: KeyPath, detail: dict[str, Any]) -> tuple[str, str]:
    """Return what is wrong and its mend."""
    kind, value, message = detail["type"], detail["input"], detail["msg"]
    name = str(path[-1]) if path else ""
    if kind == "missing" and isinstance(detail["loc"][-1], int):
        return f"got {_short(value)}: too few entries", f"correct it{_meaning(model, path)}"
    if kind == "missing":
        return f"key `{name}` is missing", f"add `{name}: ...`{_meaning(model, path)}"
    if kind == "extra_forbidden":
        return f"unknown key `{name}`", _suggestion(name, model_at(model, path[:-1]))
    if kind == "too_short":
        least = detail["ctx"]["min_length"]
        return f"got {_short(value)}: `{name}` {TOO_SHORT}", f"give at least {least}"
    if kind == "value_error":
        return message.removeprefix("Value error, "), "change these keys as said"
    if kind == "string_type" and isinstance(value, int | float):
        return f"text expected, got the number {value}", f'put quotes round it: "{value}"'
    what = f"got {_short(value)}: {EXPECTED.get(kind, f'{message[:1].lower()}{message[1:]}')}"
    if value is None:
        return f"`{name}` has no value", f"give it one, or leave the key out{_meaning(model, path)}"
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"])
        close = get_close_matches(str(value), re.findall(r"'([^']*)'", expected), n=1)
        return what, f"did you mean `{close[0]}`?" if close else f"use one of {expected}"
    return what, f"correct the value{_meaning(model, path)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _suggestion(name: str, model: type[BaseModel] | None) -> str:
    known = sorted(model.model_fields) if model else []
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    listing = f"known here: {', '.join(known)}" if known else "leave it out"
    return f"did you mean `{close[0]}`? {listing}" if close else listing


def _meaning(model: type[BaseModel], path: KeyPath) -> str:
    """Return the description of a field, where it has one."""
    owner = model_at(model, path[:-1]) if path else None
    field = owner.model_fields.get(str(path[-1])) if owner else None
    return f" ({field.description})" if field and field.description else ""


def model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel] | None:
    """Return the model class that a key path leads to, or None."""
    current: Any = model
    for step in path:
        if isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(str(step))
            current = field.annotation if field else None
        else:
            current = _element(current)
        current = _without_none(current)
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _element(annotation: Any) -> Any:
    """Return the type inside ``tuple[T, ...]`` or ``dict[K, T]``."""
    arguments = get_args(annotation)
    if not arguments:
        return None
    return arguments[1] if get_origin(annotation) is dict else arguments[0]


def _without_none(annotation: Any) -> Any:
    """Strip ``Annotated`` and ``| None``."""
    while get_origin(annotation) in (Annotated, Union, types.UnionType):
        choices = [each for each in get_args(annotation) if each is not type(None)]
        annotation = choices[0]
    return annotation
