"""Large landscapes have their kernels compiled elsewhere."""

import multiprocessing

import numpy as np
import pytest

from features.errors import InputError
from models.erosion_carbon import compilation
from models.erosion_carbon.settings import Settings

from .conftest import on_relief

SLOPING = np.add.outer(5.0 * np.arange(4), np.arange(3.0))


def test_a_small_landscape_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_context", None)
    assert compilation.compile_apart(on_relief(SLOPING), Settings(), 2001) is None


def test_two_cells_of_a_large_one_are_simulated_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    forcing = on_relief(SLOPING)
    assert compilation.few_cells(forcing, Settings()).region.sum() == compilation.N_CELLS
    monkeypatch.setattr(compilation, "LARGE_CELLS", 1)
    assert compilation.compile_apart(forcing, Settings(), 2001) == 0


def test_an_impossible_forcing_is_told_of_here_and_not_by_the_other_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forcing = on_relief(SLOPING)
    forcing.clay_percent[:] = 95.0
    monkeypatch.setattr(compilation, "LARGE_CELLS", 1)
    monkeypatch.setattr(multiprocessing, "get_context", None)
    with pytest.raises(InputError, match="add up to 100 %"):
        compilation.compile_apart(forcing, Settings(), 2001)
