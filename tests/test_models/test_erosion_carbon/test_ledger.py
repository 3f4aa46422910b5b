"""The ledger: a balance that does not close stops the run, one that does is summed by month."""

import datetime as dt

import numpy as np
import pytest

from models.erosion_carbon.ledger import Ledger, LedgerError

DAY = dt.date(2001, 6, 30)


def enter(ledger, after, date=DAY, gained=(5.0, 1.0, 0.0), received=(0.0, 0.0, 2.0)):
    """Enter a day of three cells that held 10 each; the second passes 2 on to the third."""
    ledger.enter(
        date,
        "water",
        np.full(3, 10.0),
        {"rain": np.array(gained)},
        {"evaporated": np.array([1.0, 0.0, 0.0])},
        np.array(after),
        between_cells=(np.array(received), np.array([0.0, 2.0, 3.0])),
        leaving=np.array([0.0, 0.0, 3.0]),
    )


CLOSES = [14.0, 9.0, 9.0]


def test_days_of_a_month_are_summed_by_term():
    ledger = Ledger()
    enter(ledger, CLOSES)
    enter(ledger, CLOSES, DAY - dt.timedelta(days=1))
    enter(ledger, CLOSES, DAY + dt.timedelta(days=1))
    amounts = {(row.month, row.term): row.amount for row in ledger.rows()}
    assert amounts[6, "rain"] == 12.0
    assert amounts[7, "rain"] == 6.0
    assert amounts[6, "evaporated"] == 2.0
    assert amounts[6, "left_by_outlets"] == 6.0
    assert amounts[6, "change_of_storage"] == 4.0
    assert amounts[6, "residual"] == 0.0
    assert {row.unit for row in ledger.rows()} == {"m3", "1"}


def test_a_cell_off_by_a_millionth_stops_the_run():
    with pytest.raises(LedgerError, match="water balance of cell 1 does not close on 2001-06-30"):
        enter(Ledger(), [14.0, 9.00001, 9.0])


def test_two_cells_whose_errors_cancel_stop_the_run():
    with pytest.raises(LedgerError, match="cell 1"):
        enter(Ledger(), [14.0, 9.5, 8.5])


def test_what_is_no_number_stops_the_run():
    with pytest.raises(LedgerError, match="cell 2"):
        enter(Ledger(), [14.0, 9.0, np.nan])


def test_water_that_vanishes_between_cells_stops_the_run():
    with pytest.raises(LedgerError, match="of the region"):
        enter(Ledger(), [14.0, 9.0, 8.0], received=(0.0, 0.0, 1.0))


def test_rounding_does_not_stop_the_run():
    ledger = Ledger()
    enter(ledger, [14.0 * (1 + 1e-14), 9.0, 9.0])
    (worst,) = (row.amount for row in ledger.rows() if row.term == "worst_cell_relative")
    assert 0.0 < worst < 1e-13
