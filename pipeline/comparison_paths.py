"""Names and places of what stage 4 does with the simulation. No other module joins these paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .schemas import COMPARISON_TABLES


@dataclass(frozen=True)
class ComparisonPaths:
    """What lies in ``4-simulator`` beside the simulation and its features.

    Parameters
    ----------
    root : Path
        ``4-simulator`` of a run.
    """

    root: Path

    def table(self, name: str) -> Path:
        """Table of the comparison, in `schemas.COMPARISON_TABLES`."""
        return self.root / f"{name}.csv"

    @property
    def record(self) -> Path:
        """What the summary says of the comparison."""
        return self.root / "comparison.json"

    @property
    def work(self) -> Path:
        """Directory of what a killed run goes on from."""
        return self.root / "comparison"

    @property
    def work_record(self) -> Path:
        """What finished members and folds rest on."""
        return self.work / "fingerprint.json"

    @property
    def columns(self) -> Path:
        """Cells by themselves, as every member of the ensemble takes them."""
        return self.work / "columns.npz"

    def member(self, index: int) -> Path:
        """Member of the ensemble; 0 has the run's own parameters."""
        return self.work / "members" / f"member_{index:03d}.npz"

    @property
    def evidence(self) -> Path:
        """What is known at the sites."""
        return self.work / "evidence.npz"

    def fold(self, scheme: str, fold_seed: int, fold: int) -> Path:
        """Finished fold of all approaches."""
        return self.work / "folds" / f"{scheme}_{fold_seed}_{fold:03d}.npz"

    @property
    def spread(self) -> Path:
        """Directory of the spread maps."""
        return self.root / "spread"

    def spread_map(self, quantity: str) -> Path:
        """SD of a quantity over the ensemble."""
        return self.spread / f"{quantity}_sd.tif"

    @property
    def maps(self) -> Path:
        """Directory of the maps of an approach with physics."""
        return self.root / "maps"

    def map(self, quantity: str, depth: str, band: str) -> Path:
        """Map of one band of one depth."""
        return self.maps / f"{quantity}_{depth}_{band}.tif"

    @property
    def final(self) -> Path:
        """Directory of the model behind those maps."""
        return self.work / "final"

    @property
    def final_model(self) -> Path:
        """What the members of those maps share, and the calibration of their intervals."""
        return self.final / "model.json"

    @property
    def weights(self) -> Path:
        """Weights of the ensemble's members by their fit to all sites."""
        return self.work / "weights.json"

    @property
    def weighted_map(self) -> Path:
        """Stock at the modelled depth, the weighted mean of the ensemble's members."""
        return self.root / "socd_weighted.tif"

    def final_member(self, index: int) -> Path:
        """Bootstrap member behind those maps."""
        return self.final / f"member_{index:03d}.npz"

    def tile(self, index: int) -> Path:
        """Finished tile of those maps, kept until they are assembled."""
        return self.final / f"tile_{index:05d}.npz"

    def shown(self) -> list[Path]:
        """Return all results, whether there or not; members and folds know what they rest on."""
        tables = map(self.table, COMPARISON_TABLES)
        weighted = [self.weighted_map, self.weighted_map.with_suffix(".qml")]
        return [self.record, self.spread, self.maps, *weighted, *tables]
