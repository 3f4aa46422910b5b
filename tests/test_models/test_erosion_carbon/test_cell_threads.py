"""Threads share cells out: each cell once, whoever does it; what goes wrong is told."""

import threading
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.erosion_carbon.cell_threads import CellThreads


@given(n_cells=st.integers(0, 20_000), n_threads=st.integers(1, 5))
@settings(deadline=None)  # threads start when the machine lets them
def test_every_cell_is_done_once(n_cells, n_threads):
    done, lock = [], threading.Lock()

    def kernel(start, stop):
        with lock:
            done.append((start, stop))

    with CellThreads(n_threads) as threads:
        threads.over_cells(kernel, n_cells)
    assert [cell for start, stop in sorted(done) for cell in range(start, stop)] == list(
        range(n_cells)
    )


@pytest.mark.parametrize("n_threads", [1, 3])
def test_every_task_is_done_once(n_threads):
    done, lock = Counter(), threading.Lock()

    def kernel(task):
        with lock:
            done[task] += 1

    with CellThreads(n_threads) as threads:
        threads.each(kernel, [(task,) for task in range(50)])
    assert done == Counter(range(50))


def test_all_threads_take_part():
    meeting = threading.Barrier(3, timeout=10.0)
    with CellThreads(3) as threads:
        threads.each(lambda _: meeting.wait(), [(task,) for task in range(3)])
    assert not meeting.broken


@pytest.mark.parametrize("n_threads", [1, 2])
def test_what_goes_wrong_in_any_thread_is_raised(n_threads):
    def kernel(task):
        if task == 7:
            raise ValueError("task 7")

    with CellThreads(n_threads) as threads, pytest.raises(ValueError, match="task 7"):
        threads.each(kernel, [(task,) for task in range(20)])
