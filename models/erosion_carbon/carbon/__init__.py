"""Litter and soil organic carbon: pools of each layer, their daily step and their steady state.

Three schemes share one form (see `scheme.SCHEMES`): IBIS (first-order, Kucharik et al. 2000),
RothC-26.3 by layer, and MEND-type microbes and enzymes.
"""
