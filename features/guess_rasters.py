"""Guess what a folder of rasters holds, from names, data types, tags and values."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rasterio
from rasterio.errors import NotGeoreferencedWarning, RasterioIOError

from .errors import InputError
from .quantities import known_quantity, plausible_range
from .units import conversion

SUFFIXES = (".tif", ".tiff", ".img", ".asc", ".vrt", ".nc")
MAX_CLASSES = 30
"""A nameless whole-number raster of more distinct values is a measurement."""

_SIDE = 512

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|0[1-9]|1[0-2]"
_QUANTITIES: tuple[tuple[str, str], ...] = (
    # Searched in `_name_`; the first that fits decides. Empty: a shape with no unit to check.
    (r"deviation|_(pc|band)_?\d+_|seasonality|_(sd|std|cv)_", ""),
    (r"_(dem|elev|srtm)_|_elevation_|altitude", "elevation"),
    (r"_(slope|slp)_", "slope"),
    (r"_aspect_", "aspect"),
    (r"northness", "northness"),
    (r"eastness", "eastness"),
    (r"profile_?curv", "profile_curvature"),
    (r"plan_?curv", "plan_curvature"),
    (r"wetness|_twi_", "topographic_wetness_index"),
    (r"mrvbf|bottom_flatness", "valley_bottom_flatness"),
    (r"valley_?depth", "valley_depth"),
    (r"landform", "landform"),
    (rf"precip.*_({_MONTHS})_({_MONTHS})_$", "precipitation_season"),
    (rf"precip.*_({_MONTHS}|month)_$", "precipitation_month"),
    (r"precip|rainfall|_map_|_bio_?12_", "precipitation"),
    (r"temp.*range|_bio_?7_", "temperature_range"),
    (r"temperature|_(mat|lst|temp|tmean|tas|bio_?1)_", "temperature"),
    (r"_ai_|aridity", "aridity_index"),
    (r"_pet_|evapotransp", "evapotranspiration"),
    (r"ndvi", "ndvi"),
    (r"_evi_", "evi"),
    (r"_lai_", "lai"),
    (r"_npp_", "npp"),
    (r"tree_?cover", "tree_cover"),
    (r"bare_?cover", "bare_cover"),
    (r"cloud", "cloud_cover"),
    (r"snow.*prob", "snow_probability"),
    (r"cover.*(fraction|share)", "land_cover_share"),
    (r"_veg", "vegetation"),
    (r"land_?cover|land_?use|_lc_", "land_cover"),
    (r"_clay.*silt", "clay_silt"),
    (r"_clay_", "clay"),
    (r"_silt_", "silt"),
    (r"_sand_", "sand"),
    (r"_tn_|total_?n_|nitrogen", "total_nitrogen"),
    (r"_ph_", "ph"),
    (r"bulk_?dens|_bld_|_bd_", "bulk_density"),
    (r"geology|parent|lithol", "parent_material"),
    (r"soil_?(type|class|unit)", "soil_type"),
    (r"permafrost", "permafrost"),
)
_CLASSES = ("landform", "vegetation", "land_cover", "parent_material", "soil_type", "permafrost")


@dataclass(frozen=True)
class GuessedRaster:
    """A raster taken for a covariate."""

    id: str
    path: Path
    quantity: str
    unit: str
    kind: str
    grid: tuple[str, float, float, int, int]
    """CRS, cell width, left edge, width and height: equal for rasters of one grid."""

    cell_degrees: float
    scale: float = 1.0
    classes: tuple[int, ...] = ()
    constant: bool = False
    doubts: tuple[str, ...] = field(default=())


def guess_rasters(directory: Path) -> tuple[list[GuessedRaster], list[str]]:
    """Return the rasters of a folder (not of its subfolders), and what could not be used.

    Parameters
    ----------
    directory : Path
        Folder to look through.
    """
    guessed: list[GuessedRaster] = []
    unsure: list[str] = []
    names: set[str] = set()
    for path in sorted(each for each in directory.iterdir() if each.suffix.lower() in SUFFIXES):
        identifier = _identifier(path.stem, names)
        try:
            raster = _guess_raster(path, identifier)
        except (RasterioIOError, ValueError) as error:
            unsure.append(f"{path.name} was left out: {error}")
            continue
        if raster.constant:
            unsure.append(f"{path.name} was left out: it is empty or the same everywhere")
            continue
        names.add(identifier)
        guessed.append(raster)
        unsure += [f"{identifier}: {doubt}" for doubt in raster.doubts]
    return guessed, unsure


def _identifier(stem: str, taken: set[str]) -> str:
    plain = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_") or "layer"
    plain = plain if plain[0].isalpha() else f"layer_{plain}"
    name, n = plain, 2
    while name in taken:
        name, n = f"{plain}_{n}", n + 1
    return name


def _guess_raster(path: Path, identifier: str) -> GuessedRaster:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path) as dataset:
            if dataset.crs is None:
                raise ValueError("it has no CRS (set it with gdal_edit.py -a_srs EPSG:<code>)")
            shape = (min(_SIDE, dataset.height), min(_SIDE, dataset.width))
            raw = dataset.read(1, out_shape=shape, masked=True)
            tagged = (dataset.units[0] or "").strip()
            transform, crs = dataset.transform, dataset.crs
            grid = (crs.to_wkt(), transform.a, transform.c, dataset.width, dataset.height)
            n_bands = dataset.count
    values = np.unique(np.ma.compressed(raw).astype(float))
    values = values[np.isfinite(values)]
    quantity = next((q for pattern, q in _QUANTITIES if re.search(pattern, f"_{identifier}_")), "")
    is_class, kind_doubt = _is_categorical(quantity, tagged, values, np.dtype(raw.dtype))
    doubts = [kind_doubt] if kind_doubt else []
    if n_bands > 1:
        doubts.append(f"has {n_bands} bands, the first is used")
    unit, scale = "class", 1.0
    if not is_class:
        quantity = "" if quantity in _CLASSES or not _fits(tagged, quantity) else quantity
        unit, scale, found = _unit_and_scale(quantity, tagged, values)
        doubts += found
    if not quantity:  # a known name with an unknown unit must not be checked as that quantity
        own_name = f"{identifier}_raw" if known_quantity(identifier) else identifier
        quantity = "class" if is_class else own_name
    degrees = abs(transform.a) / (1.0 if crs.is_geographic else 111_320.0)
    return GuessedRaster(
        identifier, path, quantity, unit, "categorical" if is_class else "continuous", grid,
        degrees, scale, tuple(int(code) for code in values) if is_class else (),
        values.size < 2, tuple(doubts),
    )  # fmt: skip


def _is_categorical(
    quantity: str, tagged: str, values: npt.NDArray[np.float64], dtype: np.dtype[np.generic]
) -> tuple[bool, str]:
    """Return whether the values are class codes, and the doubt about it."""
    if tagged.lower() in ("class", "classes", "category"):
        return True, ""
    whole = bool(np.array_equal(values, np.round(values)))
    if quantity in _CLASSES and whole:
        return True, ""
    few = values.size <= MAX_CLASSES and np.issubdtype(dtype, np.integer)
    if whole and few and not quantity and not tagged:
        return True, f"{values.size} whole numbers were taken for classes: or is it a measurement?"
    return False, ""


def _unit_and_scale(
    quantity: str, tagged: str, values: npt.NDArray[np.float64]
) -> tuple[str, float, list[str]]:
    """Return unit and scale that make the values those of the quantity, and the doubts."""
    entry = known_quantity(quantity) if quantity else None
    if entry is None:
        doubts = [] if tagged else ["neither name nor tags tell its unit: values are used as read"]
        return tagged or "1", 1.0, doubts
    unit, doubts = tagged, list[str]()
    if not unit:
        unit = "mm" if entry.unit == "mm/yr" else entry.unit
        doubts.append(f"the file names no unit: {unit} is assumed for {quantity}")
    plausible = plausible_range(quantity)
    if plausible is None or values.size == 0:
        return unit, 1.0, doubts
    middle = np.quantile(values, [0.05, 0.95])
    if entry.unit == "degC" and not tagged and 200 < middle.mean() < 330:
        return "K", 1.0, ["values are those of kelvin"]
    converted = conversion(unit, quantity).apply(middle)
    for power in range(5):
        scaled = converted / 10.0**power
        if plausible[0] <= scaled.min() and scaled.max() <= plausible[1]:
            if power:
                doubts.append(f"scale 1e-{power} is guessed from values up to {values.max():g}")
            return unit, 10.0**-power, doubts
    return unit, 1.0, [*doubts, f"values to {values.max():g} do not look like {quantity}"]


def _fits(tagged: str, quantity: str) -> bool:
    """Return whether the unit in the file's tags, if any, is one of the quantity."""
    try:
        return not tagged or not quantity or bool(conversion(tagged, quantity))
    except InputError:
        return False
