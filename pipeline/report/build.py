"""Puts the sections together and writes the page."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from .accuracy_section import accuracy_section
from .blocks import Picture, Section
from .caveats import caveats_section
from .comparison_section import comparison_section
from .data_section import data_section
from .depth_section import depth_section
from .driver_section import driver_section
from .headline import headline_cards, skill_note, target_sentence
from .interactive_map import interactive_block
from .map_section import map_section
from .provenance_section import provenance_section
from .run_directory import RunDirectory
from .simulator_section import simulator_section
from .stock_section import stock_section
from .truth_section import truth_section


def build(run_dir: Path) -> Path:
    """Write ``report.html`` and its figures; see `pipeline.report.build_report`."""
    run = RunDirectory.open(run_dir)
    sections = _sections(run)
    _write_figures(run_dir / "figures", sections)
    page = (
        _environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            name=run.summary.get("name", run_dir.name),
            sections=sections,
            cards=headline_cards(run),
            doubt=skill_note(run),
            target=target_sentence(run),
            version=version("solum"),
        )
    )
    report = run_dir / "report.html"
    _write(report, page.encode("utf-8"))
    return report


def _sections(run: RunDirectory) -> list[Section]:
    found = (
        map_section(run),
        Section("point", "Point at the map", [interactive_block(run)]),
        stock_section(run),
        accuracy_section(run),
        depth_section(run),
        driver_section(run),
        truth_section(run),
        simulator_section(run),
        comparison_section(run),
        data_section(run),
        caveats_section(run),
        provenance_section(run),
    )
    return [section for section in found if section is not None]


def _write_figures(folder: Path, sections: list[Section]) -> None:
    """Write the figures, and remove those of an earlier report that this one does not have."""
    folder.mkdir(exist_ok=True)
    pictures = [b for section in sections for b in section.blocks if isinstance(b, Picture)]
    for picture in pictures:
        _write(folder / f"{picture.name}.png", picture.png)
    names = {picture.name for picture in pictures}
    for old in folder.glob("*.png"):
        if old.stem not in names:
            old.unlink()


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(content)
    temporary.replace(path)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
