"""Gauged basins beside the bands of Lu et al. 2024."""

from __future__ import annotations

import pandas as pd

from models.erosion_carbon.basin_bands import PRECIPITATION_MM, Band, bands_of
from models.erosion_carbon.vegetation import COVER_NAMES

from .blocks import Block, Cell, Note, Table
from .run_directory import RunDirectory
from .wording import count, percent, significant

_COLUMNS = {
    "runoff_coefficient": "Runoff / precipitation",
    "net_soil_erosion_g_m2": "Net soil erosion (g m⁻² yr⁻¹)",
    "gross_soc_erosion_of_npp": "Eroded carbon / production",
    "land_deposition_share": "Share of eroded soil that stays on land",
}
_AS_PERCENT = ("gross_soc_erosion_of_npp", "land_deposition_share")


def basin_blocks(run: RunDirectory) -> list[Block]:
    """Return the table of basins, and how many numbers lie outside their band."""
    table = run.table("4-simulator/basins.csv")
    if table is None:
        return [Note("No sub-basin was watched in this run.", "missing")]
    rows, outside, judged = [], 0, 0
    for _, row in table.iterrows():
        cover = max(COVER_NAMES, key=lambda name: float(row[f"share_{name}"]))
        bands = bands_of(cover)
        judged += len(bands)
        outside += sum(not band.holds(float(row[name])) for name, band in bands.items())
        share = f"{percent(row[f'share_{cover}'])} {cover}"
        area = f"{count(row['area_km2'])} km²"
        rain = Cell(count(row["precipitation_mm"]), _like(cover))
        numbers = [_cell(name, row, bands.get(name)) for name in _COLUMNS]
        rows.append([Cell(str(row["outlet"]), share), Cell(area), rain, *numbers])
    caption = (
        "Yearly means of gauged sub-basins; below each number the band of like basins in Northeast "
        "China (Lu et al. 2024, Table 2 and text): runoff ± 0.1, net soil erosion ± 50 %; below "
        "precipitation what falls there. Where less or more falls, real basins may lie outside too."
    )
    header = ("Basin", "Area", "Precipitation (mm)", *_COLUMNS.values())
    blocks: list[Block] = [Table(header, rows, caption, numeric=(1, 2, 3, 4, 5, 6))]
    if outside:
        text = (
            f"{outside} of {judged} numbers lie outside these bands: the simulated amounts are not "
            "to be taken for those of real basins; where they are large and where small may still "
            "help to tell places apart."
        )
        blocks.append(Note(text, "warning"))
    return blocks


def _like(cover: str) -> str:
    """Say what falls on the basin that the bands are from."""
    return f"there {count(PRECIPITATION_MM[cover])}" if cover in PRECIPITATION_MM else ""


def _cell(name: str, row: pd.Series, band: Band | None) -> Cell:
    said = _said(name, row[name])
    if band is None:
        return Cell(said)
    within = band.holds(float(row[name]))
    small = f"{_said(name, band.lowest)} to {_said(name, band.highest)}"
    return Cell(said, small if within else f"outside {small}")


def _said(name: str, value: float) -> str:
    return percent(value, 2 if value < 0.1 else 0) if name in _AS_PERCENT else significant(value, 2)
