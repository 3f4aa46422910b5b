"""Names and places of everything that the simulator writes. No other module joins these paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SIMULATED = "simulated"
"""Folder of stage four's maps as the simulator gives them: its own grid, no features yet."""


@dataclass(frozen=True)
class SimulatorPaths:
    """The directory of a simulation.

    Parameters
    ----------
    root : Path
        ``runs/<name>-simulator``, or ``4-simulator`` of a run.
    maps : str
        Name of the directory of the maps. Where they become features of a run, they lie apart.
    """

    root: Path
    maps: str = "physics"

    @property
    def manifest(self) -> Path:
        """Resolved manifest, every default spelled out."""
        return self.root / "manifest.yaml"

    @property
    def physics(self) -> Path:
        """Directory of the maps."""
        return self.root / self.maps

    def map(self, quantity: str) -> Path:
        """Mean of a quantity over the simulated years."""
        return self.physics / f"{quantity}.tif"

    def year(self, year: int) -> Path:
        """All quantities of one year (NetCDF)."""
        return self.root / f"physics_{year}.nc"

    def years(self) -> list[Path]:
        """Files of all years that are there."""
        return sorted(self.root.glob("physics_*.nc"))

    def table(self, name: str) -> Path:
        """Table of the simulation."""
        return self.root / f"{name}.csv"

    @property
    def scenario(self) -> Path:
        """Directory of the scenario's own simulation."""
        return self.root / "scenario"

    @property
    def provenance(self) -> Path:
        """Inputs, settings, versions, machine, seconds."""
        return self.root / "provenance.json"

    @property
    def state(self) -> Path:
        """Directory of what a killed simulation goes on from."""
        return self.root / "state"

    @property
    def record(self) -> Path:
        """Which years are finished, and with which inputs."""
        return self.state / "record.json"

    @property
    def spun_up(self) -> Path:
        """State after the spin-up."""
        return self.state / "spin_up.npz"

    def state_of(self, year: int) -> Path:
        """State at the end of a year."""
        return self.state / f"{year}.npz"

    def year_table(self, name: str, year: int) -> Path:
        """Part of a table that one year adds."""
        return self.state / f"{name}_{year}.csv"
