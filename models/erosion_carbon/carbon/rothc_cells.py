"""RothC by layer: what its kernel needs of each cell."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..soil_columns import FloatArray, SoilColumns
from ..soil_layers import LAYER_BOTTOM_M, LAYER_THICKNESS_M
from .parameters import RothcParameters

ROTHC_SOIL_POOLS = ("dpm", "rpm", "bio", "hum", "iom")
PLOUGH_LAYER_M = 0.20
"""RothC's mixed topsoil is 23 cm deep; 20 cm is the layer boundary next to it."""
ROTHC_REFERENCE_C = 9.29
"""Temperature at which the rate modifier a is 1."""
DAYS_PER_YEAR = 365
DPM_RPM_HERBACEOUS = 1.44
DPM_RPM_SHRUB = 0.67
DPM_RPM_FOREST = 0.25


class RothcCells(NamedTuple):
    """What the RothC kernels read, arrays of shape (n_cells,) but for `plough_share` (10,).

    Parameters
    ----------
    bio_share, hum_share : array
        Shares of decomposed carbon that become BIO and HUM.
    dpm_rpm_ratio : array
        Of plant input: 1.44 crops and grass, 0.67 shrubs, 0.25 forest.
    field_capacity_percent, wilting_point_percent : array
        Water-filled pore space at these states, %.
    plough_share : array
        Share of above-ground litter that each layer receives.
    values : RothcParameters
        Rates.
    """

    bio_share: FloatArray
    hum_share: FloatArray
    dpm_rpm_ratio: FloatArray
    field_capacity_percent: FloatArray
    wilting_point_percent: FloatArray
    plough_share: FloatArray
    values: RothcParameters


def plough_shares() -> FloatArray:
    """Return the share (10,) of above-ground litter that each layer of the topsoil receives."""
    ploughed = np.where(LAYER_BOTTOM_M < PLOUGH_LAYER_M + 1e-9, LAYER_THICKNESS_M, 0.0)
    shares: FloatArray = ploughed / ploughed.sum()
    return shares


def product_shares(
    clay_percent: FloatArray, parameters: RothcParameters
) -> tuple[FloatArray, FloatArray]:
    """Return the shares of decomposed carbon that become BIO and HUM (Coleman & Jenkinson 2014).

    Parameters
    ----------
    clay_percent : array (n,)
        Mass percent.

    Returns
    -------
    bio, hum : array (n,)
        The rest is respired.
    """
    respired_per_kept = 1.67 * (1.85 + 1.60 * np.exp(-0.0786 * clay_percent))
    kept = 1.0 / (1.0 + respired_per_kept)
    return parameters.bio_share * kept, (1.0 - parameters.bio_share) * kept


def prepare_rothc(
    values: RothcParameters, soil: SoilColumns, dpm_rpm_ratio: FloatArray
) -> RothcCells:
    """Return the kernel's parameters of each cell."""
    bio, hum = product_shares(soil.clay_percent, values)
    return RothcCells(
        bio_share=bio,
        hum_share=hum,
        dpm_rpm_ratio=dpm_rpm_ratio,
        field_capacity_percent=100.0 * soil.field_capacity / soil.porosity,
        wilting_point_percent=100.0 * soil.wilting_point / soil.porosity,
        plough_share=plough_shares(),
        values=values,
    )


def rothc_base_rates(p: RothcParameters) -> tuple[FloatArray, FloatArray]:
    """Return the rates (5,) in d-1 at 9.29 degC and none for surface litter."""
    yearly = np.array([p.dpm_rate, p.rpm_rate, p.bio_rate, p.hum_rate, 0.0])
    return yearly / DAYS_PER_YEAR, np.empty(0)
