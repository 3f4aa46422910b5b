"""The simulator's ensemble over its knobs: a few hundred columns, once a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from features.depths import DepthInterval
from models.erosion_carbon.column_ensemble import ColumnMember, run_member
from models.erosion_carbon.ensemble_spread import SPREAD_QUANTITIES, ensemble_at_sites
from models.erosion_carbon.knob_samples import knob_samples, knobs_of, with_knobs
from models.erosion_carbon.settings import Settings

from .column_store import load_column_member, load_columns, save_column_member
from .comparison_paths import ComparisonPaths
from .execution import TaskRunner
from .progress import ProgressReporter

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ColumnWork:
    """One member.

    Parameters
    ----------
    directory : Path
        ``4-simulator`` of the run.
    index : int
        Number of the member; 0 has the run's own knobs.
    settings : Settings
        With the member's knobs.
    """

    directory: Path
    index: int
    settings: Settings


@dataclass(frozen=True)
class SimulatorEnsemble:
    """Finished members.

    Parameters
    ----------
    default : ColumnMember
        With the run's own knobs.
    members : list of ColumnMember
        With sampled ones.
    knobs : list of dict
        Of the default and of each of `members`.
    """

    default: ColumnMember
    members: list[ColumnMember]
    knobs: list[dict[str, float]]

    def at_sites(
        self,
        simulated: FloatArray,
        column_of_site: npt.NDArray[np.int64],
        depths: Sequence[DepthInterval],
    ) -> FloatArray:
        """Return `ensemble_spread.ensemble_at_sites` of these members, (m, n, d)."""
        return ensemble_at_sites(simulated, self.default, self.members, column_of_site, depths)

    def values(self, quantity: str) -> FloatArray:
        """Return a quantity of each member and column, (m, c)."""
        return np.stack([member.values[quantity] for member in self.members])

    def table(self, weights: FloatArray) -> pd.DataFrame:
        """Return ``ensemble.csv``: knobs, weight, and the means of the columns, member 0 first."""
        rows = []
        for index, member in enumerate((self.default, *self.members)):
            weight = float(weights[index - 1]) if index else np.nan
            means = {name: float(member.values[name].mean()) for name in SPREAD_QUANTITIES}
            rows.append({"member": index, **self.knobs[index], "weight": weight, **means})
        return pd.DataFrame(rows)


def do_column_member(work: ColumnWork) -> Path:
    """Run one member and write it; skip it if it is there."""
    paths = ComparisonPaths(work.directory)
    path = paths.member(work.index)
    if not path.is_file():
        save_column_member(path, run_member(load_columns(paths.columns), work.settings))
    return path


def run_ensemble(
    paths: ComparisonPaths,
    laws: Settings,
    n_members: int,
    seed: int,
    runner: TaskRunner,
    progress: ProgressReporter,
) -> SimulatorEnsemble:
    """Run the members that are not finished yet and return all."""
    knobs = knob_samples(laws, n_members, seed)
    settings = [laws, *(with_knobs(laws, each) for each in knobs)]
    works = [ColumnWork(paths.root, index, each) for index, each in enumerate(settings)]
    done = runner.run(do_column_member, works)
    for _ in progress.track(done, "members of the simulator's ensemble", len(works)):
        pass
    members = [load_column_member(paths.member(index)) for index in range(len(works))]
    return SimulatorEnsemble(members[0], members[1:], [knobs_of(laws), *knobs])
