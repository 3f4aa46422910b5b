"""Running many independent tasks: on threads here, or on any cluster that dask.distributed runs on.

Tasks are small and self-contained (paths, windows, seeds, the design table), so results do not
depend on where or how many at a time they run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from threadpoolctl import threadpool_limits

from features.errors import InputError, Problem

Task = TypeVar("Task")
Result = TypeVar("Result")


class TaskRunner(Protocol):
    """Maps a function over tasks."""

    n_workers: int

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as tasks finish, in any order."""
        ...


class ThreadRunner:
    """Runs tasks on threads of this process, inner numerical libraries held to one thread each.

    Fits and kernels release the interpreter lock, and threads share one copy of the libraries:
    the memory of one process instead of several.
    """

    def __init__(self, n_workers: int | None = None) -> None:
        self.n_workers = n_workers or os.cpu_count() or 1

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as tasks finish."""
        with threadpool_limits(limits=1), ThreadPoolExecutor(self.n_workers) as pool:
            positions: dict[Future[Result], int] = {
                pool.submit(function, task): position for position, task in enumerate(tasks)
            }
            try:
                for future in as_completed(positions):
                    yield positions.pop(future), future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


class DaskRunner:
    """Runs tasks on a dask.distributed cluster."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.n_workers = max(1, len(client.scheduler_info()["workers"]))

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as tasks finish."""
        import distributed

        futures = self._client.map(_on_one_thread(function), tasks, pure=False)
        positions = {future.key: position for position, future in enumerate(futures)}
        finished: Any = distributed.as_completed
        for future in finished(futures):
            yield positions[future.key], future.result()
            future.release()


class _on_one_thread:  # noqa: N801 - reads as a phrase: on_one_thread(function)
    """A picklable wrapper that holds numerical libraries to one thread."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def __call__(self, task: Any) -> Any:
        with threadpool_limits(limits=1):
            return self.function(task)


@contextmanager
def task_runner(workers: int | None, scheduler: str | None) -> Iterator[TaskRunner]:
    """Give a runner: a dask cluster at `scheduler`, `workers` local processes, or threads.

    Parameters
    ----------
    workers : int or None
        Number of local worker processes (through dask.distributed, on the loopback address).
    scheduler : str or None
        Address of a running dask scheduler, such as ``tcp://host:8786``.
    """
    if scheduler is None and workers is None:
        yield ThreadRunner()
        return
    import distributed

    client_class: Any = distributed.Client
    cluster_class: Any = distributed.LocalCluster
    if scheduler is not None:
        try:
            connected = client_class(scheduler)
        except (OSError, ValueError) as error:  # nobody answers; no address
            what = f"cannot be reached ({error})"
            mend = "give the address of a running dask scheduler, such as tcp://host:8786"
            raise InputError(Problem(f"--scheduler {scheduler}", what, mend)) from None
        with connected as client:
            yield DaskRunner(client)
        return
    with (
        cluster_class(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        client_class(cluster) as client,
    ):
        yield DaskRunner(client)
