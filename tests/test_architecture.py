"""The rooms stay apart: imports run one way, files stay small, names shadow nothing."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAY_IMPORT = {"features": set(), "models": {"features"}, "pipeline": {"features", "models"}}
SOURCES = sorted(path for room in MAY_IMPORT for path in (ROOT / room).rglob("*.py"))
MAX_LINES = 320
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "pipeline",
    "features",
    "models",
    "tests",
    "data_manifest.yaml",
    "notebooks",
    "LICENSE",
    "CHANGELOG.md",
    "Makefile",
}
HEAVY = ("sklearn", "xgboost", "lightgbm", "shap", "matplotlib")


def imported_rooms(path: Path) -> set[str]:
    """Rooms that a file imports by absolute name."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        rooms |= {name.split(".")[0] for name in names} & MAY_IMPORT.keys()
    return rooms


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_run_one_way(path):
    room = path.relative_to(ROOT).parts[0]
    assert imported_rooms(path) <= MAY_IMPORT[room]


def test_files_stay_small():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_no_module_shadows_the_standard_library():
    assert {path.stem for path in SOURCES} & set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_rooms_are_ours(room):
    # A stranger's package called `models` would win over an editable install without a word.
    assert Path(str(import_module(room).__file__)).resolve().parents[1] == ROOT


def test_top_level_holds_only_what_was_agreed():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    names = {name.split("/")[0] for name in tracked}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL


@pytest.mark.parametrize("arguments", [["--help"], ["check", "data_manifest.yaml"]])
def test_light_commands_import_no_heavy_library(arguments):
    code = (
        "import sys\n"
        "from pipeline.cli import app\n"
        f"try: app({arguments!r}, standalone_mode=False)\n"
        "except (SystemExit, Exception): pass\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('loaded:', loaded)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip().splitlines()[-1] == "loaded: []"
