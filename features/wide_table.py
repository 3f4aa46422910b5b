"""Bring a wide sites table (one column per property and depth) into one row per layer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .manifest import Column, Sites

_PREFIX = "layer:"


def lengthen(table: pd.DataFrame, sites: Sites) -> tuple[pd.DataFrame, Sites]:
    """Return the long table of a wide one, and the sites section that describes it.

    Cells are only moved, never read, so the table may still hold text.

    Parameters
    ----------
    table : DataFrame
        One row per site, with every column that `sites.layer_columns` names.
    sites : Sites
        Its description. Without `layer_columns` both come back as they are.

    Returns
    -------
    table : DataFrame
        One row per site and depth, sites in their order, depths from the top down. All columns
        are kept; new ones hold top, bottom (cm) and each property. Layers without any value are
        left out. The index counts anew.
    sites : Sites
        The same section with `columns` naming the new columns, and no `layer_columns`.
    """
    if not sites.layer_columns:
        return table, sites
    depths = sorted({each.depth_cm for each in sites.layer_columns})
    units: dict[str, str] = {each.quantity: each.unit for each in sites.layer_columns}
    layers = []
    for top, bottom in depths:
        layer = table.copy()
        layer[f"{_PREFIX}top_cm"], layer[f"{_PREFIX}bottom_cm"] = f"{top:g}", f"{bottom:g}"
        for each in sites.layer_columns:
            if each.depth_cm == (top, bottom):
                layer[f"{_PREFIX}{each.quantity}"] = table[each.column]
        layers.append(layer)
    # Row by row of the wide table, not depth by depth: stacked layers are dealt out again.
    order = np.arange(len(depths) * len(table)).reshape(len(depths), len(table)).T.ravel()
    long = pd.concat(layers, ignore_index=True).iloc[order]
    long = long.dropna(subset=[f"{_PREFIX}{name}" for name in units], how="all")
    return long.reset_index(drop=True), _described(sites, units)


def _described(sites: Sites, units: dict[str, str]) -> Sites:
    columns = {"top_cm": "cm", "bottom_cm": "cm", **units}
    renamed = {name: Column(column=f"{_PREFIX}{name}", unit=unit) for name, unit in columns.items()}
    return sites.model_copy(
        update={"columns": sites.columns.model_copy(update=renamed), "layer_columns": ()}
    )
