"""Shared fixtures."""

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def data_root() -> Path:
    """Folder of the real data sets; absent outside the team's machines, required in CI."""
    default = REPOSITORY.parent / "shared" / "data"
    root = Path(os.environ.get("SOLUM_DATA_ROOT", default))
    if not (root / "README.md").is_file():
        message = f"no real data sets under {root} (set SOLUM_DATA_ROOT)"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return root


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that look at the small run share one worker, so that it is made once."""
    for item in items:
        if "small_run" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("small_run"))
