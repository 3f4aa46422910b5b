"""Water in the canopy, the snow, the soil and on the hillslope (ANSWERS and IBIS laws)."""
