"""The folder of compiled kernels follows their sources, so that none runs with old callees."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from features.kernel_cache import FOLDER, KEPT_S, VARIABLE, source_hash, use_kernel_cache

REPOSITORY = Path(__file__).resolve().parents[2]
CALLER = """from numba import njit
from .{callee} import law


@njit(cache=True)
def f():
    return law()
"""
CALLEE = "from numba import njit\n\n\n@njit(cache=True)\ndef law():\n    return {value}\n"


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "kernel_caller.py").write_text(CALLER.format(callee="kernel_callee"))
    (folder / "kernel_callee.py").write_text(CALLEE.format(value=1))
    return folder


@pytest.fixture
def no_choice(monkeypatch, tmp_path):
    # Set first, so that what is tested may change it and the old value comes back.
    monkeypatch.setenv(VARIABLE, "")
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    numba = sys.modules.get("numba")
    if numba is not None:
        monkeypatch.setattr(numba.config, "CACHE_DIR", numba.config.CACHE_DIR)
    return tmp_path / "cache" / FOLDER


def test_a_change_of_a_called_kernel_changes_the_hash(room):
    before = source_hash([room])
    assert source_hash([room]) == before
    (room / "kernel_callee.py").write_text(CALLEE.format(value=2))
    assert source_hash([room]) != before


def test_a_change_of_constants_that_kernels_import_changes_the_hash(room):
    (room / "deeper").mkdir()
    (room / "deeper" / "kernel_third.py").write_text("from ..layers import N\n")
    (room / "layers.py").write_text("N = 10\n")
    before = source_hash([room])
    (room / "layers.py").write_text("N = 11\n")
    assert source_hash([room]) != before


def test_a_change_that_no_kernel_sees_keeps_the_hash(room):
    before = source_hash([room])
    (room / "report.py").write_text("TITLE = 'new'\n")
    assert source_hash([room]) == before


def test_numba_caches_below_the_folder_of_the_sources(no_choice):
    use_kernel_cache()
    folder = Path(os.environ[VARIABLE])
    assert folder.parent == no_choice
    assert folder.is_dir()


def test_a_cache_that_the_user_chose_stays(no_choice, monkeypatch):
    monkeypatch.setenv(VARIABLE, "/somewhere/else")
    use_kernel_cache()
    assert os.environ[VARIABLE] == "/somewhere/else"


def test_a_cache_that_a_parent_process_set_for_other_sources_is_replaced(no_choice, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(no_choice / "0123456789abcdef"))
    use_kernel_cache()
    assert Path(os.environ[VARIABLE]).name != "0123456789abcdef"


@pytest.mark.skipif(os.name == "nt", reason="a file cannot be a folder's parent elsewhere either")
def test_without_a_writable_cache_a_temporary_folder_serves(no_choice, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    use_kernel_cache()
    folder = Path(os.environ[VARIABLE])
    assert folder.is_dir()
    assert tmp_path not in folder.parents


def test_folders_unused_for_a_month_are_deleted_and_others_kept(no_choice):
    old, recent = no_choice / "old", no_choice / "recent"
    for folder in (old, recent):
        folder.mkdir(parents=True)
    long_ago = recent.stat().st_mtime - KEPT_S - 60
    os.utime(old, (long_ago, long_ago))
    use_kernel_cache()
    assert not old.exists()
    assert recent.exists()


@pytest.mark.parametrize("room_name", ["features", "models"])
def test_rooms_point_numba_at_its_cache_without_importing_it(room_name, tmp_path):
    code = f"import sys, os, {room_name}\nprint('numba' in sys.modules, os.environ['{VARIABLE}'])\n"
    clean = {name: value for name, value in os.environ.items() if name != VARIABLE}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={**clean, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    imported, folder = done.stdout.split()
    assert imported == "False"
    assert Path(folder).parent == tmp_path / FOLDER


def test_a_caller_runs_the_new_callee_after_its_source_changed(room):
    def result():
        code = (
            "import os, sys\n"
            "from pathlib import Path\n"
            "from features import kernel_cache\n"
            f"kernel_cache.ROOMS = (Path({str(room)!r}),)\n"
            f"os.environ.pop({VARIABLE!r}, None)\n"
            "kernel_cache.use_kernel_cache()\n"
            f"sys.path.insert(0, {str(room.parent)!r})\n"
            "from room.kernel_caller import f\n"
            "print(f())\n"
        )
        environment = {**os.environ, "XDG_CACHE_HOME": str(room.parent / "cache")}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=REPOSITORY,
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return int(done.stdout)

    assert result() == 1
    (room / "kernel_callee.py").write_text(CALLEE.format(value=2))
    assert result() == 2
