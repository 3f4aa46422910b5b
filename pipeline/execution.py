"""Running many independent tasks: on threads here, or on any cluster that dask.distributed runs on.

Tasks are small and self-contained (paths, windows, seeds, the design table), so results do not
depend on where or how many at a time they run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

import psutil
from threadpoolctl import threadpool_limits

from features.errors import InputError, Problem

Task = TypeVar("Task")
Result = TypeVar("Result")

WORKER_BYTES = 2 * 2**30
"""Memory of the machine for each worker process: one takes 0.4 to 1 GiB, maps and members come on
top."""


class TaskRunner(Protocol):
    """Maps a function over tasks."""

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as tasks finish, in any order."""
        ...


class ThreadRunner:
    """Runs tasks on threads of this process, inner numerical libraries held to one thread each.

    Nothing has to be started, and one copy of the libraries serves all; but scikit-learn's trees
    hold the interpreter lock, so that forests are fitted one at a time.
    """

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as tasks finish."""
        with threadpool_limits(limits=1), ThreadPoolExecutor(os.cpu_count()) as pool:
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
    """Runs tasks on a dask.distributed cluster, which is reached at the first task.

    Parameters
    ----------
    connect : callable
        Enters whatever the cluster needs into the stack it is given, and returns a client.
    stack : ExitStack
        Closes client and cluster at its end.
    """

    def __init__(self, connect: Callable[[ExitStack], Any], stack: ExitStack) -> None:
        self._connect = connect
        self._stack = stack
        self._client: Any = None

    def run(
        self, function: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[int, Result]]:
        """Yield (position of the task, result) as tasks finish."""
        import distributed

        if self._client is None:
            self._client = self._connect(self._stack)
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


def default_workers() -> int:
    """Return one process a core, as far as memory goes; 0, threads, where that makes one."""
    cores = os.cpu_count() or 1
    workers = min(cores, int(psutil.virtual_memory().total / WORKER_BYTES))
    return workers if workers > 1 else 0


@contextmanager
def task_runner(workers: int, scheduler: str | None) -> Iterator[TaskRunner]:
    """Give a runner: a dask cluster at `scheduler`, `workers` local processes, or threads.

    Parameters
    ----------
    workers : int
        Number of local worker processes (through dask.distributed, on the loopback address); 0
        for threads of this process.
    scheduler : str or None
        Address of a running dask scheduler, such as ``tcp://host:8786``; then `workers` is not
        looked at.

    Raises
    ------
    InputError
        If no scheduler answers at the address.
    """
    with ExitStack() as stack:
        if scheduler is not None:
            client = _existing_cluster(scheduler, stack)  # at once: nobody may answer
            yield DaskRunner(lambda _: client, stack)
        elif workers:
            yield DaskRunner(partial(_local_cluster, workers), stack)
        else:
            yield ThreadRunner()


def _existing_cluster(scheduler: str, stack: ExitStack) -> Any:
    import distributed

    client_class: Any = distributed.Client
    try:
        return stack.enter_context(client_class(scheduler))
    except (OSError, ValueError) as error:  # nobody answers; no address
        what = f"cannot be reached ({error})"
        mend = "give the address of a running dask scheduler, such as tcp://host:8786"
        raise InputError(Problem(f"--scheduler {scheduler}", what, mend)) from None


def _local_cluster(workers: int, stack: ExitStack) -> Any:
    import distributed

    client_class: Any = distributed.Client
    cluster_class: Any = distributed.LocalCluster
    cluster = stack.enter_context(
        cluster_class(
            n_workers=workers,
            threads_per_worker=1,
            host="127.0.0.1",
            # any free port: None asks for 8787, which a second run would find taken
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
        )
    )
    return stack.enter_context(client_class(cluster))
