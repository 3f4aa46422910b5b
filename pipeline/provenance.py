"""Where a run's numbers come from: inputs, settings, versions, machine, cost."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from features.atomic_files import hash_file, write_json
from features.source_raster import local_name, matching_files

from .config import LoadedManifest, Manifest
from .run_paths import RunPaths
from .store import code_fingerprint, read_json

PACKAGES = (
    "solum",
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "lightgbm",
    "xgboost-cpu",
    "numba",
    "shap",
    "rasterio",
    "pyproj",
    "pyflwdir",
    "statsmodels",
    "scikit-posthocs",
)


def input_hashes(loaded: LoadedManifest) -> dict[str, str]:
    """Return the content hash of every input file the manifest names, by path as written there."""
    return {name: hash_file(path) for name, path in input_files(loaded).items() if path.is_file()}


def input_files(loaded: LoadedManifest) -> dict[str, Path]:
    """Return every input file the manifest names, by path as written there."""
    files, patterns = _source_files(loaded.manifest)
    paths = {name: loaded.base_dir / name for name in files}
    for pattern in patterns:
        for path in matching_files(pattern, loaded.base_dir):
            inside = path.is_relative_to(loaded.base_dir)
            paths[str(path.relative_to(loaded.base_dir) if inside else path)] = path
    return paths


def _source_files(manifest: Manifest) -> tuple[list[str], list[str]]:
    """Return the single files and the glob patterns that a manifest names."""
    sources: list[Any] = [*manifest.covariates, *manifest.forcing.values()]
    if manifest.sites is not None:
        sources.append(manifest.sites)
    names = [local_name(source) for source in sources]
    if manifest.region is not None:
        names += [manifest.region.mask, manifest.region.template]
    patterns = [pattern for source in sources for pattern in getattr(source, "files", ())]
    return [name for name in names if name], patterns


def write_provenance(paths: RunPaths, loaded: LoadedManifest, hashes: dict[str, str]) -> None:
    """Write ``provenance.json``."""
    records = sorted(paths.stage_record("x").parent.glob("*.json"))
    stages = {record.stem: _cost(record) for record in records}
    content = provenance_of(loaded, loaded.manifest.model.seed, hashes)
    write_json(paths.provenance, {**content, "stages": stages})


def provenance_of(loaded: LoadedManifest, seed: int, hashes: dict[str, str]) -> dict[str, Any]:
    """Return where numbers come from: inputs, settings, versions and machine."""
    return {
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "manifest_file": str(loaded.file) if loaded.file else None,
        "manifest": loaded.manifest.model_dump(mode="json"),
        "seed": seed,
        "inputs_blake2b": hashes,
        "code_blake2b": code_fingerprint(["features", "models", "pipeline"]),
        "python": sys.version.split()[0],
        "packages": _versions(),
        "machine": {
            "system": platform.platform(),
            "cores": os.cpu_count(),
            "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        },
    }


def _cost(record: Path) -> dict[str, Any]:
    content = read_json(record)
    return {key: content.get(key) for key in ("seconds", "peak_memory_mib")}


def _versions() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            versions[package] = "not installed"
    return versions
