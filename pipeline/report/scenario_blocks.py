"""A scenario beside what is: maps and means of the difference."""

from __future__ import annotations

import json

from .blocks import Block, Note, Table, cells
from .run_directory import RunDirectory
from .simulator_figure import map_grid
from .wording import pretty_unit, significant

_TITLES = {
    "soc_0_10": "Change of carbon, 0–10 cm",
    "soc_0_30": "Change of carbon, 0–30 cm",
    "soc_0_50": "Change of carbon, 0–50 cm",
    "lateral_carbon": "Change of lateral carbon",
    "runoff": "Change of runoff",
    "soil_erosion": "Change of soil erosion",
}
_FOLDER = "4-simulator/scenario"


def scenario_blocks(run: RunDirectory) -> list[Block]:
    """Return what a scenario changes; nothing where the run has none."""
    file = run.path / _FOLDER / "scenario.json"
    if not file.is_file():
        return []
    told = json.loads(file.read_text(encoding="utf-8"))
    layers = {name: run.layer(f"{_FOLDER}/difference/{name}.tif") for name in _TITLES}
    drawn = {name: layer for name, layer in layers.items() if layer is not None}
    held = f" Held or changed with it: {'; '.join(told['held'])}." if told["held"] else ""
    blocks: list[Block] = [
        Note(
            f"Scenario: {told['said']}. Both simulations start from an equilibrium of their own, "
            "so these are differences between two steady states, not changes by a date: old carbon "
            "takes centuries from one to the other. They are the simulator’s alone: the covariates "
            "of machine learning are held, and the maps of carbon above know nothing of the "
            f"scenario.{held}"
        )
    ]
    if drawn:
        titles = {name: _TITLES[name] for name in drawn}
        caption = (
            "Scenario less what is; colours are centred on no change. Lateral carbon is what "
            "settles less what is lost: where its change is positive, a cell loses less or keeps "
            "more."
        )
        blocks.append(map_grid("scenario", drawn, titles, caption, centred=tuple(drawn)))
    before, change = told.get("mean_before", {}), told["mean_differences"]
    rows = [
        cells(
            _TITLES[name].removeprefix("Change of ").capitalize(),
            pretty_unit(layer.unit),
            significant(before.get(name)),
            significant(change[name]),
        )
        for name, layer in drawn.items()
    ]
    header = ("Quantity", "Unit", "As it is", "Change")
    blocks.append(Table(header, rows, "Means over all simulated cells.", numeric=(2, 3)))
    return blocks
