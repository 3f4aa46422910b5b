"""RothC-26.3 by month for one site: the official model, its spin-up iterated or solved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from features.errors import InputError, Problem

from ..soil_columns import FloatArray
from .kernel_rothc import BARE_SHARE, IOM, MONTHS_PER_YEAR, N_POOLS
from .kernel_rothc_months import N_MODIFIERS, RothcMonths, RothcTopsoil, run_months
from .parameters import ROTHC, RothcParameters
from .rothc_cells import ROTHC_SOIL_POOLS, product_shares

SpinUp = Literal["iterated", "analytic"]
BareSoil = Literal["standard", "wilting_point"]

OFFICIAL_TOLERANCE_T_HA = 1e-6
"""The official model iterates until a year changes total carbon by less than this."""
LONGEST_SPIN_UP_YEARS = 20_000
DRIEST_YEARS = 100
N_ACTIVE = IOM
LOWEST = {"temperature_c": -60.0, "pan_evaporation_mm": -50.0}
"""Lowest input; 0 for others. Dew makes evaporation negative, also in the official example."""


@dataclass(frozen=True)
class RothcSite:
    """The topsoil of a site.

    Parameters
    ----------
    clay_percent : float
        Mass percent.
    depth_cm : float
        Depth that was sampled.
    inert_t_ha : float
        Inert organic matter, t C ha-1.
    bare_soil : {"standard", "wilting_point"}
        How far bare soil dries: to 0.556 of the largest deficit, or to the wilting point (Farina
        et al. 2013, Geoderma 200:18-30, for dry climates).
    parameters : RothcParameters
        Rates.
    """

    clay_percent: float
    depth_cm: float
    inert_t_ha: float
    bare_soil: BareSoil = "standard"
    parameters: RothcParameters = field(default_factory=lambda: ROTHC.defaults)

    @property
    def topsoil(self) -> RothcTopsoil:
        """What the kernel reads."""
        bio, hum = product_shares(np.array([self.clay_percent]), self.parameters)
        bare = BARE_SHARE if self.bare_soil == "standard" else 1.0
        return RothcTopsoil(self.clay_percent, self.depth_cm, bio[0], hum[0], bare)


@dataclass(frozen=True)
class RothcState:
    """Pools (5,) in t C ha-1, soil moisture deficit in mm (not positive), months run so far."""

    pools: FloatArray
    deficit_mm: float
    months: int = 0


def _run(
    site: RothcSite, months: RothcMonths, state: RothcState
) -> tuple[RothcState, FloatArray, FloatArray, FloatArray]:
    n = len(months.temperature_c)
    pools, modifiers, climate = np.empty((n, N_POOLS)), np.empty((n, N_MODIFIERS)), np.empty((n, 2))
    last = state.pools.copy()
    deficit = run_months(
        months, site.topsoil, site.parameters, last, state.deficit_mm, pools, modifiers, climate
    )
    return RothcState(last, deficit, state.months + n), pools, modifiers, climate


def _next_year(site: RothcSite, year: RothcMonths, state: RothcState) -> RothcState:
    return _run(site, year, state)[0]


def spin_up_iterated(site: RothcSite, year: RothcMonths) -> RothcState:
    """Repeat a year from empty pools until its change is below 1e-6 t C ha-1 (official rule).

    The rule stops 1e-4 to 1e-3 t C ha-1 short of the steady state, which `spin_up_analytic` gives.

    Raises
    ------
    InputError
        Where 20 000 years do not suffice.
    """
    pools = np.zeros(N_POOLS)
    pools[IOM] = site.inert_t_ha
    state = RothcState(pools, 0.0)
    for _ in range(LONGEST_SPIN_UP_YEARS):
        before = state.pools.sum()
        state = _next_year(site, year, state)
        if abs(state.pools.sum() - before) < OFFICIAL_TOLERANCE_T_HA:
            return state
    raise InputError(
        Problem(
            "RothC spin-up",
            f"no equilibrium after {LONGEST_SPIN_UP_YEARS} years",
            "check temperatures and inputs of the first 12 months",
        )
    )


def _settled_deficit_mm(site: RothcSite, year: RothcMonths) -> float:
    """Return the deficit at the year's start that the year ends with again."""
    state = RothcState(np.zeros(N_POOLS), 0.0)
    for _ in range(DRIEST_YEARS):
        following = _next_year(site, year, state)
        if following.deficit_mm == state.deficit_mm:
            break
        state = following
    return state.deficit_mm


def spin_up_analytic(site: RothcSite, year: RothcMonths) -> RothcState:
    """Solve for the pools that a year leaves as they are.

    Twelve months are one affine map X' = A·X + b of the four active pools: b is a year from empty
    pools, a column of A a year from one unit of a pool less b, and X = (I - A)^-1 b.

    Raises
    ------
    InputError
        Where nothing decays (all months below -5 degC), so that there is no steady state.
    """
    deficit = _settled_deficit_mm(site, year)

    def after(pools: FloatArray) -> FloatArray:
        return _next_year(site, year, RothcState(pools, deficit)).pools[:N_ACTIVE]

    constant = after(np.zeros(N_POOLS))
    columns = [after(unit) - constant for unit in np.eye(N_POOLS)[:N_ACTIVE]]
    system = np.eye(N_ACTIVE) - np.array(columns).T
    if np.linalg.cond(system) > 1 / np.finfo(float).eps:
        raise InputError(
            Problem(
                "RothC spin-up",
                "nothing decays in the first 12 months, so that carbon grows without end",
                "give monthly temperatures above -5 degC",
            )
        )
    pools = np.append(np.linalg.solve(system, constant), site.inert_t_ha)
    return RothcState(pools, deficit)


def run_rothc(
    site: RothcSite, monthly: Mapping[str, FloatArray], *, spin_up: SpinUp = "analytic"
) -> pd.DataFrame:
    """Bring a site to equilibrium with its first 12 months, then run the months after them.

    Parameters
    ----------
    site : RothcSite
        Clay, depth and inert carbon.
    monthly : mapping of str to array (m,)
        A data frame or a dict with ``temperature_c`` (air, degC), ``rain_mm``,
        ``pan_evaporation_mm`` (open pan), ``plant_input_t_ha`` and ``manure_t_ha`` (t C ha-1
        month-1), ``plant_cover`` (0 or 1), ``dpm_rpm_ratio`` (1.44 crops and grass, 0.67 shrubs,
        0.25 forest). The first 12 months are repeated for the spin-up, as in the official model.
    spin_up : {"analytic", "iterated"}
        The steady state itself, or the official iteration that stops shortly before it.

    Returns
    -------
    DataFrame
        A row for the equilibrium (index 0) and one for each month after the twelfth: pools ``dpm``,
        ``rpm``, ``bio``, ``hum``, ``iom`` and ``soc`` in t C ha-1, rate modifiers
        ``temperature_modifier``, ``moisture_modifier``, ``cover_modifier``, ``deficit_mm`` and
        ``respired_t_ha`` of the month.

    Raises
    ------
    InputError
        For missing columns, missing or impossible values and fewer than 12 months.
    """
    months = _checked(monthly)
    year = RothcMonths(*(column[:MONTHS_PER_YEAR] for column in months))
    start = {"analytic": spin_up_analytic, "iterated": spin_up_iterated}[spin_up](site, year)
    after = RothcMonths(*(column[MONTHS_PER_YEAR:] for column in months))
    _, pools, modifiers, climate = _run(site, after, start)
    table = pd.DataFrame(np.vstack([start.pools, pools]), columns=list(ROTHC_SOIL_POOLS))
    table["soc"] = table.sum(axis=1)
    names = ["temperature_modifier", "moisture_modifier", "cover_modifier"]
    table[names] = np.vstack([np.full(N_MODIFIERS, np.nan), modifiers])
    table[["deficit_mm", "respired_t_ha"]] = np.vstack([[start.deficit_mm, np.nan], climate])
    return table


def _checked(monthly: Mapping[str, FloatArray]) -> RothcMonths:
    """Return the columns as arrays, or raise with all that is wrong."""
    missing = [name for name in RothcMonths._fields if name not in monthly]
    if missing:
        known = ", ".join(RothcMonths._fields)
        raise InputError(
            [Problem("RothC months", f"there is no `{name}`", f"give {known}") for name in missing]
        )
    months = RothcMonths(*(np.array(monthly[name], dtype=float) for name in RothcMonths._fields))
    problems = []
    lengths = {len(column) for column in months}
    if len(lengths) > 1 or min(lengths) < MONTHS_PER_YEAR:
        found = f"columns have {sorted(lengths)} months"
        problems.append(Problem("RothC months", found, "give 12 or more, equally many in each"))
    for name, column in months._asdict().items():
        lowest = LOWEST.get(name, 0.0)
        wrong = ~(column >= lowest)
        if wrong.any():
            at = int(np.flatnonzero(wrong)[0])
            found = f"{column[at]} in month {at + 1} ({int(wrong.sum())} such)"
            problems.append(Problem(f"RothC months, {name}", found, f"give {lowest:g} or more"))
    if problems:
        raise InputError(problems)
    return months
