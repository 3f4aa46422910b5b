"""The quantities Solum knows: their canonical unit, driver group and plausible range."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .variables import VariableGroup


@dataclass(frozen=True)
class Quantity:
    """One measurable quantity.

    Parameters
    ----------
    unit : str
        Canonical unit: what values carry after reading.
    group : str
        Driver group for importance tables.
    plausible : tuple of float, optional
        Range in the canonical unit that no correct reading of nature leaves; values outside hint
        at a wrong scale or unit.
    basis : str
        For ratios: ``mass`` or ``volume`` when the other one would be wrong, ``either`` when both
        are in use.
    substance : str
        Substance a unit may name (``C`` in ``g C/kg``).
    also : tuple of str
        Units of another dimension that are in use for the same thing, read one to one
        (precipitation summed over a year in mm).
    spellings : tuple of str
        Examples shown when a unit is refused.
    """

    unit: str
    group: VariableGroup = "other"
    plausible: tuple[float, float] | None = None
    basis: str = "either"
    substance: str = ""
    also: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


_MASS_RATIO = ("g/kg", "%", "mg/kg", "fraction")
_DENSITY = ("g/cm3", "kg/m3", "Mg m-3")
_NPP = ("g C/m2/yr", "kg C m-2 yr-1", "t/ha/yr")
_CLIMATE_MM = ("mm/yr", "mm", "m/yr")


def _texture(plausible: tuple[float, float] = (0, 100)) -> Quantity:
    return Quantity("%", "soil", plausible, "mass", spellings=("%", "g/kg", "fraction"))


def _ratio(
    group: VariableGroup = "other", plausible: tuple[float, float] | None = None
) -> Quantity:
    return Quantity("1", group, plausible, spellings=("1", "%"))


def _cover(group: VariableGroup = "other") -> Quantity:
    return Quantity("%", group, (0, 100), spellings=("%", "fraction", "permille"))


QUANTITIES: dict[str, Quantity] = {
    # Soil. Pure organic matter holds 58 % carbon (Yang et al. 2025, Eq. 2): SOC <= 580 g/kg.
    "soc": Quantity("g/kg", "soil", (0, 580), "mass", "C", spellings=_MASS_RATIO),
    "som": Quantity("g/kg", "soil", (0, 1000), "mass", "OM", spellings=_MASS_RATIO),
    "total_nitrogen": Quantity("g/kg", "soil", (0, 50), "mass", "N", spellings=_MASS_RATIO),
    "bulk_density": Quantity("g/cm3", "soil", (0.05, 2.2), spellings=_DENSITY),
    "coarse_fragments": Quantity(
        "1", "soil", (0, 1), spellings=("%", "vol%", "wt%", "fraction", "cm3/dm3")
    ),
    "soc_density": Quantity(
        "kg/m3", "soil", (0, 200), substance="C", spellings=("kg/m3", "g/cm3", "kg C m-3")
    ),
    "soc_density_area": Quantity(
        "kg/m2", "soil", (0, 500), substance="C", spellings=("kg/m2", "t/ha", "Mg ha-1", "g/m2")
    ),
    "ph": Quantity("pH", "soil", (1.5, 12), also=("1",), spellings=("pH", "1")),
    "clay": _texture(),
    "silt": _texture(),
    "sand": _texture(),
    "clay_silt": _texture(),
    "depth": Quantity("cm", "soil", (-100, 3000), spellings=("cm", "m", "mm")),
    "permafrost": Quantity("1", "soil", spellings=("class", "1", "%")),
    "parent_material": Quantity("1", "soil", spellings=("class", "1")),
    "soil_type": Quantity("1", "soil", spellings=("class", "1")),
    # Climate
    "temperature": Quantity("degC", "climate", (-70, 70), spellings=("degC", "K")),
    "temperature_range": Quantity("K", "climate", (0, 100), spellings=("K", "degC")),
    "precipitation": Quantity("mm/yr", "climate", (0, 12_000), also=("mm",), spellings=_CLIMATE_MM),
    "precipitation_month": Quantity(
        "mm/month", "climate", (0, 4_000), also=("mm",), spellings=("mm/month", "mm")
    ),
    "precipitation_day": Quantity(
        "mm/d", "climate", (0, 2_000), also=("mm",), spellings=("mm/d", "mm")
    ),
    "wet_days": Quantity("d/month", "climate", (0, 31), also=("d",), spellings=("d/month", "d")),
    "precipitation_season": Quantity("mm", "climate", (0, 12_000), spellings=("mm", "cm")),
    "evapotranspiration": Quantity(
        "mm/yr", "climate", (0, 5_000), also=("mm",), spellings=_CLIMATE_MM
    ),
    "aridity_index": _ratio("climate", (0, 10)),
    "cloud_cover": _cover("climate"),
    "snow_probability": _cover("climate"),
    # Vegetation
    "ndvi": _ratio("vegetation", (-1, 1)),
    "evi": _ratio("vegetation", (-1, 1)),
    "lai": Quantity("1", "vegetation", (0, 15), spellings=("1", "m2/m2")),
    "npp": Quantity("g/m2/yr", "vegetation", (0, 4_000), substance="C", spellings=_NPP),
    "vegetation": Quantity("1", "vegetation", spellings=("class", "1")),
    "land_cover": Quantity("1", "vegetation", spellings=("class", "1")),
    "tree_cover": _cover("vegetation"),
    "bare_cover": _cover("vegetation"),
    "land_cover_share": _cover("vegetation"),
    # Terrain
    "elevation": Quantity("m", "terrain", (-450, 9_000), spellings=("m", "km", "cm")),
    "slope": Quantity("degree", "terrain", (0, 90), spellings=("degree", "rad")),
    "hillslope_slope": Quantity("1", "terrain", also=("degree",), spellings=("%", "degree", "1")),
    "aspect": Quantity("degree", "terrain", (-1, 360), spellings=("degree", "rad")),
    "northness": _ratio("terrain", (-1, 1)),
    "eastness": _ratio("terrain", (-1, 1)),
    "profile_curvature": Quantity("1/m", "terrain", spellings=("1/m", "m-1")),
    "plan_curvature": Quantity("1/m", "terrain", spellings=("1/m", "m-1")),
    "topographic_wetness_index": _ratio("terrain", (-5, 50)),
    "topographic_position": Quantity("m", "terrain", spellings=("m",)),
    "valley_bottom_flatness": _ratio("terrain", (0, 15)),
    "valley_depth": Quantity("m", "terrain", (-9_000, 9_000), spellings=("m",)),
    "landform": Quantity("1", "terrain", spellings=("class", "1")),
    # Shapes of anything else
    "length": Quantity("m", spellings=("m", "cm", "mm", "km")),
    "angle": Quantity("degree", spellings=("degree", "rad")),
    "index": _ratio(),
    "percent": _cover(),
    "class": Quantity("1", spellings=("class", "1")),
}

_SYNONYMS = {
    "mean_annual_temperature": "temperature", "mat": "temperature",
    "air_temperature": "temperature", "land_surface_temperature": "temperature",
    "annual_precipitation": "precipitation", "mean_annual_precipitation": "precipitation",
    "map": "precipitation", "rainfall": "precipitation",
    "monthly_precipitation": "precipitation_month",
    "soil_organic_carbon": "soc", "soil_organic_matter": "som", "nitrogen": "total_nitrogen",
    "tn": "total_nitrogen", "soil_ph": "ph", "ph_h2o": "ph", "top_cm": "depth",
    "bottom_cm": "depth", "bedrock_cm": "depth", "soc_stock": "soc_density_area",
    "socd": "soc_density_area", "vegetation_type": "vegetation", "landcover": "land_cover",
    "land_use": "land_cover", "twi": "topographic_wetness_index", "altitude": "elevation",
    "net_primary_production": "npp", "leaf_area_index": "lai", "ai": "aridity_index",
    "lithology": "parent_material", "geology": "parent_material", "clay_and_silt": "clay_silt",
    "gravel": "coarse_fragments",
}  # fmt: skip

_GROUP_WORDS: tuple[tuple[VariableGroup, str], ...] = (
    ("terrain", r"elevation|terrain|slope|curvature|wetness|valley|landform|openness|aspect|relief"
                r"|northness|eastness|roughness|topograph|channel|_(dem|twi)_"),
    ("climate", r"precipitation|rain|temperature|arid|snow|cloud|climat|evapotransp|radiation|wind"
                r"|frost|_(lst|bio_?\d+|mat|map)_"),
    ("vegetation", r"ndvi|land_?cover|land_?use|vegetat|forest|landsat|canopy|grass|shrub|crop"
                   r"|_(evi|npp|gpp|lai|fpar|tree|bare)_"),
    ("soil", r"soil|clay|silt|sand|nitrogen|bulk|geology|parent|gamma|litholog|texture|_ph_"),
)  # fmt: skip
"""Searched in ``_name_``, so that short words can be told from parts of longer ones."""


def known_quantity(name: str) -> Quantity | None:
    """Return the entry of a quantity, by any of its usual names, or None."""
    key = quantity_key(name)
    return QUANTITIES.get(_SYNONYMS.get(key, key))


def quantity_key(name: str) -> str:
    """Return a name as a key: lower case, words joined by underscores."""
    return re.sub(r"[^a-z0-9]+", "_", name.strip().lower()).strip("_")


def plausible_range(quantity: str) -> tuple[float, float] | None:
    """Return the range in the canonical unit outside which a scale or unit is suspect, or None."""
    entry = known_quantity(quantity)
    return entry.plausible if entry else None


def group_of(*names: str) -> VariableGroup:
    """Return the driver group of a covariate from its quantity, id or both.

    Parameters
    ----------
    *names : str
        Quantity first, then id; the first name that tells a group decides.

    Returns
    -------
    str
        climate, vegetation, soil, terrain or other.
    """
    for name in names:
        entry = known_quantity(name)
        if entry and entry.group != "other":
            return entry.group
    for name in names:
        for group, words in _GROUP_WORDS:
            if re.search(words, f"_{quantity_key(name)}_"):
                return group
    return "other"
