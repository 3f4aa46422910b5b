"""What a day moves of carbon."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from .soil_columns import FloatArray


class CarbonFluxes(NamedTuple):
    """What moved in the day, g C m-2 unless said otherwise; P pools of particulate carbon.

    Parameters
    ----------
    npp_g, harvest_g, rain_g : array (n,)
        Produced by plants, carried off fields, brought by rain.
    respiration_g, transit_g : array (n,)
        Respired from litter and soil, and from eroded carbon on its way.
    eroded_total_g, settled_total_g : array (n,)
        Gross loss with detached soil; gain with deposited soil; sums over pools.
    delivered_g : array (n,)
        Particulate carbon that reached the channel of its cell.
    washed_g : array (n, 2)
        Dissolved carbon that left with overland runoff.
    poc_in_g, poc_out_g : array (n, P)
        Particulate carbon from cells upstream and to the next cell, g C (not per area).
    doc_in_g, doc_out_g : array (n, 2)
        Dissolved carbon likewise.
    """

    npp_g: FloatArray
    harvest_g: FloatArray
    rain_g: FloatArray
    respiration_g: FloatArray
    transit_g: FloatArray
    eroded_total_g: FloatArray
    settled_total_g: FloatArray
    delivered_g: FloatArray
    washed_g: FloatArray
    poc_in_g: FloatArray
    poc_out_g: FloatArray
    doc_in_g: FloatArray
    doc_out_g: FloatArray


def no_fluxes(n_cells: int, n_pools: int) -> CarbonFluxes:
    """Return arrays of 0 for `CarbonDay` to overwrite."""
    npp, harvest, rain, respiration, transit, delivered = np.zeros((6, n_cells))
    eroded_total, settled_total = np.zeros((2, n_cells))
    poc_in, poc_out = np.zeros((2, n_cells, n_pools))
    washed, doc_in, doc_out = np.zeros((3, n_cells, 2))
    return CarbonFluxes(
        npp_g=npp,
        harvest_g=harvest,
        rain_g=rain,
        respiration_g=respiration,
        transit_g=transit,
        eroded_total_g=eroded_total,
        settled_total_g=settled_total,
        delivered_g=delivered,
        washed_g=washed,
        poc_in_g=poc_in,
        poc_out_g=poc_out,
        doc_in_g=doc_in,
        doc_out_g=doc_out,
    )
