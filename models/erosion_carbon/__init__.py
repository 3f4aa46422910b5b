"""The erosion-carbon simulator: water, sediment and carbon, every gram accounted for.

The mechanistic model of Lu et al. 2024 (JAMES, e2023MS003916): IBIS carbon pools, ANSWERS hydrology
and WEPP erosion in ten soil layers with frost, linked from cell to cell by D8 routing.
"""
