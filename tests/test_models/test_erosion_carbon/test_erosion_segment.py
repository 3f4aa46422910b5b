"""Sediment continuity along a piece of slope: closed forms, exactness, balance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.erosion_carbon.erosion.kernel_segment import mean_decay, segment

loads = st.floats(0.0, 2.0)
lengths = st.floats(0.1, 500.0)
capacities = st.floats(0.0, 1.0)
rates = st.one_of(st.just(0.0), st.floats(1e-9, 0.05))
deposition_rates = st.one_of(st.just(0.0), st.floats(1e-6, 50.0))


def test_load_rises_to_capacity_by_the_closed_form():
    # Continuity with constant D_c = 0.009, T_c = 0.05, D_i = 1e-4 over 20 m.
    load, detached, deposited = segment(0.0, 20.0, 0.009, 0.05, 1e-4, 1.0)
    assert load == pytest.approx(0.0491741896, abs=5e-11)
    assert (detached, deposited) == (load, 0.0)


def test_load_above_capacity_falls_by_the_closed_form():
    load, detached, deposited = segment(0.3, 10.0, 0.0, 0.1, 0.0, 0.2)
    assert load == pytest.approx(0.1 + 0.2 * math.exp(-2.0), rel=1e-14)
    assert detached == 0.0
    assert deposited == pytest.approx(0.3 - load, rel=1e-14)


def test_deposition_in_growing_flow_comes_to_its_similarity_solution():
    # q = r x and T_c = k x give G = x (phi k + D_i) / (1 + phi) with phi = beta V_f / r.
    growth, capacity_growth, interrill, settling = 1e-5, 1e-3, 2e-3, 0.5 * 5e-4
    n_segments, length = 2000, 100.0 / 2000
    load = 0.0
    for k in range(n_segments):
        x = (k + 0.5) * length
        load, _, _ = segment(
            load, length, 0.0, capacity_growth * x, interrill, settling / (growth * x)
        )
    assert load / 100.0 == pytest.approx(1.0384615e-3, rel=1e-4)


def test_load_that_reaches_capacity_goes_on_as_deposition():
    # D_c = 0: the load rises linearly to T_c at 5 m, then relaxes to T_c + D_i / k.
    load, detached, deposited = segment(0.0, 8.0, 0.0, 0.05, 0.01, 2.0)
    assert load == pytest.approx(0.05 + 0.005 * (1.0 - math.exp(-6.0)), rel=1e-13)
    assert detached == pytest.approx(0.08, rel=1e-13)
    assert deposited == pytest.approx(0.08 - load, rel=1e-12)


def test_without_interrill_supply_load_never_passes_capacity():
    load, _, deposited = segment(0.0, 1e6, 0.05, 0.2, 0.0, 1.0)
    assert load == pytest.approx(0.2, rel=1e-14)
    assert deposited == 0.0


def test_vanishing_capacity_gives_a_number():
    out, detached, deposited = segment(0.0, 1.0, 0.03, 1e-313, 0.0, 0.0)
    assert (out, detached) == pytest.approx((0.0, 0.0), abs=1e-300)
    assert deposited == pytest.approx(0.0, abs=1e-300)


@given(exponent=st.floats(1e-12, 50.0))
def test_mean_decay_is_the_quotient_it_names(exponent):
    assert mean_decay(exponent) == pytest.approx(-math.expm1(-exponent) / exponent, rel=1e-13)


@given(loads, lengths, rates, capacities, rates, deposition_rates)
def test_no_sediment_appears_or_vanishes(load, length, detachment, capacity, interrill, deposition):
    out, detached, deposited = segment(load, length, detachment, capacity, interrill, deposition)
    balance = load + detached - deposited - out
    assert abs(balance) <= 4e-16 * (load + detached)
    assert detached >= 0.0
    assert 0.0 <= deposited <= load + detached


@given(loads, lengths, rates, capacities, rates, deposition_rates)
def test_load_stays_between_what_entered_and_what_flow_can_hold(
    load, length, detachment, capacity, interrill, deposition
):
    out, _, _ = segment(load, length, detachment, capacity, interrill, deposition)
    # What is left is what came less what settled: rounded in units of what came.
    assert out >= min(load, capacity) * (1.0 - 1e-12) - 4e-16 * load
    assert out <= max(load, capacity) + interrill * length + 1e-12


@given(loads, lengths, rates, capacities, rates, deposition_rates, st.floats(0.05, 0.95))
def test_two_pieces_of_a_segment_do_what_the_whole_does(
    load, length, detachment, capacity, interrill, deposition, cut
):
    whole = segment(load, length, detachment, capacity, interrill, deposition)
    law = (detachment, capacity, interrill, deposition)
    first = segment(load, cut * length, *law)
    second = segment(first[0], length - cut * length, *law)
    scale = 1e-11 * (load + capacity + interrill * length)
    assert second[0] == pytest.approx(whole[0], rel=1e-10, abs=scale)
    assert first[1] + second[1] == pytest.approx(whole[1], rel=1e-10, abs=scale)
    assert first[2] + second[2] == pytest.approx(whole[2], rel=1e-10, abs=scale)
