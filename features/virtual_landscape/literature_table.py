"""The virtual measurements as literature tables give them: layers in lon/lat, with gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Transformer

from .site_layers import Campaign
from .site_sampling import SitePlaces
from .world_lattice import CRS

SOM_PER_SOC = 1 / 0.58  # Yang et al. 2025, Eq. 2
MISSING_BULK_DENSITY = 0.40
MISSING_GRAVEL = 0.25
MISSING_NITROGEN = 0.25
REPORTING_SOM = 0.12


def literature_table(
    places: SitePlaces, campaign: Campaign, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the sites table.

    Gaps come by site, as a paper reports a property or does not. Sites of the transect were sampled
    for the purpose and are complete, so that the others lack bulk density more often.
    """
    longitude, latitude = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(
        places.x, places.y
    )
    site = campaign.layers["site"].to_numpy()
    table = campaign.layers.drop(columns="site")
    table.insert(0, "id", campaign.site_ids[site])
    table.insert(1, "longitude", np.round(longitude, 5)[site])
    table.insert(2, "latitude", np.round(latitude, 5)[site])
    table.insert(6, "som_g_kg", np.nan)
    gaps = {
        "bulk_density_g_cm3": _sites_without(MISSING_BULK_DENSITY, places.on_transect, rng),
        "coarse_fragments_percent": _sites_without(MISSING_GRAVEL, places.on_transect, rng),
        "total_nitrogen_g_kg": _sites_without(MISSING_NITROGEN, places.on_transect, rng),
    }
    for column, sites in gaps.items():
        table.loc[sites[site], column] = np.nan
    som = _sites_without(REPORTING_SOM, places.on_transect, rng)[site]
    table.loc[som, "som_g_kg"] = (table.loc[som, "soc_g_kg"] * SOM_PER_SOC).round(2)
    table.loc[som, "soc_g_kg"] = np.nan
    table["origin"] = np.where(places.on_transect, "virtual transect", "virtual literature")[site]
    return table


def _sites_without(share: float, complete: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the sites that lack a property: `share` of all, none of the complete ones."""
    candidates = np.flatnonzero(~complete)
    drawn = rng.choice(candidates, min(round(share * len(complete)), len(candidates)), False)
    return np.asarray(np.isin(np.arange(len(complete)), drawn))
