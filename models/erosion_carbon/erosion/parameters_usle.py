"""Parameters of the daily and annual erosion laws: curve number, MUSLE, RUSLE, WaTEM, tillage."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class UsleParameters(NamedTuple):
    """Numbers of the laws of the USLE family; units and sources are in the table `USLE`."""

    abstraction_share: float
    moisture_depth_m: float
    frost_depth_m: float
    channel_velocity_m_s: float
    snow_protection_1_m: float
    slope_length_limit_m: float
    transport_coefficient_low_m: float
    transport_coefficient_high_m: float
    tillage_transport_kg_m: float


USLE = ParameterTable(
    "usle",
    UsleParameters,
    {
        "abstraction_share": Parameter(
            0.2, "1", 0.0, 0.4, "USDA-NRCS 2004, chapter 10; Hawkins et al. 2009 prefer 0.05",
            "rain that makes no runoff over the potential retention",
        ),
        "moisture_depth_m": Parameter(
            1.0, "m", 0.1, 4.0, "own: the soil profiles that SWAT was fitted with",
            "soil whose water sets the day's retention",
        ),
        "frost_depth_m": Parameter(
            0.2, "m", 0.05, 1.0, "own: as for Green-Ampt", "soil whose ice hinders infiltration",
        ),
        "channel_velocity_m_s": Parameter(
            1.0, "m s-1", 0.1, 5.0, "own: brooks at bankfull", "of water across the cell, for the"
            " time of concentration",
        ),
        "snow_protection_1_m": Parameter(
            118.0, "m-1", 0.0, 1000.0, "Neitsch et al. 2011 (SWAT), Eq. 4:1.3.1: 3 / 25.4 mm",
            "fall of the MUSLE's yield with snow water, exponential",
        ),
        "slope_length_limit_m": Parameter(
            150.0, "m", 22.13, 350.0, "own: USLE plots are 20 to 120 m long, and runoff gathers in"
            " rills and channels beyond", "longest slope length of LS",
        ),
        "transport_coefficient_low_m": Parameter(
            30.0, "m", 0.1, 2000.0, "own: 0.3 of the high one, as calibrated in Flanders",
            "ktc of grass, shrub and forest",
        ),
        "transport_coefficient_high_m": Parameter(
            100.0, "m", 0.1, 5000.0, "own: a third of what cropland loses on hillslopes of 5 nodes"
            " reaches channels; Van Rompaey et al. 2001 calibrate 75 and 250 on cells of 20 m."
            " Calibrate anew for other nodes", "ktc of cropland and bare ground",
        ),
        "tillage_transport_kg_m": Parameter(
            500.0, "kg m-1 yr-1", 0.0, 1500.0, "Van Oost et al. 2006: 300 to 700 mechanised",
            "soil that tillage moves down a slope of 1 m per m, per year",
        ),
    },
)  # fmt: skip
