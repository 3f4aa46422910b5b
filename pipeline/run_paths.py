"""Names and places of everything in a run directory. No other module joins these paths."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class RunPaths:
    """The run directory.

    Parameters
    ----------
    root : Path
        Directory of the run.
    """

    root: Path

    @property
    def manifest(self) -> Path:
        """Resolved manifest, every default spelled out."""
        return self.root / "manifest.yaml"

    @property
    def summary(self) -> Path:
        """Headline numbers."""
        return self.root / "summary.json"

    @property
    def provenance(self) -> Path:
        """Inputs, versions, machine, seconds."""
        return self.root / "provenance.json"

    @property
    def report(self) -> Path:
        """The report page."""
        return self.root / "report.html"

    def stage_record(self, stage: str) -> Path:
        """Fingerprint and cost of a finished stage."""
        return self.root / ".stages" / f"{stage}.json"

    @property
    def features(self) -> Path:
        """Directory of stage 1."""
        return self.root / "1-features"

    @property
    def virtual(self) -> Path:
        """Input files of the virtual landscape."""
        return self.features / "virtual"

    @property
    def truth(self) -> Path:
        """True maps (virtual landscape only)."""
        return self.features / "truth"

    @property
    def stack(self) -> Path:
        """The aligned covariates."""
        return self.features / "stack"

    @property
    def sites(self) -> Path:
        """Design table."""
        return self.features / "sites.csv"

    @property
    def design(self) -> Path:
        """What the design table holds beyond its columns: depths, target, candidates."""
        return self.features / "design.json"

    @property
    def layers(self) -> Path:
        """Harmonised soil layers."""
        return self.features / "layers.csv"

    @property
    def issues(self) -> Path:
        """Everything dropped, filled or doubted."""
        return self.features / "issues.csv"

    @property
    def screening(self) -> Path:
        """Screening decisions on all sites."""
        return self.features / "screening.csv"

    @property
    def models(self) -> Path:
        """Directory of stage 2."""
        return self.root / "2-models"

    def model_table(self, name: str) -> Path:
        """Table of stage 2."""
        return self.models / f"{name}.csv"

    @property
    def tuned(self) -> Path:
        """Chosen settings of every learner, scheme and fold."""
        return self.models / "tuned.json"

    @property
    def final_model(self) -> Path:
        """Chosen learner, preparation, interval calibration."""
        return self.models / "final_model.json"

    @property
    def applicability_model(self) -> Path:
        """Training points of the area of applicability."""
        return self.models / "applicability.npz"

    def fold(self, scheme: str, index: int, learner: str = "") -> Path:
        """Finished cross-validation fold."""
        suffix = f"_{learner}" if learner else ""
        return self.models / "folds" / f"{scheme}_{index:03d}{suffix}.json"

    def member(self, index: int) -> Path:
        """Bootstrap member."""
        return self.models / "members" / f"member_{index:03d}.npz"

    @property
    def explain(self) -> Path:
        """SHAP and partial-dependence tables."""
        return self.models / "explain"

    @property
    def stocks(self) -> Path:
        """Directory of stage 3."""
        return self.root / "3-stocks"

    def stock_table(self, name: str) -> Path:
        """Table of stage 3."""
        return self.stocks / f"{name}.csv"

    def tile(self, index: int) -> Path:
        """Finished map tile, kept until the maps are assembled."""
        return self.stocks / ".tiles" / f"tile_{index:05d}.npz"

    def map(self, quantity: str, depth: str, band: str) -> Path:
        """Map of one band of one depth."""
        return self.stocks / f"{quantity}_{depth}_{band}.tif"

    @property
    def applicability_map(self) -> Path:
        """Map of the area of applicability."""
        return self.stocks / "applicability.tif"

    @property
    def simulator(self) -> Path:
        """Directory of stage 4."""
        return self.root / "4-simulator"

    @property
    def simulator_status(self) -> Path:
        """Whether the simulator ran, with what, and if not, why."""
        return self.simulator / "status.json"

    @property
    def scenario_summary(self) -> Path:
        """What the scenario changed."""
        return self.simulator / "scenario" / "scenario.json"

    @property
    def physics(self) -> Path:
        """Directory of the physics features."""
        return self.simulator / "physics"

    @property
    def simulator_inputs(self) -> Path:
        """Directory of the simulator's raw inputs as features."""
        return self.simulator / "inputs"

    def simulator_feature(self, table: str, name: str) -> Path:
        """Map of a feature of the table ``physics`` or ``inputs``."""
        return self.simulator / table / f"{name}.tif"

    def simulator_table(self, name: str) -> Path:
        """Table of stage 4."""
        return self.simulator / f"{name}.csv"
