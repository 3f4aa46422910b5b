"""The simulator: what drove it, what it gives, whether it balances, and what to doubt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from .basin_table import basin_blocks
from .blocks import Block, Cell, Note, Points, Section, Table, cells
from .run_directory import RunDirectory
from .scenario_blocks import scenario_blocks
from .simulator_figure import physics_picture
from .wording import count, percent, pretty_unit, significant

FOLDER = "4-simulator"
DRIFT_K, DRIFT_MM = 0.1, 5.0
"""Changes a year left by the spin-up that are worth a warning."""
IMPLAUSIBLE_KG_M2 = 20.0
"""Own: 200 t ha-1 yr-1, the most severe class of erosion maps."""
_KINDS = {
    "given": "data",
    "constant": "one value everywhere",
    "derived": "made from data",
    "fallback": "fallback",
}


def simulator_section(run: RunDirectory) -> Section:
    """Return what the simulation was and gave, or why there is none."""
    file = run.path / FOLDER / "status.json"
    status = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if status.get("status") != "done":
        reason = status.get("reason", "stage simulator was not run")
        text = f"The erosion-carbon simulator did not run: {reason}. No map rests on it."
        return Section("simulator", "The simulator", [Note(text, "missing")])
    blocks: list[Block] = [_introduction(run, status), _forcing(run)]
    picture = physics_picture(run)
    blocks += [picture] if picture is not None else []
    blocks += [_features(run), _balance(status), *basin_blocks(run)]
    blocks.append(Points(_warnings(run, status)))
    return Section("simulator", "The simulator", [*blocks, *scenario_blocks(run)])


def _introduction(run: RunDirectory, status: Mapping[str, Any]) -> Note:
    first, last = status["years"]
    years = f"the year {first}" if first == last else f"the years {first} to {last}"
    data = "virtual (synthetic) data" if run.is_virtual else "the data below"
    factor = status["coarsening"]
    width = f", {factor} times as wide as those of the maps" if factor > 1 else ""
    return Note(
        f"Water, erosion, frost and soil carbon of {count(status['n_cells'])} cells{width}, "
        f"simulated for {years} with {data}, after a spin-up to equilibrium (Lu et al. 2024). The "
        "run is not fitted to the sites and knows no site’s carbon, nor a map of it that was "
        "predicted from soil profiles: what it gives is the same in every fold. The maps of carbon "
        "above do not rest on it."
    )


def _forcing(run: RunDirectory) -> Block:
    table = run.table(f"{FOLDER}/forcing.csv")
    if table is None:
        return Note("This run does not say what drove the simulator.", "missing")
    rows = [
        cells(
            str(row["input"]).replace("_", " "),
            _KINDS.get(str(row["kind"]), str(row["kind"])),
            str(row["source"]),
            pretty_unit(str(row["unit"])),
            *(significant(row[name]) for name in ("min", "mean", "max")),
            count(row["gaps_filled"]),
        )
        for _, row in table.iterrows()
    ]
    header = ("Input", "From", "Source", "Unit", "Least", "Mean", "Largest", "Gaps filled")
    caption = "What drove the simulator; a fallback stands in where the manifest gives no data."
    return Table(header, rows, caption, numeric=(4, 5, 6, 7))


def _features(run: RunDirectory) -> Block:
    table = run.table(f"{FOLDER}/physics.csv")
    if table is None:
        return Note("This run holds no physics features.", "missing")
    rows = [
        [
            Cell(str(row["id"]), style="whole"),
            *cells(f"{row['meaning']}{_codes(row)}", str(row["source"])),
            Cell(pretty_unit(str(row["unit"])), style="whole"),
            *cells(*(significant(row[name]) for name in ("min", "mean", "max"))),
            Cell("yes" if row["chosen"] else "no: constant"),
        ]
        for _, row in table.iterrows()
    ]
    header = ("Feature", "Meaning", "Source", "Unit", "Least", "Mean", "Largest", "Offered")
    caption = "Physics features (4-simulator/physics), offered to learning beside the covariates."
    return Table(header, rows, caption, numeric=(4, 5, 6), folded=True)


def _codes(row: pd.Series) -> str:
    return "" if pd.isna(row["codes"]) else f" ({row['codes']})"


def _balance(status: Mapping[str, Any]) -> Note:
    worst = status["worst_relative_residual"]
    said = ", ".join(f"{name} {value:.1e}" for name, value in worst.items())
    return Note(
        "Every day every cell is balanced: what came in, less what went out, less what is stored. "
        f"The largest residual of a cell and day, relative to what is stored and moved: {said}."
    )


def _torn(run: RunDirectory) -> list[tuple[str, str]]:
    """Return a warning where soil is torn away faster than fields that are called ruined."""
    share, largest = _implausible(run, "soil_erosion")
    if share == 0.0:
        return []
    text = (
        f"{percent(share, 1)} of the cells erode more than {IMPLAUSIBLE_KG_M2:g} kg m⁻² yr⁻¹ "
        f"({10 * IMPLAUSIBLE_KG_M2:g} t ha⁻¹ yr⁻¹; at most {significant(largest)} kg m⁻² yr⁻¹), as "
        "no soil does for long. Where the land cover is right there, the simulator is not."
    )
    return [("Erosion.", text)]


def _heaped(run: RunDirectory) -> list[tuple[str, str]]:
    """Return a warning where more settles than any floodplain takes."""
    share, largest = _implausible(run, "soil_deposition")
    if share == 0.0:
        return []
    text = (
        f"{percent(share, 1)} of the cells receive more than {IMPLAUSIBLE_KG_M2:g} kg m⁻² yr⁻¹, at "
        f"most {significant(largest)}: water drops its load where it flattens and in pits of the "
        "elevation model, which in cells this wide are seldom pits of the land. Lateral carbon and "
        "simulated stocks there are not to be believed."
    )
    return [("Deposition.", text)]


def _implausible(run: RunDirectory, name: str) -> tuple[float, float]:
    """Return the share of cells of a map of soil fluxes beyond what is plausible, and the most."""
    layer = run.layer(f"{FOLDER}/physics/{name}.tif")
    if layer is None:
        return 0.0, 0.0
    present = layer.values[np.isfinite(layer.values)]
    return float((present > IMPLAUSIBLE_KG_M2).mean()), float(present.max())


def _parameters(run: RunDirectory) -> str:
    table = run.table(f"{FOLDER}/parameters.csv")
    changed = [] if table is None else list(table.loc[table["changed"], "name"])
    if not changed:
        return (
            "all are the defaults: from the literature, marked own, or, some of them, fitted to "
            "runoff and sediment of basins in Northeast China (parameters.csv)."
        )
    return f"the manifest changes {', '.join(changed)}; the others are the defaults."


def _warnings(run: RunDirectory, status: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a reader should doubt."""
    points = [("Parameters.", _parameters(run))]
    if status["withheld"]:
        names = ", ".join(status["withheld"]).replace("_", " ")
        text = f"{names}: the map was predicted from soil profiles, whose carbon folds hold out."
        points.append(("Left out.", text))
    issues = run.table(f"{FOLDER}/issues.csv")
    if issues is not None:
        for _, row in issues[issues["action"].isin(["flagged", "dropped"])].iterrows():
            name = str(row["column"]).replace("_", " ").capitalize()
            points.append((f"{name}.", f"{row['message']}."))
    physics = run.table(f"{FOLDER}/physics.csv")
    n_filled = 0 if physics is None else int(physics["n_filled"].max())
    if n_filled:
        text = f"{count(n_filled)} cells were not simulated; features there are the nearest cell’s."
        points.append(("Gaps.", text))
    n_outside = status.get("n_sites_outside", 0)
    if n_outside:
        text = (
            f"{count(n_outside)} lie outside the region, where nothing is simulated: they train "
            "the maps of carbon above, but are in no screening of physics and in no approach below."
        )
        points.append(("Sites.", text))
    points += [*_torn(run), *_heaped(run)]
    first = next(iter(status["change_by_year"].values()))  # the year of the spin-up, run again
    warmth, water = first["temperature_mean_k"], 1000.0 * first["water_mean_m"]
    if warmth > DRIFT_K or water > DRIFT_MM:
        text = (
            f"after the spin-up the soil still changed by {significant(warmth, 2)} K and "
            f"{significant(water, 2)} mm of water a year in the mean."
        )
        points.append(("Not at rest.", text))
    return points
