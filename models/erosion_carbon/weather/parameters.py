"""Numbers of the weather generator: wet days, depths, storms, temperature."""

from __future__ import annotations

from typing import NamedTuple

from ..parameter_table import Parameter, ParameterTable


class WeatherParameters(NamedTuple):
    """Numbers of the weather generator; `WEATHER` gives their meaning, unit and source."""

    wet_day_persistence: float
    gamma_scale_intercept_mm: float
    gamma_scale_slope: float
    gamma_shape_max: float
    smallest_day_mm: float
    wet_days_per_rain: float
    wet_days_exponent: float
    storm_length_m: float
    half_hour_share_lower: float
    half_hour_share_upper: float
    half_hour_share_cold: float
    half_hour_share_warm: float
    half_hour_share_spread: float
    cold_storm_c: float
    warm_storm_c: float
    half_hour_depth_mm: float
    half_hour_offset_mm: float
    storm_start_mode_h: float
    temperature_length_m: float
    temperature_persistence: float
    temperature_sd_at_0_c: float
    temperature_sd_slope: float
    temperature_sd_min_c: float
    temperature_sd_max_c: float
    diurnal_range_c: float


WEATHER = ParameterTable(
    "weather",
    WeatherParameters,
    {
        "wet_day_persistence": Parameter(
            0.25,
            "1",
            0.0,
            0.9,
            "Geng et al. 1986: p01 = 0.75 f, p11 = 0.25 + p01",
            "by how much rain today makes rain tomorrow more likely",
        ),
        "gamma_scale_intercept_mm": Parameter(
            -2.16, "mm", -10.0, 10.0, "Geng et al. 1986", "intercept of the gamma scale of depths"
        ),
        "gamma_scale_slope": Parameter(
            1.83, "1", 0.1, 5.0, "Geng et al. 1986", "gamma scale per mm of a wet day's mean depth"
        ),
        "gamma_shape_max": Parameter(
            2.0,
            "1",
            0.5,
            10.0,
            "own: Geng's scale goes to 0 at 1.18 mm per wet day, where all days would be alike",
            "largest gamma shape of depths",
        ),
        "smallest_day_mm": Parameter(
            0.1, "mm", 0.0, 1.0, "definition of a wet day (CRU TS)", "smallest rain of a wet day"
        ),
        "wet_days_per_rain": Parameter(
            2.0,
            "d mm-x",
            0.2,
            10.0,
            "own: 12 days at 60 mm, as in temperate climates",
            "factor a of N = a P^x for months without a count of wet days",
        ),
        "wet_days_exponent": Parameter(
            0.45,
            "1",
            0.0,
            1.0,
            "New, Hulme & Jones 2000, J. Climate 13",
            "exponent x of N = a P^x for months without a count of wet days",
        ),
        "storm_length_m": Parameter(
            50e3,
            "m",
            1e3,
            1e6,
            "own: one storm shape per 50 km; correlation falls to 0.5 in about half of it",
            "spacing of the lattice that carries rain and storm shapes",
        ),
        "half_hour_share_lower": Parameter(
            0.15, "1", 1 / 48, 0.5, "SWAT/EPIC alpha_0.5", "smallest peak half-hour share"
        ),
        "half_hour_share_upper": Parameter(
            0.95, "1", 0.5, 0.99, "SWAT/EPIC alpha_0.5", "largest peak half-hour share"
        ),
        "half_hour_share_cold": Parameter(
            0.20,
            "1",
            1 / 48,
            0.99,
            "own: daily erosivity of 20 to 40 mm as in Xie et al. 2016, October to April",
            "likeliest peak half-hour share on cold days",
        ),
        "half_hour_share_warm": Parameter(
            0.30,
            "1",
            1 / 48,
            0.99,
            "own: daily erosivity of 20 to 40 mm as in Xie et al. 2016, May to September",
            "likeliest peak half-hour share on warm days",
        ),
        "half_hour_share_spread": Parameter(
            0.30, "1", 0.0, 0.95, "own", "how far the share may be from its likeliest value"
        ),
        "cold_storm_c": Parameter(
            0.0, "degC", -30.0, 15.0, "own", "mean temperature at and below which a day is cold"
        ),
        "warm_storm_c": Parameter(
            20.0, "degC", 16.0, 40.0, "own", "mean temperature at and above which a day is warm"
        ),
        "half_hour_depth_mm": Parameter(
            125.0,
            "mm",
            10.0,
            1000.0,
            "SWAT theory: largest share 1 - exp(-125/(P + 5))",
            "depth in the limit of the peak half-hour share of heavy days",
        ),
        "half_hour_offset_mm": Parameter(
            5.0,
            "mm",
            0.1,
            50.0,
            "SWAT theory: largest share 1 - exp(-125/(P + 5))",
            "offset in the limit of the peak half-hour share of heavy days",
        ),
        "storm_start_mode_h": Parameter(
            15.0,
            "h",
            0.0,
            24.0,
            "afternoon maximum of rain over land (Dai 2001, J. Climate 14)",
            "likeliest hour when a storm begins",
        ),
        "temperature_length_m": Parameter(
            500e3,
            "m",
            1e4,
            5e6,
            "own: synoptic scale",
            "spacing of the lattice that carries temperature anomalies",
        ),
        "temperature_persistence": Parameter(
            0.80,
            "1",
            0.0,
            0.95,
            "own: rounded from daily series of three French basins (airGR)",
            "correlation of anomalies from one day to the next",
        ),
        "temperature_sd_at_0_c": Parameter(
            3.5,
            "K",
            0.0,
            15.0,
            "own: rounded from daily series of three French basins (airGR)",
            "standard deviation of daily means around the seasonal course in months of 0 degC",
        ),
        "temperature_sd_slope": Parameter(
            0.06,
            "1",
            0.0,
            0.5,
            "own: rounded from daily series of three French basins (airGR)",
            "fall of that standard deviation per K of the month's mean",
        ),
        "temperature_sd_min_c": Parameter(
            1.0, "K", 0.0, 5.0, "own: humid tropics", "smallest standard deviation"
        ),
        "temperature_sd_max_c": Parameter(
            6.0, "K", 5.0, 15.0, "own: continental winter", "largest standard deviation"
        ),
        "diurnal_range_c": Parameter(
            10.0,
            "K",
            0.0,
            30.0,
            "own: near the mean of land stations",
            "daily maximum less minimum where unknown",
        ),
    },
)
