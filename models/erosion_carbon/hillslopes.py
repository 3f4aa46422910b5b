"""The hillslopes inside the cells, and what one day on them gives."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
HOURS = 24
FIRST_MELT_HOUR, LAST_MELT_HOUR = 10, 18
"""Snow melts by day; its water reaches the ground within these hours."""


class Hillslopes(NamedTuple):
    """What does not change with the weather; one representative hillslope a cell.

    A cell of 1 km is no plane: its water runs down hillslopes of some hundred metres to a channel,
    and on the cell's own mean slope sheet flow would never erode.

    Parameters
    ----------
    length_m : array (n,)
        From divide to channel.
    slope : array (n, n_nodes)
        m per m, from divide to foot.
    resistance : array (n, n_nodes)
        r of h = r q^(3/5), of slope and Manning's n of overland flow.
    retention_m : array (n,)
        Water that micro-relief holds back.
    area_m2 : array (n,)
        Of the cell.
    """

    length_m: FloatArray
    slope: FloatArray
    resistance: FloatArray
    retention_m: FloatArray
    area_m2: FloatArray


class SurfaceWater(NamedTuple):
    """What the day brings to the ground, each (n,).

    Parameters
    ----------
    rain_m, melt_m : array
        Reaching the ground.
    storm_decay_h, storm_start_h : array
        Time constant and start of the day's storm.
    conductivity_m_s : array
        Effective, with frost and cover.
    suction_deficit_m : array
        Green-Ampt suction times the moisture deficit.
    room_m : array
        Free pore space that water can reach today.
    """

    rain_m: FloatArray
    melt_m: FloatArray
    storm_decay_h: FloatArray
    storm_start_h: FloatArray
    conductivity_m_s: FloatArray
    suction_deficit_m: FloatArray
    room_m: FloatArray


class ControlZone(NamedTuple):
    """The topsoil that controls infiltration by Holtan's law, each (n,).

    Parameters
    ----------
    free_pores_m, all_pores_m, gravity_pores_m : array
        PIV this morning, TP, and GWC: pores between field capacity and saturation.
    dry_rate_m_s : array
        A, what dry soil takes beyond its conductivity; with frost and cover.
    """

    free_pores_m: FloatArray
    all_pores_m: FloatArray
    gravity_pores_m: FloatArray
    dry_rate_m_s: FloatArray


class Erodibilities(NamedTuple):
    """What resists erosion today, each (n,): with cover, roots, roughness and frost.

    Parameters
    ----------
    interrill_kg_s_m4, rill_s_m, critical_shear_pa : array
        WEPP's K_i, K_r and critical shear stress.
    friction_factor : array
        Darcy-Weisbach friction in rills.
    fall_velocity_m_s, transport_adjustment : array
        Of the sediment, by texture.
    cover_erodibility_us : array
        C times K of the USLE, K in US customary units; read by ANSWERS only.
    """

    interrill_kg_s_m4: FloatArray
    rill_s_m: FloatArray
    critical_shear_pa: FloatArray
    friction_factor: FloatArray
    fall_velocity_m_s: FloatArray
    transport_adjustment: FloatArray
    cover_erodibility_us: FloatArray


class Laws(NamedTuple):
    """Which of the alternative laws hold, as codes.

    Parameters
    ----------
    infiltration : int
        Of `kernel_hillslope_step.INFILTRATION_LAWS`.
    erosion : int
        Of `kernel_hillslope_sediment.EROSION_LAWS`, or ``EROSION_NONE``.
    capacity : int
        Of `kernel_transport_capacity.CAPACITY_LAWS`.
    """

    infiltration: int
    erosion: int
    capacity: int


class HillslopeDay(NamedTuple):
    """What leaves and what moves on the hillslopes in a day.

    Parameters
    ----------
    infiltrated_m : array (n,)
        Into the soil.
    overland_m : array (n,)
        Run off the surface in the day.
    overland_m3 : array (24, n)
        Water reaching the channel in each hour.
    sediment_kg : array (24, n)
        Soil reaching the channel in each hour.
    detached_kg_m2, deposited_kg_m2 : array (n,)
        Gross, per area of the cell.
    """

    infiltrated_m: FloatArray
    overland_m: FloatArray
    overland_m3: FloatArray
    sediment_kg: FloatArray
    detached_kg_m2: FloatArray
    deposited_kg_m2: FloatArray


def empty_day(n_cells: int) -> HillslopeDay:
    """Return arrays for a day's fluxes."""
    return HillslopeDay(
        infiltrated_m=np.zeros(n_cells),
        overland_m=np.zeros(n_cells),
        overland_m3=np.zeros((HOURS, n_cells)),
        sediment_kg=np.zeros((HOURS, n_cells)),
        detached_kg_m2=np.zeros(n_cells),
        deposited_kg_m2=np.zeros(n_cells),
    )
