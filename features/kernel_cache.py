"""Where compiled kernels are kept: a folder of their own for every state of their sources.

Numba compiles a kernel anew when its own file changes, not when a function it calls in another file
does, and would go on running the old one. Here any change in the kernels, or in what they import,
changes the folder.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
FOLDER = "solum-kernels"
KEPT_S = 30 * 86_400.0
"""Folders of other sources are deleted when they were not used for this long."""
ROOMS = tuple(Path(__file__).resolve().parents[1] / room for room in ("features", "models"))
RELATIVE_IMPORT = re.compile(rb"^from (\.+)([\w.]*) import", re.MULTILINE)


def use_kernel_cache() -> None:
    """Point numba at the cache of these sources, unless the user chose one; before numba is used.

    Takes some milliseconds and does not import numba.
    """
    chosen = Path(os.environ.get(VARIABLE, ""))
    name = source_hash(ROOMS)
    # What a parent process set for its own sources is no choice of the user.
    if chosen.parts and (FOLDER not in chosen.parts or chosen.name == name):
        return
    folder = _usable(name)
    os.environ[VARIABLE] = str(folder)
    if (numba := sys.modules.get("numba")) is not None:
        numba.config.CACHE_DIR = str(folder)


def source_hash(rooms: Iterable[Path]) -> str:
    """Return a hash of all files ``kernel_*.py`` below some folders and of what they import."""
    waiting = [path for room in rooms for path in _kernels(str(room))]
    sources: dict[str, bytes] = {}
    while waiting:
        path = waiting.pop()
        if path not in sources:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - twice as fast as Path
                sources[path] = file.read()
            waiting += _imported(path, sources[path])
    digest = blake2b(digest_size=8)
    for path in sorted(sources):
        digest.update(f"{path}\0{len(sources[path])}\0".encode())
        digest.update(sources[path])
    return digest.hexdigest()


def _kernels(folder: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _kernels(entry.path)
        elif entry.name.startswith("kernel_") and entry.name.endswith(".py"):
            yield entry.path


def _imported(path: str, source: bytes) -> Iterator[str]:
    """Yield the modules that a source names in relative imports, the rooms' rule for own code."""
    for dots, module in RELATIVE_IMPORT.findall(source):
        stem = "/".join([path.rsplit("/", len(dots))[0], *module.decode().split(".")])
        for file in (f"{stem}.py", f"{stem}/__init__.py"):
            if os.path.isfile(file):  # noqa: PTH113 - many files, in few milliseconds
                yield file


def _usable(name: str) -> Path:
    """Return the folder of a hash, marked as used, or a temporary one where that cannot be."""
    try:
        given = os.environ.get("XDG_CACHE_HOME")
        folder = (Path(given) if given else Path.home() / ".cache") / FOLDER / name
        is_new = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except (OSError, RuntimeError):  # the latter for users without a home
        return _temporary(name)
    if not os.access(folder, os.W_OK):
        return _temporary(name)
    if is_new:
        _forget_unused(folder.parent)
    return folder


def _temporary(name: str) -> Path:
    # Imported where needed: together they would take longer than all else here.
    import atexit
    import shutil
    import tempfile

    folder = Path(tempfile.mkdtemp()) / FOLDER / name
    folder.mkdir(parents=True)
    atexit.register(shutil.rmtree, folder.parents[1], ignore_errors=True)
    return folder


def _forget_unused(parent: Path) -> None:
    import shutil

    oldest = time.time() - KEPT_S
    with contextlib.suppress(OSError):
        for other in parent.iterdir():
            if other.stat().st_mtime < oldest:
                shutil.rmtree(other, ignore_errors=True)
