"""Read YAML so that it means what it says, and remember the line of every key."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from .errors import InputError, Problem

KeyPath = tuple[Hashable, ...]
"""Keys and list positions from the top of the document, such as ``("covariates", 2, "unit")``."""


class LineNumbers:
    """Where in its file each key of a document stands.

    Parameters
    ----------
    lines : mapping of key path to int
        1-based line numbers; the empty path is the document itself.
    overrides : mapping of key path to str, optional
        What was set from elsewhere, and how: it has no line in the file.
    """

    def __init__(
        self, lines: Mapping[KeyPath, int], overrides: Mapping[KeyPath, str] | None = None
    ) -> None:
        self._lines = dict(lines)
        self._overrides = dict(overrides or {})

    def overridden(self, overrides: Mapping[KeyPath, str]) -> LineNumbers:
        """Return the same lines, with some keys set from elsewhere."""
        return LineNumbers(self._lines, overrides)

    def place(self, path: KeyPath, file: Path, name: str) -> str:
        """Return where a key was set, for a message: file, line and `name`, or the override."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._overrides:
                return self._overrides[path[:length]]
        if not self._lines:
            return f"{file} {name}".rstrip()
        return f"{file}:{self.line(path)} {name}".rstrip()

    def line(self, path: KeyPath) -> int:
        """Return the line of a key, or of its nearest parent that is in the file."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)


class _Loader(yaml.SafeLoader):
    """YAML 1.2 scalars: 1e5 is a number; yes, no, on, off, dates and 0_10 are text."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
    (
        "float",
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)"
        r"|\.(?:nan|NaN|NAN))$",
        "-+.0123456789",
    ),
    ("merge", r"^<<$", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    """Read 010 as ten, where YAML 1.1 reads eight."""
    return int(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)


def load_yaml(path: Path) -> tuple[dict[str, Any], LineNumbers]:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path : Path
        File to read, UTF-8.

    Returns
    -------
    data : dict
        Plain Python values.
    lines : LineNumbers
        Line of every key path.

    Raises
    ------
    InputError
        If the file cannot be read, is no valid YAML, repeats keys or is no mapping.
    """
    text = _read_text(path)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise InputError(
                Problem(
                    str(path),
                    "has no `key: value` pairs at its top, so it is no manifest",
                    "let `solum init SITES.csv RASTER_DIR` write a first one",
                )
            )
        lines, repeated = _lines_and_repetitions(node)
        if repeated:
            raise InputError([_repetition(path, *each) for each in repeated])
        return loader.construct_document(node), LineNumbers(lines)
    except yaml.YAMLError as error:
        raise InputError(_syntax_problem(path, error)) from error
    finally:
        loader.dispose()


def parse_value(text: str) -> Any:
    """Return the value that a YAML text such as ``[0, 10]`` or ``1e5`` stands for.

    Raises
    ------
    yaml.YAMLError
        If the text is no valid YAML.
    """
    return yaml.load(text, Loader=_Loader)  # a SafeLoader


def parse_scalar(text: str) -> Any:
    """Return the value of a short YAML text, such as ``20``, ``1e-3``, ``[rf, xgb]`` or ``yes``.

    Raises
    ------
    InputError
        If it is no valid YAML.
    """
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    except yaml.YAMLError as error:
        raise InputError(_syntax_problem(Path(text), error)) from error
    finally:
        loader.dispose()


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(Problem(str(path), "does not exist", "check the path")) from error
    except UnicodeDecodeError as error:
        problem = Problem(str(path), f"is no UTF-8 text ({error.reason})", "save it as UTF-8")
        raise InputError(problem) from error
    except OSError as error:
        problem = Problem(str(path), f"cannot be read ({error.strerror})", "check the path")
        raise InputError(problem) from error


def _lines_and_repetitions(
    top: yaml.MappingNode,
) -> tuple[dict[KeyPath, int], list[tuple[KeyPath, int, int]]]:
    """Return the line of each key path, and each repeated key with its first and second line."""
    lines: dict[KeyPath, int] = {(): top.start_mark.line + 1}
    repeated: list[tuple[KeyPath, int, int]] = []
    waiting: list[tuple[yaml.Node, KeyPath]] = [(top, ())]
    while waiting:
        node, path = waiting.pop()
        children: list[tuple[Hashable, yaml.Node, yaml.Node]]
        if isinstance(node, yaml.SequenceNode):
            children = [(position, child, child) for position, child in enumerate(node.value)]
        elif isinstance(node, yaml.MappingNode):
            children = [(_key(key), key, value) for key, value in node.value]
        else:
            continue
        for name, marked, child in children:
            here, line = (*path, name), marked.start_mark.line + 1
            if here in lines:
                repeated.append((here, lines[here], line))
                continue
            lines[here] = line
            waiting.append((child, here))
    return lines, sorted(repeated, key=lambda each: each[2])


def _key(node: yaml.Node) -> Hashable:
    is_number = node.tag == "tag:yaml.org,2002:int"
    return int(node.value) if is_number else str(node.value)


def _repetition(path: Path, keys: KeyPath, first: int, second: int) -> Problem:
    return Problem(
        f"{path}:{second} {'.'.join(map(str, keys))}",
        f"key `{keys[-1]}` was given already in line {first}",
        "keep one of the two",
    )


def _syntax_problem(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{path}:{mark.line + 1}" if mark else str(path)
    reason = getattr(error, "problem", None) or str(error)
    return Problem(
        where, f"is not valid YAML: {reason}", "check indentation, colons, quotes and tabs there"
    )
