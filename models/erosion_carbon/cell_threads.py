"""Run a kernel over all cells on several threads.

Kernels take ``(start, stop, *arguments)``, release the interpreter lock and touch the cells start
to stop only, so that results are the same for any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Any

FEWEST_CELLS, MOST_CELLS = 256, 8192
"""Of a chunk: so few that its state stays near the core, so many that a call's tenth of a
millisecond does not count."""
CHUNKS_PER_THREAD = 4
"""Enough to balance unequal cells; each call costs Python what a few hundred cells cost."""


class CellThreads:
    """A pool of threads for kernels over cells.

    Parameters
    ----------
    n_threads : int
        1 runs kernels in the caller's thread.
    """

    def __init__(self, n_threads: int) -> None:
        self._helpers = ThreadPoolExecutor(n_threads - 1) if n_threads > 1 else None
        self.n_threads = n_threads

    def over_cells(self, kernel: Callable[..., Any], n_cells: int, *arguments: Any) -> None:
        """Call ``kernel(start, stop, *arguments)`` until all cells are done."""
        chunk = n_cells
        if self._helpers is not None:
            chunk = -(-n_cells // (CHUNKS_PER_THREAD * self.n_threads))
            chunk = min(max(chunk, FEWEST_CELLS), MOST_CELLS)
        starts = range(0, n_cells, max(chunk, 1))
        self.each(kernel, [(start, min(start + chunk, n_cells), *arguments) for start in starts])

    def each(self, kernel: Callable[..., Any], tasks: list[tuple[Any, ...]]) -> None:
        """Call ``kernel(*task)`` for every task, in any order."""
        left = iter(tasks)  # whoever is free takes the next
        helping: list[Future[None]] = []
        if self._helpers is not None:
            n_helpers = min(self.n_threads, len(tasks)) - 1
            helping = [self._helpers.submit(_do, kernel, left) for _ in range(n_helpers)]
        try:
            _do(kernel, left)
        finally:
            wait(helping)
        for helper in helping:
            helper.result()

    def __enter__(self) -> CellThreads:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._helpers is not None:
            self._helpers.shutdown()


def _do(kernel: Callable[..., Any], left: Iterator[tuple[Any, ...]]) -> None:
    """Call the kernel for tasks until none is left."""
    for task in left:
        kernel(*task)
