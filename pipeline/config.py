"""From a manifest file and ``--set`` overrides to one validated, resolved manifest."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field

from features.errors import InputError, Problem
from features.manifest import SourcesManifest
from features.validation import validate
from features.yaml_loader import KeyPath, LineNumbers, load_yaml, parse_value
from models.settings import ModelSettings

from .simulator_config import SimulatorSettings

DATA_ROOT_VARIABLE = "SOLUM_DATA_ROOT"
BUILT_IN = "the built-in virtual landscape"


class Manifest(SourcesManifest):
    """The whole ``data_manifest.yaml``: sources, ``model:`` and ``simulator:``."""

    model: ModelSettings = Field(default_factory=lambda: ModelSettings())
    simulator: SimulatorSettings = Field(default_factory=lambda: SimulatorSettings())


@dataclass(frozen=True)
class LoadedManifest:
    """A manifest and where it came from.

    Parameters
    ----------
    manifest : Manifest
        The validated content.
    base_dir : Path
        Directory that relative paths in the manifest start from.
    file : Path or None
        The manifest file; None for the built-in virtual landscape.
    """

    manifest: Manifest
    base_dir: Path
    file: Path | None


def load_manifest(file: Path | None, overrides: Sequence[str] = ()) -> LoadedManifest:
    """Read, override and validate a manifest.

    Parameters
    ----------
    file : Path or None
        Manifest file; None stands for the built-in virtual landscape at the study's size.
    overrides : sequence of str
        ``key.path=value`` with a YAML value, such as ``model.bootstraps=20``.

    Raises
    ------
    InputError
        With every problem found: unreadable YAML, unknown keys, wrong types, bad overrides.

    Notes
    -----
    Relative paths start from the manifest's directory. A manifest with `data_root` starts them
    there, or in the directory named by the environment variable SOLUM_DATA_ROOT if it is set.
    """
    if file is None:
        data: dict[str, Any] = {"name": "virtual", "virtual": {}}
        lines = LineNumbers({})
    else:
        data, lines = load_yaml(file)
    places = {_apply_override(data, override): f"--set {override}" for override in overrides}
    manifest = validate(Manifest, data, lines.overridden(places), file or Path(BUILT_IN))
    return LoadedManifest(manifest, _base_dir(manifest, file), file)


def _base_dir(manifest: Manifest, file: Path | None) -> Path:
    directory = file.resolve().parent if file else Path.cwd()
    if manifest.data_root is None:
        return directory
    return (directory / (os.environ.get(DATA_ROOT_VARIABLE) or manifest.data_root)).resolve()


def to_yaml(manifest: SourcesManifest) -> str:
    """Return the manifest as YAML, every default spelled out."""
    content = manifest.model_dump(mode="json", exclude_none=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def _apply_override(data: dict[str, Any], override: str) -> KeyPath:
    """Set one key of `data` and return its path."""
    key_path, separator, text = override.partition("=")
    keys = key_path.strip().split(".")
    if not separator or not all(keys):
        raise InputError(
            Problem(
                f"--set {override}",
                "expected key.path=value",
                "write for example --set model.bootstraps=20",
            )
        )
    place = data
    for key in keys[:-1]:
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            raise InputError(
                Problem(
                    f"--set {override}",
                    f"{key} is not a section, so it has no key {keys[-1]}",
                    "name a key inside a section, such as model.bootstraps",
                )
            )
    try:
        place[keys[-1]] = parse_value(text)
    except yaml.YAMLError:
        raise InputError(
            Problem(f"--set {override}", f"{text!r} is not YAML", "write for example [0, 10]")
        ) from None
    return tuple(keys)
