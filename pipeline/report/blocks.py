"""What a report is made of: sections of notes, pictures, tables and embedded pages."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Literal

from PIL import Image

_LARGE_BYTES = 150_000


@dataclass(frozen=True)
class Picture:
    """One figure, already drawn.

    Parameters
    ----------
    name : str
        File name in ``figures/``, without suffix.
    caption : str
        Printed below the figure.
    alternative : str
        Says what is seen to those who cannot see it.
    png : bytes
        The image.
    width_px : int
        Width at which it is shown at 100 %.
    """

    name: str
    caption: str
    alternative: str
    png: bytes
    width_px: int
    kind: Literal["picture"] = "picture"

    @property
    def data_uri(self) -> str:
        """The image as an address that needs no file; large maps as WebP, a fifth of the size."""
        if len(self.png) <= _LARGE_BYTES:
            return _data_uri("png", self.png)
        buffer = BytesIO()
        Image.open(BytesIO(self.png)).convert("RGB").save(buffer, "webp", quality=80, method=2)
        return _data_uri("webp", buffer.getvalue())


def _data_uri(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


@dataclass(frozen=True)
class Cell:
    """One cell of a table: text, a small second line, and a CSS class."""

    text: str
    small: str = ""
    style: str = ""


@dataclass(frozen=True)
class Table:
    """A table; `numeric` columns are aligned right, a row of one cell is a heading across."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    caption: str
    numeric: Sequence[int] = ()
    folded: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Note:
    """A paragraph; `tone` is ``plain``, ``missing`` (the run lacks it) or ``warning``."""

    text: str
    tone: Literal["plain", "missing", "warning"] = "plain"
    kind: Literal["note"] = "note"


@dataclass(frozen=True)
class Points:
    """A list of short paragraphs, each with a bold start."""

    points: Sequence[tuple[str, str]]
    kind: Literal["points"] = "points"


@dataclass(frozen=True)
class Embed:
    """HTML made by a library, put into the page as it is."""

    html: str
    caption: str
    kind: Literal["embed"] = "embed"


Block = Picture | Table | Note | Points | Embed


@dataclass(frozen=True)
class Section:
    """A heading, its anchor, and what stands below it."""

    anchor: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)


def cells(*texts: str) -> list[Cell]:
    """Return plain cells."""
    return [Cell(text) for text in texts]
