"""Wrong input through the real command: one clear message, its place, its mend; no traceback."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pipeline.run
from features.errors import InputError, Problem
from pipeline.cli import app
from tests.test_pipeline.bad_input_cases import (
    FILES,
    SETTINGS,
    SOURCES,
    alike_at_all_sites,
    cells,
    setting,
)
from tests.test_pipeline.small_project import SmallProject, make_small_project


@pytest.fixture
def project(tmp_path: Path) -> SmallProject:
    return make_small_project(tmp_path)


def solum(*arguments: object) -> tuple[int, str]:
    """Return exit code and all output of a command."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception  # a traceback is what a user must never see
    return result.exit_code, result.output


def assert_clear(code: int, output: str, expected: tuple[str, ...]) -> None:
    """One problem, told once, with all that is expected of it."""
    assert code == 1, output
    assert "1 problem with the input" in output
    assert "Traceback" not in output
    assert output.count("mend:") == 1, output
    message = output[output.index("1 problem with the input") :]
    for words in expected:
        assert words in message, output


@pytest.mark.parametrize("case", SOURCES)
def test_sources_at_fault(project: SmallProject, case: str) -> None:
    change, expected = SOURCES[case]
    change(project)
    assert_clear(*solum("check", project.save()), expected)


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_at_fault(project: SmallProject, case: str) -> None:
    change, expected = SETTINGS[case]
    change(project)
    assert_clear(*solum("check", project.save()), expected)


@pytest.mark.parametrize("case", FILES)
def test_files_at_fault(project: SmallProject, case: str) -> None:
    change, expected = FILES[case]
    change(project)
    assert_clear(*solum("check", project.file), expected)


@pytest.mark.parametrize("case", ["all nodata", "wrong unit of a column", "one site only"])
def test_a_run_says_the_same_before_it_writes_anything(project: SmallProject, case: str) -> None:
    change, expected = SOURCES[case]
    change(project)
    out = project.directory / "run"
    assert_clear(*solum("run", project.save(), "--out", out), expected)
    assert not out.exists()


def test_problems_of_all_kinds_come_together(project: SmallProject) -> None:
    SOURCES["all nodata"][0](project)
    SOURCES["missing column"][0](project)
    SETTINGS["search parameter unknown"][0](project)
    SETTINGS["group_by names nothing"][0](project)
    code, output = solum("check", project.save())
    assert code == 1
    assert "4 problems with the input" in output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--set", "model.bootstraps"], ("--set model.bootstraps", "key.path=value")),
        (["--set", "model.bootstraps=["], ("--set model.bootstraps=[", "not YAML")),
        (["--set", "model.bootstraps=many"], ("--set model.bootstraps=many", "whole number")),
        (["--set", "model.bootstrap=5"], ("--set model.bootstrap=5", "`bootstraps`")),
        (["--set", "name.first=x"], ("--set name.first=x", "not a section")),
        (["--stage", "modles"], ("--stage modles", "features, models, stocks")),
        (["--stage", "models"], ("--stage models", "run it first")),
    ],
)
def test_options_at_fault(
    project: SmallProject, arguments: list[str], expected: tuple[str, ...]
) -> None:
    out = project.directory / "run"
    assert_clear(*solum("run", project.file, "--out", out, *arguments), expected)


def test_blocks_too_large_for_the_folds_are_told_before_anything_is_fitted(
    project: SmallProject,
) -> None:
    setting("model", "folds", "block_size_m", to=1e6)(project)
    code, output = solum("run", project.save(), "--out", project.directory / "run")
    assert_clear(code, output, ("model.folds", "1000 km", "block_size_m"))
    assert not (project.directory / "run/2-models/folds").exists()


def test_covariates_alike_at_all_sites(project: SmallProject) -> None:
    alike_at_all_sites(project)
    code, output = solum("run", project.file, "--out", project.directory / "run")
    assert_clear(code, output, ("one and the same value at all 40 sites", "sites.crs"))


def test_a_scheduler_without_a_port(project: SmallProject) -> None:
    out = project.directory / "run"
    said = solum("run", project.file, "--out", out, "--scheduler", "somewhere")
    assert_clear(*said, ("--scheduler somewhere", "tcp://host:8786"))


def test_an_output_that_is_a_file(project: SmallProject) -> None:
    out = project.directory / "taken"
    out.write_text("")
    assert_clear(*solum("run", project.file, "--out", out), ("taken", "exists"))


def test_a_depth_of_the_defaults_that_no_site_reaches_is_left_out_with_a_doubt(
    project: SmallProject,
) -> None:
    del project.manifest["model"]
    code, output = solum("check", project.save())
    assert code == 0
    assert "no site reaches 50 cm" in output


def test_a_gap_among_the_layers_is_no_fault_but_told(project: SmallProject) -> None:
    cells("soc", [4], None)(project)
    code, output = solum("check", project.save())
    assert code == 0
    assert "1 row dropped" in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["predict"],
        ["run", "--workers", "-1"],
        ["run", "--nonsense"],
        ["nonsense"],
        ["check"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    assert solum(*arguments)[0] == 2


def test_an_interrupt_exits_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(pipeline.run, "run_stages", interrupted)
    code, output = solum("run")
    assert code == 130
    assert "resumes" in output


def test_a_run_that_was_interrupted_resumes(project: SmallProject) -> None:
    """SIGINT to a real process among its members; what it had finished is kept."""
    project.manifest["model"] |= {"bootstraps": 400}
    command = [sys.executable, "-m", "pipeline", "run", str(project.save()), "--out", "run"]
    command += ["--stage", "features", "--stage", "models"]
    members = project.directory / "run/2-models/members"
    root = Path(pipeline.run.__file__).resolve().parents[1]
    started = subprocess.Popen(
        command,
        cwd=project.directory,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        while started.poll() is None and len(list(members.glob("member_*.npz"))) < 3:
            signal.sigtimedwait([], 0.05)
        started.send_signal(signal.SIGINT)
        output = started.communicate(timeout=60)[0]
    finally:
        started.kill()
    assert started.returncode == 130, output
    assert "resumes" in output
    assert "Traceback" not in output
    kept = {path: path.stat().st_mtime_ns for path in members.glob("member_*.npz")}
    assert 0 < len(kept) < 400
    code, output = solum(
        "run", project.file, "--out", project.directory / "run", "--stage", "models"
    )
    assert code == 0, output
    assert len(list(members.glob("member_*.npz"))) == 400
    assert kept == {path: path.stat().st_mtime_ns for path in kept}


def test_problems_survive_the_way_between_processes() -> None:
    error = InputError([Problem("a.tif", "has no CRS", "set it"), Problem("b", "c", "d")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems
