"""Hillslopes of a block of cells side by side: what their kernels keep of each.

Two arrays have the same rows (`n_rows`): `cells` (rows, BLOCK), the wet cells of a block, and
`lanes` (rows, PACK), those of them whose water runs in an hour, packed so that vectors are full.
One array for all fields, because kernels count references to each array they are handed.
"""

from __future__ import annotations

from numba import njit

BLOCK = 512
"""Wet cells of a block: enough that those with water at the same hour fill vectors, few enough that
all of their rows stay in the second cache."""
PACK = 128
"""Lanes computed at once, so that their rows stay in the first cache."""
VECTOR = 32
"""Lanes of one turn of the compiler's loops: single lanes left over take as long as whole turns."""

(
    LENGTH_M,  # of the hillslope
    SPACING_M,  # of its nodes
    RETENTION_M,  # water that micro-relief holds
    CONDUCTIVITY_M_S,
    SUCTION_DEFICIT_M,
    ALL_PORES_M,  # of Holtan's control zone, as the next two
    GRAVITY_PORES_M,
    DRY_RATE_M_S,
    DECAY_H,  # of the day's storm
    PEAK_RATIO,  # heaviest minutes over the hour's mean
    DAY_MELT_M,
    DEEPEST_M,  # of the nodes
    FLOWS,  # 1 while any discharge is left
    RAIN_M,  # of the hour
    MELT_M,
    ROOM_M,  # free pore space left
    MEMORY_M,  # of the law of infiltration
    N_GATHERED,
) = range(18)

(
    INFILTRATED_M,  # in the hour
    RAN_OFF_M,
    FALLING_M,  # rain of the step
    FALL_DECAY,  # of it from step to step
    SQUARE_RATIO,
    SUPPLY_M,  # rain and melt of the step
    STANDING_M,  # mean depth at its start
    INUNDATED,  # share of the ground under it
    TAKEN_M,  # infiltrates in the step
    RUNNING_M,  # supply less infiltration
    POURED_M,  # supply of a part of the ground, dry or inundated
    TAKEN_THERE_M,  # infiltrates in that part
    ADVANCE,  # u of Green-Ampt's front
    FRONT_M,  # cumulative depth when it ponds
    GRAVITY_M,  # conductivity times ponded time
    BEFORE_M,  # infiltrated before ponding
    FRONT,  # state of the search, see `kernel_hillslope_front`
    END_S_M,  # step over spacing times the weight of the step's end
    START_S_M,
    INFLOW_M,  # from the node above
    ROOT,  # fifth root of the flow over its edge
    LARGEST_M2_S,  # flow of the step
    N_STEPS,  # into which the hour is cut
    FIRST_NODE_ROW,
) = range(N_GATHERED, N_GATHERED + 24)

DEPTH, DISCHARGE, RESISTANCE, EXCESS, PASSED, N_OF_NODES = range(6)
"""Groups of rows, one row a node: water on it, flow over its lower edge, r of the kinematic wave;
what it gains and passes on in a step. The first three are gathered."""
N_GATHERED_OF_NODES = 3


@njit(cache=True, nogil=True, forceinline=True)
def node_row(group: int, node: int, n_nodes: int) -> int:
    """Return the row of a node."""
    return FIRST_NODE_ROW + group * n_nodes + node


@njit(cache=True, nogil=True)
def n_rows(n_nodes: int) -> int:
    """Return how many rows a block has."""
    return FIRST_NODE_ROW + N_OF_NODES * n_nodes


@njit(cache=True, nogil=True, forceinline=True)
def whole_vectors(n: int) -> int:
    """Return a number of lanes filled up to whole vectors."""
    return (n + VECTOR - 1) // VECTOR * VECTOR
