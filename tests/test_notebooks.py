"""The notebooks: executed from nothing in one shared small run, committed without outputs."""

import ast
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
MAPPING = ("01_train_and_map", "02_interpretation", "03_uncertainty")
SIMULATOR = "04_erosion_carbon"
NOTEBOOKS = (*MAPPING, SIMULATOR)

# One worker, so that pytest-xdist with --dist loadgroup makes the small run once.
pytestmark = pytest.mark.xdist_group("notebooks")


def read(name):
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


@pytest.fixture(scope="module")
def kernel_environment(tmp_path_factory):
    """Environment of the kernels: one run directory for all, nothing written to the home."""
    folder = tmp_path_factory.mktemp("notebooks")
    return os.environ | {
        "SOLUM_NOTEBOOK_RUN": str(folder / "run"),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def execute(notebook, environment):
    client = NotebookClient(
        notebook, timeout=500, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}}
    )
    client.create_kernel_manager()
    client.km.ip = "127.0.0.1"  # the kernel listens on this machine only
    client.execute(env=environment)
    return notebook


@pytest.fixture(scope="module", params=NOTEBOOKS)
def executed(request, kernel_environment):
    """A notebook after all its cells; an error in one of them raises."""
    return execute(read(request.param), kernel_environment)


def test_shows_at_least_two_pictures(executed):
    pictures = [output for output in outputs(executed) if "image/png" in output.get("data", {})]
    assert len(pictures) >= 2


def test_warns_of_nothing(executed):
    streams = [output for output in outputs(executed) if output.output_type == "stream"]
    assert [output.text for output in streams if output.name == "stderr"] == []


def test_simulator_page_tells_of_each_missing_data_set_and_goes_on(kernel_environment, tmp_path):
    notebook = execute(read(SIMULATOR), kernel_environment | {"SOLUM_DATA_ROOT": str(tmp_path)})
    told = [output.text for output in outputs(notebook) if output.output_type == "stream"]
    absent = {text.split(":")[0] for text in told if "set SOLUM_DATA_ROOT" in text}
    assert len(absent) == 8
    assert any("virtual" in str(output.get("data", "")) for output in outputs(notebook)[-1:])


def test_all_notebooks_are_executed():
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb"))) == NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_is_committed_without_outputs(name):
    notebook = read(name)
    assert outputs(notebook) == []
    assert {cell.execution_count for cell in code_cells(notebook)} == {None}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_states_its_question_on_top(name):
    assert "**Question:" in read(name).cells[0].source


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_defines_no_functions(name):
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for cell in code_cells(read(name)):
        assert not [node for node in ast.walk(ast.parse(cell.source)) if type(node) in definitions]


def test_notebooks_on_mapping_share_one_run():
    assert len({code_cells(read(name))[0].source for name in MAPPING}) == 1
