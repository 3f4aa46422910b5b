"""What is said while long work goes on."""

import io

from rich.console import Console

from pipeline.progress import ProgressReporter


def lines_of(*, terminal: bool) -> str:
    """Return what follows two pieces of work."""
    written = io.StringIO()
    reporter = ProgressReporter(Console(file=written, force_terminal=terminal, width=80))
    with reporter.follow() as follow:
        for title in ("spin-up", "year 1 of 1 (2001)"):
            for day in range(365):
                follow(title, day / 365)
    return written.getvalue()


def test_a_log_gets_one_line_for_each_piece_of_work():
    lines = lines_of(terminal=False).splitlines()
    assert [line.split(":")[0] for line in lines] == ["  spin-up", "  year 1 of 1 (2001)"]


def test_a_terminal_gets_bars_that_end_full():
    written = lines_of(terminal=True)
    assert "spin-up" in written
    assert written.count("100%") >= 2


def test_nothing_is_called_done_that_was_interrupted():
    written = io.StringIO()
    reporter = ProgressReporter(Console(file=written))
    try:
        with reporter.follow() as follow:
            follow("year", 0.5)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    assert written.getvalue() == ""
