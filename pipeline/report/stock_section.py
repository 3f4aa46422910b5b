"""Carbon stocks, differences between groups, and the area they stand for."""

from __future__ import annotations

import pandas as pd

from models.stocks import UNGROUPED, WHOLE_REGION

from .blocks import Block, Cell, Note, Section, Table, cells
from .group_figure import group_blocks
from .run_directory import RunDirectory
from .shared_error import shared_error_note
from .wording import (
    carbon_unit,
    count,
    decimals,
    digits_for,
    interval,
    percent,
    pretty_depth,
    with_unit,
)

WHOLE = (WHOLE_REGION,)


def stock_section(run: RunDirectory) -> Section:
    """Return stocks by depth and group, group tests, and the reconciliation of area."""
    blocks: list[Block] = []
    stocks = run.table("3-stocks/stocks.csv")
    if stocks is None:
        reason = (
            "This run holds no stocks."
            if run.is_socd
            else f"The target is {run.target_title}, which is not a carbon density as Solum "
            "defines it: no stock is made of it."
        )
        blocks.append(Note(reason, "missing"))
    else:
        blocks.append(_stock_table(run, stocks))
        blocks += shared_error_note(run)
    blocks += group_blocks(run)
    blocks.append(_area_block(run))
    return Section("stocks", "Stocks and groups", blocks)


def whole_region(stocks: pd.DataFrame, depth: str) -> pd.Series | None:
    """Return the row of the whole mapped region at a depth."""
    rows = stocks[(stocks["depth"] == depth) & stocks["group"].isin(WHOLE)]
    return None if rows.empty else rows.iloc[0]


def stock_unit(run: RunDirectory) -> tuple[float, str]:
    """Return the factor from Pg and the one unit in which this report gives every stock.

    The smallest stock of the whole region decides, so that no depth starts with zeros and depths
    can be compared at a glance.
    """
    stocks = run.table("3-stocks/stocks.csv")
    if stocks is None:
        return carbon_unit(None)
    return carbon_unit(stocks.loc[stocks["group"].isin(WHOLE), "stock_pg"].min())


def _stock_table(run: RunDirectory, stocks: pd.DataFrame) -> Table:
    rows: list[list[Cell]] = []
    factor, carbon = stock_unit(run)
    in_pg = ["stock_pg", "stock_lo", "stock_hi", "stock_pm_study"]
    stocks = stocks.assign(**{name: stocks[name] * factor for name in in_pg})
    for depth in run.depths:
        part = stocks[stocks["depth"] == depth]
        if part.empty:
            continue
        if set(part["group"]) <= {*WHOLE, UNGROUPED}:
            part = part[part["group"].isin(WHOLE)]  # one group is no grouping
        rows.append([Cell(pretty_depth(depth))])
        digits = digits_for(part["stock_pg"].max())
        area_digits = digits_for(part["area_km2"].max(), 4)
        is_whole = part["group"].isin(WHOLE)
        for _, row in pd.concat([part[is_whole], part[~is_whole]]).iterrows():
            rows.append(_stock_row(row, digits, area_digits))
    level = stocks["level"].dropna()
    stated = percent(level.iloc[0]) if len(level) else ""
    header = (
        "Group",
        "Area (km²)",
        with_unit("Mean", run.unit),
        with_unit("SD between cells", run.unit),
        with_unit("SD of the mean", run.unit),
        f"Stock ({carbon})",
        f"{stated} interval ({carbon})".strip(),
        f"The study’s ± ({carbon})",
    )
    caption = (
        "Soil organic carbon stocks. The interval of a stock comes from whole member maps and "
        "from the part of the error that neighbouring cells share. The study’s ± is the SD "
        "between cells times the area: a spread of the landscape, not an uncertainty of the total."
    )
    return Table(header, rows, caption, numeric=range(1, 8))


def _stock_row(row: pd.Series, digits: int, area_digits: int) -> list[Cell]:
    whole = row["group"] in WHOLE
    texts = (
        "all mapped cells" if whole else str(row["group"]),
        decimals(row["area_km2"], area_digits),
        decimals(row["mean_kg_m2"]),
        decimals(row["sd_spatial_kg_m2"]),
        decimals(row["sd_mean_kg_m2"]),
        decimals(row["stock_pg"], digits),
        interval(row["stock_lo"], row["stock_hi"], digits),
        decimals(row["stock_pm_study"], digits),
    )
    return [Cell(text, style="best" if whole else "") for text in texts]


def _area_block(run: RunDirectory) -> Block:
    area = run.table("3-stocks/area.csv")
    if area is None:
        return Note("This run holds no account of mapped and unmapped area.", "missing")
    region = area.loc[area["cause"] == "region", "area_km2"]
    parts = area.loc[area["cause"] != "region", "area_km2"].sum()
    whole = float(region.iloc[0]) if len(region) else float(parts)
    rows = [
        cells(
            _cause(str(row["cause"])),
            decimals(row["area_km2"], max(1, digits_for(whole, 4))),
            percent(row["area_km2"] / whole if whole else None, 2),
            count(row["n_cells"]),
        )
        for _, row in area.iterrows()
    ]
    difference = decimals(float(parts) - whole, 3)
    caption = (
        "Where the region’s area went. Means and stocks are of the mapped part and are never "
        f"scaled up to the rest. Parts minus region: {difference} km²."
    )
    header = ("Part", "Area (km²)", "Share", "Cells")
    return Table(header, rows, caption, numeric=(1, 2, 3))


def _cause(cause: str) -> str:
    kind, _, detail = cause.partition(":")
    if kind == "missing":
        return f"not mapped: no value of {detail}"
    if kind == "class_without_sites":
        variable, _, name = detail.partition("=")
        return f"not mapped: no site in class {name} of {variable}"
    return {"region": "whole region", "mapped": "mapped"}.get(cause, cause.replace("_", " "))
