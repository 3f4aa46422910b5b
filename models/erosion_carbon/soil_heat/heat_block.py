"""Columns of a block of cells side by side: what the heat kernels keep of each row and cell.

`rows` (N_FIELDS, n_rows + 2, n_cells) has a spare row above, which holds the surface's temperature,
and one below; `cells` (N_CELL_FIELDS, n_cells) has what belongs to a whole column. One array for
all fields, because kernels count references to each array they are handed.
"""

from __future__ import annotations

BLOCK = 72
"""Cells of a full block, whose 0.4 MB fit the second cache; no power of two, whose rows would
share few places of the first cache."""

(
    THICKNESS_M,
    WATER,  # liquid and ice, m3 of water m-3
    SCALE,  # of the freezing curve, see `liquid_water_limit`
    EXPONENT,
    THAWED_CAPACITY,  # J m-3 K-1 with all water liquid
    FROZEN_CAPACITY,  # with all of it ice
    THAWED_CONDUCTIVITY,  # W m-1 K-1
    LOG_FROZEN_RATIO,  # logarithm of the frozen over the thawed conductivity
    FREEZING_C,  # temperature at which its water begins to freeze
    ENTHALPY,  # J m-3: the state, with the two that follow from it
    TEMPERATURE,  # degC
    LIQUID_SHARE,  # of the water
    OLD_ENTHALPY,  # state before the step
    OLD_TEMPERATURE,
    OLD_LIQUID_SHARE,
    SLOPE,  # dT/dH
    SECONDS_PER_M,  # time step over thickness
    RESISTANCE,  # from the middle to either face, K m2 W-1
    ABOVE,  # conductance to the row above, W m-2 K-1
    BELOW,
    COUPLED,  # 1, or 0 where melting snow keeps the upper face at 0 degC
    CHANGE,  # of enthalpy
    ELIMINATED,
    ASSUMED,  # temperature that the balance assumed, degC
    N_FIELDS,
) = range(25)

(
    SURFACE_C,  # temperature of the upper face
    SKIN,  # resistance of what covers it without storing heat, K m2 W-1
    MOVING,  # 1 while the column iterates
    FAILED,  # 1 where the whole step did not come to rest
    STUCK,  # 1 where a shorter step did not either
    MELTING,  # 1 where the snow's base melts
    MISMATCH_K,  # between assumed and found temperatures
    UNFOUND,  # how far the search for a row's temperature is
    GROUND_HEAT,  # into the ground since the step began, J m-2
    N_CELL_FIELDS,
) = range(10)
