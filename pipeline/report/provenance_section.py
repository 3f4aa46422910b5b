"""What made the run: versions, seed, inputs, time and memory."""

from __future__ import annotations

from typing import Any

from .blocks import Block, Note, Section, Table, cells
from .run_directory import RunDirectory

_MOST_LINES = 300
_STAGE_ORDER = {"features": 0, "models": 1, "stocks": 2, "simulator": 3, "report": 4}


def provenance_section(run: RunDirectory) -> Section:
    """Return time by stage, and everything in ``provenance.json`` that fits a table."""
    blocks: list[Block] = []
    times = _times(run)
    if times:
        blocks.append(Table(("Stage", "Seconds"), times, _memory(run), numeric=(1,)))
    if not run.provenance:
        blocks.append(Note("This run holds no provenance.json.", "missing"))
    else:
        manifest = run.provenance.get("manifest")
        others = {key: value for key, value in run.provenance.items() if key != "manifest"}
        blocks.append(_entries(others, "Versions, seed, machine and inputs (provenance.json)."))
        if manifest:
            blocks.append(_entries(manifest, "The manifest, with every default spelled out."))
    return Section("provenance", "Provenance", blocks)


def _entries(value: Any, caption: str) -> Table:
    lines = _flatten(value)
    if len(lines) > _MOST_LINES:
        caption += f" The first {_MOST_LINES} of {len(lines)} entries."
    rows = [cells(name, text) for name, text in lines[:_MOST_LINES]]
    return Table(("Entry", "Value"), rows, caption, folded=True)


def _times(run: RunDirectory) -> list[Any]:
    seconds = run.summary.get("seconds")
    if not isinstance(seconds, dict):
        return []
    return [
        cells(str(stage), f"{value:,.1f}")
        for stage, value in sorted(seconds.items(), key=lambda item: _STAGE_ORDER.get(item[0], 9))
        if isinstance(value, (int, float))
    ]


def _memory(run: RunDirectory) -> str:
    peak = run.summary.get("peak_memory_mib")
    caption = "Wall-clock time by stage"
    if isinstance(peak, (int, float)):
        return f"{caption}; peak memory {peak:,.0f} MiB."
    if isinstance(peak, dict):
        parts = ", ".join(
            f"{stage} {value:,.0f}"
            for stage, value in peak.items()
            if isinstance(value, (int, float))
        )
        return f"{caption}; peak memory (MiB): {parts}."
    return f"{caption}."


def _flatten(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [
            line
            for key, inner in value.items()
            for line in _flatten(inner, f"{prefix} › {key}" if prefix else str(key))
        ]
    if isinstance(value, list) and any(isinstance(inner, (dict, list)) for inner in value):
        return [
            line
            for number, inner in enumerate(value, start=1)
            for line in _flatten(inner, f"{prefix} › {number}")
        ]
    if isinstance(value, list):
        return [(prefix, ", ".join(str(inner) for inner in value))]
    return [(prefix, str(value))]
