"""QGIS layer styles (``.qml``), so that a map opens with fitting colours and classes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

from features.atomic_files import write_text

from .colours import RAMPS

ClassColours = Mapping[int, tuple[str, str]]
"""Class code to (label, ``#rrggbb``)."""


def write_ramp_qml(path: Path, *, lowest: float, highest: float, ramp: str, unit: str) -> None:
    """Write a single-band pseudocolour style that runs linearly from `lowest` to `highest`.

    Parameters
    ----------
    path : Path
        The style file, named as the raster with the suffix ``.qml`` for QGIS to find it.
    lowest, highest : float
        Limits of the ramp in `unit`; values beyond them take the end colours.
    ramp : str
        Name in `pipeline.colours.RAMPS`.
    unit : str
        Appended to the labels of the legend.
    """
    if not highest > lowest:  # a constant map still needs a ramp QGIS can draw
        highest = lowest + 1.0
    colours = RAMPS[ramp]
    renderer = ET.Element(
        "rasterrenderer",
        type="singlebandpseudocolor",
        band="1",
        opacity="1",
        alphaBand="-1",
        classificationMin=f"{lowest:g}",
        classificationMax=f"{highest:g}",
    )
    origin = ET.SubElement(renderer, "minMaxOrigin")
    ET.SubElement(origin, "limits").text = "None"  # ours: QGIS must not stretch anew
    shader = ET.SubElement(
        ET.SubElement(renderer, "rastershader"),
        "colorrampshader",
        colorRampType="INTERPOLATED",
        classificationMode="1",
        clip="0",
        minimumValue=f"{lowest:g}",
        maximumValue=f"{highest:g}",
    )
    values = [lowest + i * (highest - lowest) / (len(colours) - 1) for i in range(len(colours))]
    for value, colour in zip(values, colours, strict=True):
        label = f"{value:.3g} {unit}".strip()
        ET.SubElement(shader, "item", value=f"{value:.6g}", label=label, color=colour, alpha="255")
    _write(path, renderer)


def write_class_qml(path: Path, classes: ClassColours) -> None:
    """Write a paletted style: one colour and label a class code."""
    renderer = ET.Element("rasterrenderer", type="paletted", band="1", opacity="1", alphaBand="-1")
    palette = ET.SubElement(renderer, "colorPalette")
    for code, (label, colour) in sorted(classes.items()):
        ET.SubElement(
            palette, "paletteEntry", value=str(code), label=label, color=colour, alpha="255"
        )
    _write(path, renderer)


def _write(path: Path, renderer: ET.Element) -> None:
    root = ET.Element("qgis", version="3.28.0", styleCategories="Symbology")
    pipe = ET.SubElement(root, "pipe")
    pipe.append(renderer)
    ET.indent(root)
    text = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    text += ET.tostring(root, encoding="unicode") + "\n"
    write_text(path, text)
