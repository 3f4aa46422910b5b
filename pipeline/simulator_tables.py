"""Tables of the simulator: ledger, outlets, basins, forcing, parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.atomic_files import write_text
from models.erosion_carbon.landscape import Landscape
from models.erosion_carbon.ledger import LedgerRow
from models.erosion_carbon.parameters import TABLES as PARAMETER_TABLES
from models.erosion_carbon.year import OutletSeries

from .schemas import SIMULATOR_TABLES
from .simulator_forcing import forcing_row
from .store import write_table

SECONDS_PER_DAY = 86_400.0
L_PER_M3 = 1000.0
MG_PER_G = 1000.0
MG_PER_KG = 1e6
INPUT_OF_FIELD = {
    "npp_g_m2": ("npp", "g C/m2/yr"),
    "lai": ("lai", "1"),
    "diurnal_range_c": ("diurnal_range", "K"),
    "wet_days": ("wet_days", "d/month"),
    "organic_matter_percent": ("organic_matter", "%"),
    "bulk_density_kg_m3": ("bulk_density", "kg/m3"),
    "hillslope_slope": ("slope", "m/m"),
}
"""Key and unit of the manifest's input behind each field of `Forcing` that has a fallback."""


def write_ledger(path: Path, rows: Iterable[LedgerRow]) -> None:
    """Write a year of the ledger."""
    write_rows(path, "ledger", [row._asdict() for row in rows])


def write_outlets(path: Path, series: OutletSeries, ids: Sequence[str]) -> None:
    """Write what passed the gauges each day of a year; no concentration where nothing flowed."""
    n_days = len(series.dates)
    litres = (series.discharge_m3_s * SECONDS_PER_DAY * L_PER_M3).ravel()

    def per_litre(amount: npt.NDArray[np.float64], to_mg: float) -> npt.NDArray[np.float64]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(litres > 0, amount.ravel() * to_mg / litres, np.nan)

    table = {
        "date": np.repeat([date.isoformat() for date in series.dates], len(ids)),
        "outlet": np.tile(np.array(ids, dtype=str), n_days),
        "discharge_m3_s": series.discharge_m3_s.ravel(),
        "sediment_kg": series.sediment_kg.ravel(),
        "ssc_mg_l": per_litre(series.sediment_kg, MG_PER_KG),
        "poc_g": series.poc_g.ravel(),
        "poc_mg_l": per_litre(series.poc_g, MG_PER_G),
        "doc_g": series.doc_g.ravel(),
        "doc_mg_l": per_litre(series.doc_g, MG_PER_G),
    }
    write_table(path, pd.DataFrame(table, columns=list(SIMULATOR_TABLES["outlets"])))


def join_tables(path: Path, parts: Sequence[Path]) -> None:
    """Write the rows of several files with one header as one file, number for number."""
    texts = [part.read_text(encoding="utf-8") for part in parts]
    rows = [text.partition("\n")[2] for text in texts[1:]]
    write_text(path, texts[0] + "".join(rows))


def write_forcing(path: Path, given: list[dict[str, object]], landscape: Landscape) -> None:
    """Write what drove the simulation: what was given, and what stood in for the rest."""
    known = {
        "npp_g_m2": landscape.npp_g_m2,
        "organic_matter_percent": landscape.soil.organic_matter_percent,
        "bulk_density_kg_m3": landscape.soil.bulk_density_kg_m3,
        "hillslope_slope": landscape.hillslopes.slope.mean(axis=1),
    }
    rows = list(given)
    for field, said in split_fallbacks(landscape.fallbacks).items():
        name, unit = INPUT_OF_FIELD[field]
        rows.append(forcing_row(name, "fallback", said, unit, known.get(field, np.empty(0))))
    write_rows(path, "forcing", rows)


def split_fallbacks(fallbacks: Iterable[str]) -> dict[str, str]:
    """Return by field of `Forcing` what took its place."""
    return dict(each.split(": ", 1) for each in fallbacks)


def write_parameters(path: Path, changes: Mapping[str, Mapping[str, float]]) -> None:
    """Write every parameter with its value, bounds and source, and whether it was changed."""
    rows = [
        {
            "process": process,
            "name": name,
            "value": changes.get(process, {}).get(name, each.value),
            "unit": each.unit,
            "lower": each.lower,
            "upper": each.upper,
            "source": each.source,
            "meaning": each.meaning,
            "changed": name in changes.get(process, {}),
        }
        for process, table in PARAMETER_TABLES.items()
        for name, each in table.parameters.items()
    ]
    write_rows(path, "parameters", rows)


def write_rows(path: Path, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows under the columns that the schema gives a table of the simulator."""
    write_table(path, pd.DataFrame(rows, columns=list(SIMULATOR_TABLES[table])))
