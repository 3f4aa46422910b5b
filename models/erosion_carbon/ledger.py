"""The ledger: every day, what came in, what left and what is held must agree, cell by cell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from .kernel_ledger import worst_balance

FloatArray = npt.NDArray[np.float64]
Balance = Literal["water", "soil", "carbon"]
TOLERANCE = 1e-9
"""Largest residual, over what a cell held and moved that day, that rounding can explain."""
UNITS: dict[Balance, str] = {"water": "m3", "soil": "kg", "carbon": "g C"}


_ORDER = [str(balance) for balance in UNITS]


class LedgerRow(NamedTuple):
    """One line of ledger.csv.

    Parameters
    ----------
    year, month : int
        Which month the amount belongs to.
    balance : str
        water (m3), soil (kg) or carbon (g C).
    term : str
        What moved; ``change_of_storage``; ``residual``; ``worst_cell_relative`` (no unit).
    sign : str
        in, out, change or check.
    amount : float
        Sum over the region and month.
    unit : str
        Of the amount.
    """

    year: int
    month: int
    balance: str
    term: str
    sign: str
    amount: float
    unit: str


class LedgerError(RuntimeError):
    """A balance does not close: a fault of the program, never of the input."""


@dataclass
class Ledger:
    """Balances of one run, checked as they are entered.

    Parameters
    ----------
    tolerance : float
        Largest relative residual of a cell.
    """

    tolerance: float = TOLERANCE
    _amounts: dict[tuple[int, int, Balance, str, str], float] = field(default_factory=dict)
    _worst: dict[tuple[int, int, Balance], float] = field(default_factory=dict)

    def enter(
        self,
        date: dt.date,
        balance: Balance,
        before: FloatArray,
        gained: Mapping[str, FloatArray],
        lost: Mapping[str, FloatArray],
        after: FloatArray,
        *,
        between_cells: tuple[FloatArray, FloatArray],
        leaving: FloatArray,
    ) -> None:
        """Enter one day and check it.

        Parameters
        ----------
        date : date
            The day.
        balance : str
            water, soil or carbon.
        before, after : array, shape (n_cells,)
            What each cell holds, in the balance's unit.
        gained, lost : mapping of str to array of shape (n_cells,)
            What crossed the region's border by term, sky and outlets apart from each other.
        between_cells : pair of arrays, shape (n_cells,)
            What each cell received from and passed on to other cells or the outlet.
        leaving : array, shape (n_cells,)
            The part of what was passed on that left the region; zero but at outlets.

        Raises
        ------
        LedgerError
            When a cell's or the region's balance is off by more than the tolerance.
        """
        received, passed = between_cells
        into = _sum_of(gained, before.shape) + received
        out = _sum_of(lost, before.shape) + passed
        cell, worst = worst_balance(before, into, out, after)
        if not worst <= self.tolerance:
            raise LedgerError(
                f"{balance} balance of cell {cell} does not close on {date}: held {before[cell]!r},"
                f" gained {into[cell]!r}, lost {out[cell]!r}, holds {after[cell]!r}"
                f" {UNITS[balance]}, relative residual {worst:.3g}"
            )
        amounts = {
            **{(term, "in"): float(values.sum()) for term, values in gained.items()},
            **{(term, "out"): float(values.sum()) for term, values in lost.items()},
            ("left_by_outlets", "out"): float(leaving.sum()),
            ("change_of_storage", "change"): float(np.subtract(after, before, out=into).sum()),
        }
        signs = {"in": 1.0, "out": -1.0, "change": -1.0}
        residual = sum(signs[sign] * amount for (_, sign), amount in amounts.items())
        scale = float(np.abs(before).sum()) + sum(abs(amount) for amount in amounts.values())
        if not abs(residual) <= self.tolerance * scale:
            raise LedgerError(
                f"{balance} balance of the region does not close on {date}: residual"
                f" {residual!r} of {scale!r} {UNITS[balance]}"
            )
        self._add(date, balance, {**amounts, ("residual", "check"): residual}, worst)

    def _add(
        self,
        date: dt.date,
        balance: Balance,
        amounts: Mapping[tuple[str, str], float],
        worst: float,
    ) -> None:
        month = (date.year, date.month, balance)
        for (term, sign), amount in amounts.items():
            key = (*month, term, sign)
            self._amounts[key] = self._amounts.get(key, 0.0) + amount
        self._worst[month] = max(self._worst.get(month, 0.0), worst)

    def rows(self) -> list[LedgerRow]:
        """Return all months entered so far, in the order of their entry."""
        rows = [
            LedgerRow(year, month, balance, term, sign, amount, UNITS[balance])
            for (year, month, balance, term, sign), amount in self._amounts.items()
        ]
        rows += [
            LedgerRow(year, month, balance, "worst_cell_relative", "check", worst, "1")
            for (year, month, balance), worst in self._worst.items()
        ]
        return sorted(rows, key=lambda row: (row.year, row.month, _ORDER.index(row.balance)))


def _sum_of(terms: Mapping[str, FloatArray], shape: tuple[int, ...]) -> npt.NDArray[np.float64]:
    total = np.zeros(shape)
    for values in terms.values():
        total += values
    return total
