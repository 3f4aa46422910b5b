"""What a gauged basin gives: the numbers by which Lu et al. 2024 (Table 2, text) judge theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from .gauges import M2_PER_KM2, cover_shares
from .routing.network import FlowNetwork
from .vegetation import COVER_CODES

FloatArray = npt.NDArray[np.float64]
G_PER_KG = 1000.0


class BasinLoads(NamedTuple):
    """What passes the outlet of a basin in a year.

    Parameters
    ----------
    sediment_kg, poc_g, doc_g : float
        Sediment, particulate and dissolved carbon.
    """

    sediment_kg: float
    poc_g: float
    doc_g: float


def basin_summary(
    network: FlowNetwork,
    cell: int,
    cover: npt.NDArray[np.integer],
    values: Mapping[str, FloatArray],
    loads: BasinLoads,
) -> dict[str, float]:
    """Return area, cover and annual balances of the basin above a cell.

    Parameters
    ----------
    network : FlowNetwork
        Of n cells.
    cell : int
        Outlet of the basin in processing order.
    cover : array of int (n,)
        Codes of `vegetation.COVER_CODES`.
    values : mapping of str to array (n,)
        Annual means of the `quantities`.
    loads : BasinLoads
        What passes the outlet in a year.

    Returns
    -------
    dict of str to float
        ``area_km2``; ``share_<class>``; ``precipitation_mm``, ``runoff_mm`` and their ratio
        ``runoff_coefficient``; ``gross_soil_erosion_g_m2`` and what leaves the basin,
        ``net_soil_erosion_g_m2``, their ratio ``delivery_ratio``; ``land_deposition_share`` of the
        eroded soil; ``gross_soc_erosion_g_m2`` and its share of production
        ``gross_soc_erosion_of_npp``; ``poc_export_g_m2`` and ``doc_export_g_m2``. Not a number
        where nothing was eroded, fell or grew.
    """
    basin = network.upstream_of(cell)
    area_m2 = network.area_m2[basin]
    means = {name: float(np.average(each[basin], weights=area_m2)) for name, each in values.items()}
    total_m2 = float(area_m2.sum())
    eroded = means["soil_erosion"] * G_PER_KG
    net = loads.sediment_kg * G_PER_KG / total_m2
    shares = cover_shares(network, cover)[:, cell]
    return {
        "area_km2": total_m2 / M2_PER_KM2,
        **{f"share_{name}": float(shares[code]) for name, code in COVER_CODES.items()},
        "precipitation_mm": means["precipitation"],
        "runoff_mm": means["runoff"],
        "runoff_coefficient": _ratio(means["runoff"], means["precipitation"]),
        "gross_soil_erosion_g_m2": eroded,
        "net_soil_erosion_g_m2": net,
        "delivery_ratio": _ratio(net, eroded),
        "land_deposition_share": _ratio(means["soil_deposition"] * G_PER_KG, eroded),
        "gross_soc_erosion_g_m2": means["soc_erosion"],
        "gross_soc_erosion_of_npp": _ratio(means["soc_erosion"], means["npp"]),
        "poc_export_g_m2": loads.poc_g / total_m2,
        "doc_export_g_m2": loads.doc_g / total_m2,
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else float("nan")
