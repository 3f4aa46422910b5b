"""Run a kernel over all cells on several threads.

Kernels take ``(start, stop, *arguments)``, release the interpreter lock and touch the cells start
to stop only, so that results are the same for any number of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

FEWEST_CELLS, MOST_CELLS = 256, 8192
"""Of a chunk: so few that its state stays near the core, so many that a call's tenth of a
millisecond does not count."""
CHUNKS = 24
"""Enough to balance unequal cells over a few threads."""


class CellThreads:
    """A pool of threads for kernels over cells.

    Parameters
    ----------
    n_threads : int
        1 runs kernels in the caller's thread.
    """

    def __init__(self, n_threads: int) -> None:
        self._pool = ThreadPoolExecutor(n_threads) if n_threads > 1 else None
        self.n_threads = n_threads

    def over_cells(self, kernel: Callable[..., Any], n_cells: int, *arguments: Any) -> None:
        """Call ``kernel(start, stop, *arguments)`` until all cells are done."""
        chunk = min(max(-(-n_cells // CHUNKS), FEWEST_CELLS), MOST_CELLS)
        if self._pool is None or n_cells <= chunk:
            kernel(0, n_cells, *arguments)
            return
        futures = [
            self._pool.submit(kernel, start, min(start + chunk, n_cells), *arguments)
            for start in range(0, n_cells, chunk)
        ]
        for future in futures:
            future.result()

    def each(self, kernel: Callable[..., Any], tasks: list[tuple[Any, ...]]) -> None:
        """Call ``kernel(*task)`` for every task, in any order."""
        if self._pool is None:
            for task in tasks:
                kernel(*task)
            return
        for future in [self._pool.submit(kernel, *task) for task in tasks]:
            future.result()

    def __enter__(self) -> CellThreads:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()
