"""What every benchmark here needs: clocks, the machine in words, and a place for results."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

RESULTS = Path(__file__).parent / "results"


@dataclass
class Stages:
    """Wall and CPU seconds by name, added up over calls.

    CPU seconds are those of this process and its children, so work that other processes of a shared
    machine do in the meantime does not count; what they take away from its caches does.
    """

    wall: dict[str, float] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Add what the block takes to `name`."""
        wall, cpu = time.perf_counter(), cpu_seconds()
        yield
        self.add(name, time.perf_counter() - wall, cpu_seconds() - cpu)

    def add(self, name: str, wall: float, cpu: float) -> None:
        """Add seconds to `name`."""
        self.wall[name] = self.wall.get(name, 0.0) + wall
        self.cpu[name] = self.cpu.get(name, 0.0) + cpu


def cpu_seconds() -> float:
    """Return the CPU seconds so far of this process and of all its children, dead or alive."""
    own = os.times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in psutil.Process().children(recursive=True):
        try:
            used = child.cpu_times()
        except psutil.Error:
            continue
        total += used.user + used.system
    return total


def machine() -> str:
    """Return processor, cores, load, software and date in one line."""
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return (
        f"{_processor()}, {os.cpu_count()} cores, load {load} (1, 5, 15 min), "
        f"Python {platform.python_version()}, commit {_commit()}, {dt.date.today()}"
    )


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table, first column left, others right."""
    lines = ["| " + " | ".join(header) + " |", "|---" + "|--:" * (len(header) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def keep(name: str, text: str) -> Path:
    """Print a result and keep it as ``results/<name>.md``."""
    print(text)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.md"
    path.write_text(text.rstrip() + "\n", encoding="utf-8")
    return path


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"
