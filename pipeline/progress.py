"""Live progress: a bar on a terminal, one line a step elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

Item = TypeVar("Item")


class ProgressReporter:
    """Says what is being done.

    Parameters
    ----------
    console : Console, optional
        Where to write; the standard output by default.
    """

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console()

    def say(self, text: str) -> None:
        """Write one line."""
        self.console.print(text, highlight=False, markup=False, soft_wrap=True)

    def track(self, items: Iterable[Item], title: str, total: int) -> Iterator[Item]:
        """Yield the items, showing how many are done."""
        if total == 0:
            return
        if not self.console.is_terminal:
            # One line, not a bar redrawn hundreds of times into a log file.
            start = time.perf_counter()
            yield from items
            self.say(f"  {title}: {total} in {time.perf_counter() - start:.1f} s")
            return
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self.console) as bar:
            task = bar.add_task(title, total=total)
            for item in items:
                yield item
                bar.advance(task)

    @contextmanager
    def follow(self) -> Iterator[Callable[[str, float], None]]:
        """Give a function that takes what is being done and which share of it, 0 to 1, is done."""
        if self.console.is_terminal:
            with self._bars() as on_bar:
                yield on_bar
            return
        begun: dict[str, float] = {}

        def follow(title: str, _share: float) -> None:
            if title not in begun:
                self._say_done(begun)
                begun[title] = time.perf_counter()

        yield follow
        self._say_done(begun)

    def _say_done(self, begun: dict[str, float]) -> None:
        """Say what the last title took, once it is done."""
        if begun:
            title, start = list(begun.items())[-1]
            self.say(f"  {title}: {time.perf_counter() - start:.1f} s")

    @contextmanager
    def _bars(self) -> Iterator[Callable[[str, float], None]]:
        columns = (TextColumn("  {task.description}"), BarColumn(), TaskProgressColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self.console) as bars:
            tasks: dict[str, TaskID] = {}

            def follow(title: str, share: float) -> None:
                if title not in tasks:
                    for earlier in tasks.values():
                        bars.update(earlier, completed=1.0)
                    tasks[title] = bars.add_task(title, total=1.0)
                bars.update(tasks[title], completed=share)

            yield follow
            for task in tasks.values():
                bars.update(task, completed=1.0)


def silent() -> ProgressReporter:
    """Return a reporter that says nothing: for notebooks and tests."""
    return ProgressReporter(Console(quiet=True))
