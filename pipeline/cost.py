"""What a stage costs: seconds, and the peak memory of the whole process tree."""

from __future__ import annotations

import os
import threading
import time
from types import TracebackType

import psutil

MIB = 2**20


class CostMeter:
    """Context that measures wall seconds and samples the memory of this process and its children.

    The memory of the process tree is the sum of resident sizes, so pages shared by several
    processes count several times: an upper bound.
    """

    def __init__(self, interval_s: float = 0.25) -> None:
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.seconds = 0.0
        self.peak_memory_mib = 0.0

    def __enter__(self) -> CostMeter:
        self._start = time.perf_counter()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._sample()
        self.seconds = time.perf_counter() - self._start

    def _watch(self) -> None:
        while not self._stop.wait(self._interval_s):
            self._sample()

    def _sample(self) -> None:
        total = 0
        parent = psutil.Process(os.getpid())
        for process in [parent, *parent.children(recursive=True)]:
            try:
                total += process.memory_info().rss
            except psutil.Error:  # a child that has just ended
                continue
        self.peak_memory_mib = max(self.peak_memory_mib, total / MIB)
