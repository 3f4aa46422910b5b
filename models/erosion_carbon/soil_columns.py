"""What the soil of each cell is made of: arrays that all processes read and none changes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


class SoilColumns(NamedTuple):
    """Soil properties, each of shape (n_cells,), float64.

    Parameters
    ----------
    sand_percent, clay_percent : array
        Mass percent of the fine earth.
    organic_matter_percent : array
        Mass percent, 0-15 cm.
    bulk_density_kg_m3 : array
        Dry bulk density.
    porosity, field_capacity, wilting_point : array
        Volumetric water contents, m3 m-3.
    saturated_conductivity_m_s : array
        Of thawed, undisturbed soil.
    wetting_front_suction_m : array
        Green-Ampt suction, positive.
    air_entry_suction_m, clapp_hornberger_b : array
        Of the water-retention curve, suction positive.
    organic_layer_m : array
        Thickness of moss, litter and peat on the mineral soil.
    water_table : array
        1 where a wetland holds its water, 0 elsewhere.
    """

    sand_percent: FloatArray
    clay_percent: FloatArray
    organic_matter_percent: FloatArray
    bulk_density_kg_m3: FloatArray
    porosity: FloatArray
    field_capacity: FloatArray
    wilting_point: FloatArray
    saturated_conductivity_m_s: FloatArray
    wetting_front_suction_m: FloatArray
    air_entry_suction_m: FloatArray
    clapp_hornberger_b: FloatArray
    organic_layer_m: FloatArray
    water_table: FloatArray
