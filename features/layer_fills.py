"""Fill missing coarse fragments and bulk density, and bring both to the basis Eq. 1 needs.

The fills are learned from all layers of the table, once, before any fold is dealt: they make the
targets, as a laboratory would, and see no covariate. A held-out site's own bulk density thereby
has a small say in the filled targets of training sites; scores on sites with measured bulk density
(``scores_measured_bd.csv``) stand beside the others for that reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .errors import InputError, Problem
from .issues import Issue, IssueLog
from .manifest import Sites
from .pedotransfer import (
    MIN_LAYERS,
    ORGANIC_SOC_G_KG,
    BulkDensityCurve,
    fit_mineral,
    fit_organic,
)
from .plausibility import BULK_DENSITY_RANGE, bulk_density_limits

STONE_DENSITY = 2.65
"""Particle density of stones in g/cm3 (quartz; usual for coarse fragments)."""

FloatArray = NDArray[np.float64]

_LEAST_FINE_EARTH = 0.05


@dataclass(frozen=True)
class Filled:
    """Complete layers and how sure their fills are.

    Parameters
    ----------
    layers : DataFrame
        The table with ``bulk_density_g_cm3`` (fine earth) and ``coarse_fragments`` (volume
        fraction) complete, and new columns bd_filled, cf_filled, bd_log_sd, cf_log_sd.
    correlation : float
        Of the errors of two filled bulk densities of one profile.
    """

    layers: pd.DataFrame
    correlation: float


def fill_layers(table: pd.DataFrame, sites: Sites, log: IssueLog) -> Filled:
    """Return layers with nothing missing that Eq. 1 needs; every fill is logged.

    Parameters
    ----------
    table : DataFrame
        Plausible layers, each with soc_g_kg or soc_density_kg_m3.
    sites : Sites
        Says on which basis bulk density and coarse fragments were measured.
    log : IssueLog
        Receives one issue per filled value and one per fitted curve.

    Raises
    ------
    InputError
        If more than 5 % of whole-soil densities leave no room for fine earth.
    """
    table = table.copy()
    # A layer with measured carbon density needs neither value, so none is filled there.
    needs = table["soc_density_kg_m3"].isna()
    _fill_coarse_fragments(table, needs, sites, log)
    _density_of_fine_earth(table, sites, log)
    correlation = _fill_bulk_density(table, needs, sites, log)
    _volume_of_coarse_fragments(table, sites)
    return Filled(table, correlation)


def _fill_coarse_fragments(
    table: pd.DataFrame, needs: pd.Series, sites: Sites, log: IssueLog
) -> None:
    values = table["coarse_fragments"]
    missing = values.isna() & needs
    any_measured = bool(values.notna().any())
    table["cf_filled"], table["cf_log_sd"] = missing & any_measured, 0.0
    if not any_measured:
        table.loc[missing, "coarse_fragments"] = 0.0
        if missing.any():
            log.add(
                Issue(
                    str(sites.file), None, "coarse_fragments", "coarse_fragments_absent", "",
                    "filled", "no value in the whole table: taken as zero, stocks may be too high",
                )
            )  # fmt: skip
        return
    by_type = values.groupby(table["soil_type"])
    mean = by_type.transform("mean").fillna(values.mean())
    spread = by_type.transform("std").fillna(values.std()).fillna(0.0)
    rows = table[missing]
    typed = by_type.transform("count").fillna(0) > 0
    for known, what in ((True, "mean of the soil type"), (False, "mean of all layers")):
        of_kind = rows[(typed == known)[missing]]
        log.add_rows(
            str(sites.file), of_kind["file_row"], "coarse_fragments", "coarse_fragments_filled",
            mean[of_kind.index], "filled", f"missing: {what}",
        )  # fmt: skip
    table.loc[missing, "coarse_fragments"] = mean
    # ln(1 - δ) changes by dδ / (1 - δ)
    log_sd: pd.Series = spread / np.maximum(1.0 - mean, _LEAST_FINE_EARTH)
    table.loc[missing, "cf_log_sd"] = log_sd


def fine_earth_density(
    whole: FloatArray, coarse: FloatArray, *, coarse_by_mass: bool
) -> FloatArray:
    """Return the density of fine earth (g/cm3) from that of soil with its stones.

    By volume: whole = δ·2.65 + (1 - δ)·fine. By mass m: stones fill m·whole/2.65 of the volume.

    Parameters
    ----------
    whole : array of float64
        Mass per volume of soil and stones together, g/cm3.
    coarse : array of float64
        Coarse fragments, fraction of volume or of mass.
    """
    volume = coarse * whole / STONE_DENSITY if coarse_by_mass else coarse
    with np.errstate(divide="ignore", invalid="ignore"):
        return (whole - volume * STONE_DENSITY) / (1.0 - volume)


def volume_fraction(mass_fraction: FloatArray, fine_density: FloatArray) -> FloatArray:
    """Return the volume fraction of stones from their mass fraction and fine-earth density."""
    stones, fine = mass_fraction / STONE_DENSITY, (1.0 - mass_fraction) / fine_density
    return stones / (stones + fine)


def _density_of_fine_earth(table: pd.DataFrame, sites: Sites, log: IssueLog) -> None:
    column = sites.columns.bulk_density
    if column is None or column.basis != "whole_soil":
        return
    whole = table["bulk_density_g_cm3"].to_numpy()
    coarse = table["coarse_fragments"].to_numpy()
    fine = fine_earth_density(whole, coarse, coarse_by_mass=_by_mass(sites))
    measured = ~np.isnan(whole)
    low, high = BULK_DENSITY_RANGE
    impossible = measured & ~((fine >= low) & (fine <= high))
    rows = table[impossible]
    if impossible.sum() > 0.05 * measured.sum():
        what = f"{len(rows)} whole-soil bulk densities do not fit their coarse fragments"
        mend = "check `bulk_density.basis`: fine_earth is the usual one"
        raise InputError(Problem(str(sites.file), what, mend))
    log.add_rows(
        str(sites.file), rows["file_row"], "bulk_density", "whole_soil_impossible",
        rows["bulk_density_g_cm3"], "dropped", "no room for fine earth beside the stones",
    )  # fmt: skip
    changed = table[measured & ~impossible & (fine != whole)]
    log.add_rows(
        str(sites.file), changed["file_row"], "bulk_density", "fine_earth_density",
        changed["bulk_density_g_cm3"], "converted", "whole-soil density to that of fine earth",
    )  # fmt: skip
    table["bulk_density_g_cm3"] = np.where(impossible, np.nan, fine)


def _fill_bulk_density(table: pd.DataFrame, needs: pd.Series, sites: Sites, log: IssueLog) -> float:
    """Fill in place; return the correlation of fill errors within a profile."""
    soc = table["soc_g_kg"].to_numpy()
    density = table["bulk_density_g_cm3"].to_numpy().copy()
    missing = np.isnan(density) & needs.to_numpy()
    usable = ~np.isnan(density) & ~np.isnan(soc) & (soc > 0)
    site = pd.factorize(table["id"])[0]
    table["bd_filled"], table["bd_log_sd"] = missing, 0.0
    organic = soc >= ORGANIC_SOC_G_KG
    mineral_fit, organic_fit = usable & ~organic, usable & organic
    curves = (
        (
            missing & ~organic,
            fit_mineral(soc[mineral_fit], density[mineral_fit], site[mineral_fit]),
        ),
        (missing & organic, fit_organic(soc[organic_fit], density[organic_fit])),
    )
    for rows, curve in curves:
        if not rows.any():
            continue
        # A filled value obeys the gates that a measured one must pass.
        density[rows] = np.clip(curve.predict(soc[rows]), *bulk_density_limits(soc[rows]))
        table.loc[rows, "bd_log_sd"] = curve.log_sd
        _log_fill(table[rows], density[rows], curve, sites, log)
    table["bulk_density_g_cm3"] = density
    return curves[0][1].correlation


def _log_fill(
    rows: pd.DataFrame, values: FloatArray, curve: BulkDensityCurve, sites: Sites, log: IssueLog
) -> None:
    file, code = str(sites.file), f"bulk_density_curve_{curve.kind}"
    log.add(
        Issue(file, None, "bulk_density", code, str(len(rows)), "filled", f"{curve} on these rows")
    )
    if curve.n == 0:
        doubt = (
            f"fewer than {MIN_LAYERS} {curve.kind} layers have bulk density: a documented default "
            "stands in, with its error"
        )
        log.add(
            Issue(file, None, "bulk_density", "bulk_density_default", curve.kind, "flagged", doubt)
        )
    log.add_rows(
        file, rows["file_row"], "bulk_density", "bd_filled", values.tolist(), "filled",
        f"missing: from SOC by the curve of {curve.kind} layers",
    )  # fmt: skip


def _by_mass(sites: Sites) -> bool:
    column = sites.columns.coarse_fragments
    return column is not None and column.basis == "mass"


def _volume_of_coarse_fragments(table: pd.DataFrame, sites: Sites) -> None:
    if _by_mass(sites):
        mass, fine = table["coarse_fragments"], table["bulk_density_g_cm3"]
        table["coarse_fragments"] = volume_fraction(mass.to_numpy(), fine.to_numpy())
