"""What all sections of the manifest have in common, and where a file comes from."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """A part of the manifest: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Section):
    """Where a file comes from: a local path, or an address with its checksum."""

    file: str | None = Field(None, description="path, relative to the manifest")
    url: str | None = Field(None, description="address to download from")
    sha256: str | None = Field(None, description="checksum of the downloaded file")
    product: str | None = Field(None, description="name and version of the data product")
    native_resolution: str | None = None
    period: str | None = Field(None, description="years covered, such as 2000-2020")
    licence: str | None = None
    citation: str | None = None
    address: str | None = Field(None, description="page where a person obtains the product")
