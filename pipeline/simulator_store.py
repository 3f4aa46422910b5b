"""What a killed simulation goes on from: the state after the spin-up and after the last year."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from features.atomic_files import replacing, write_json

from .schemas import SIMULATOR_TABLES
from .simulator_maps import QUANTITIES
from .simulator_paths import SimulatorPaths
from .store import read_json

PARTS = ("ledger", "outlets")
"""Tables that each year adds a part to."""
MAP_SUFFIXES = (".tif", ".qml")
Arrays = dict[str, npt.NDArray[Any]]


class YearStore:
    """Finished years of one simulation.

    A year counts as finished once the record says so; all it wrote stands by then. Years of other
    forcing, settings or code are removed.

    Parameters
    ----------
    paths : SimulatorPaths
        Where things lie.
    fingerprints : mapping of str to str
        Of forcing, settings and code.
    say : callable
        Is told why the simulation starts anew.
    """

    def __init__(
        self, paths: SimulatorPaths, fingerprints: Mapping[str, str], say: Callable[[str], None]
    ) -> None:
        self._paths = paths
        paths.state.mkdir(parents=True, exist_ok=True)  # a place that cannot be written is told now
        earlier = _record_of(paths)
        changed = _changes(paths, earlier, fingerprints)
        if changed and earlier:
            say(f"  {' and '.join(changed)} changed: the simulation starts anew")
            self._clear()
        if changed:
            earlier = {"fingerprints": dict(fingerprints), "spin_up": None}
            earlier |= {"years": {}, "changes": {}}
        self._record = earlier

    @property
    def finished(self) -> list[int]:
        """Years that need not be run again, in order."""
        return _years_of(self._record)

    @property
    def spin_up_seconds(self) -> float | None:
        """Cost of the spin-up; None if there was none yet."""
        seconds: float | None = self._record["spin_up"]
        return seconds

    @property
    def changes(self) -> dict[str, dict[str, float]]:
        """What each finished year changed in the soil, as `SoilChange`."""
        return dict(self._record["changes"])

    @property
    def seconds(self) -> dict[str, float]:
        """Cost of each finished year."""
        return dict(self._record["years"])

    def newest(self) -> Arrays | None:
        """Return the state to go on from; None where the spin-up is still to be done."""
        if self.finished:
            return self._load(self.finished[-1])
        return self._load(None) if self.spin_up_seconds is not None else None

    def keep_spin_up(self, state: Mapping[str, npt.NDArray[Any]], seconds: float) -> None:
        """Save the state after the spin-up."""
        self._save(None, state)
        self._record["spin_up"] = round(seconds, 2)
        write_json(self._paths.record, self._record)

    def keep_year(
        self,
        year: int,
        state: Mapping[str, npt.NDArray[Any]],
        seconds: float,
        change: Mapping[str, float],
    ) -> None:
        """Save the state at the end of a year and count the year as finished."""
        older = self.finished
        self._save(year, state)
        self._record["years"][str(year)] = round(seconds, 2)
        self._record["changes"][str(year)] = dict(change)
        write_json(self._paths.record, self._record)
        for earlier in older:
            self._paths.state_of(earlier).unlink(missing_ok=True)

    def _save(self, year: int | None, state: Mapping[str, npt.NDArray[Any]]) -> None:
        arrays: dict[str, Any] = dict(state)
        with replacing(self._place(year)) as temporary, temporary.open("wb") as stream:
            np.savez(stream, **arrays)

    def _load(self, year: int | None) -> Arrays:
        with np.load(self._place(year), allow_pickle=False) as file:
            return {name: file[name] for name in file.files}

    def _place(self, year: int | None) -> Any:
        return self._paths.spun_up if year is None else self._paths.state_of(year)

    def _clear(self) -> None:
        """Remove what other inputs left; nothing of it may stand beside new results."""
        paths = self._paths
        paths.record.unlink(missing_ok=True)
        left = [paths.provenance, *map(paths.table, SIMULATOR_TABLES), *paths.state.iterdir()]
        left += paths.years()
        left += [paths.map(name).with_suffix(end) for name in QUANTITIES for end in MAP_SUFFIXES]
        for path in left:
            path.unlink(missing_ok=True)


def finished_years(paths: SimulatorPaths, fingerprints: Mapping[str, str]) -> list[int]:
    """Return the years that need not be run again, without changing anything on disk."""
    earlier = _record_of(paths)
    return [] if _changes(paths, earlier, fingerprints) else _years_of(earlier)


def _record_of(paths: SimulatorPaths) -> dict[str, Any]:
    """Return what an earlier simulation kept; empty if there was none."""
    return dict(read_json(paths.record)) if paths.record.is_file() else {}


def _years_of(record: Mapping[str, Any]) -> list[int]:
    return sorted(int(year) for year in record["years"])


def _changes(
    paths: SimulatorPaths, earlier: Mapping[str, Any], fingerprints: Mapping[str, str]
) -> list[str]:
    """Return why finished years do not count; empty if they do."""
    before = earlier.get("fingerprints", {})
    changed = [name for name, each in fingerprints.items() if before.get(name) != each]
    if earlier and not changed and not _is_whole(paths, earlier):
        changed = ["files of finished years"]
    return changed


def _is_whole(paths: SimulatorPaths, earlier: Mapping[str, Any]) -> bool:
    """Whether all that the record speaks of is still there."""
    years = _years_of(earlier)
    needed = [paths.year(year) for year in years]
    needed += [paths.year_table(name, year) for name in PARTS for year in years]
    needed += [paths.state_of(years[-1])] if years else []
    needed += [paths.spun_up] if earlier["spin_up"] is not None else []
    return all(path.is_file() for path in needed)
