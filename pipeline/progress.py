"""Live progress: a bar on a terminal, one line a step elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

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


def silent() -> ProgressReporter:
    """Return a reporter that says nothing: for notebooks and tests."""
    return ProgressReporter(Console(quiet=True))
