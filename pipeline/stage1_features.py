"""Stage 1: sources in, one aligned stack and one design table out (``1-features/``)."""

from __future__ import annotations

import dataclasses
import shutil
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
from pyproj import Transformer

from features.atomic_files import write_json
from features.depths import DepthInterval, depth_key
from features.errors import InputError, Problem
from features.issues import Issue, IssueLog
from features.screening import screen
from features.sites import MIN_DEEP_SITES, SiteRecords, build_sites, left_out_depths
from features.stack import Stack
from features.stack_build import build_stack
from features.virtual_landscape import write_virtual_landscape

from .config import LoadedManifest, Manifest, load_manifest
from .progress import ProgressReporter
from .run_paths import RunPaths
from .site_covariates import with_site_covariates
from .store import write_table

DOUBTFUL_SHARE = 0.05
"""Share of the sites lost to the gaps of one covariate beyond which it is worth a word."""


def prepare_features(loaded: LoadedManifest, paths: RunPaths, progress: ProgressReporter) -> None:
    """Write the stack, the sites, the layers, the screening and the issues.

    Raises
    ------
    InputError
        If fewer than two sites are left, or the sources are at fault.
    """
    sources = materialise_virtual(loaded, paths, progress)
    settings = loaded.manifest.model
    log = IssueLog()
    stack = build_stack(sources.manifest, sources.base_dir, paths.stack, log, progress=progress.say)
    assert sources.manifest.sites is not None
    records = build_sites(sources.manifest.sites, sources.base_dir, settings.depths, log)
    sites = _place_on_grid(records, stack, log)
    sites = with_site_covariates(sites, sources.manifest, stack.variables, log)
    depths = _mapped_depths(sites, settings.depths, log)
    _require_variation(sites, stack.candidates)
    target = f"target_{depth_key(settings.depths[0])}"
    screening = screen(
        sites[list(stack.candidates)].to_numpy(float),
        tuple(v for v in stack.variables if v.id in stack.candidates),
        sites[target].to_numpy(float),
        settings.screening.alpha,
        settings.screening.max_vif,
    )
    for doubt in gap_doubts(records, log):
        progress.say(f"  doubt: {doubt}")
    write_table(paths.sites, sites)
    write_table(paths.layers, records.layers)
    write_table(paths.screening, screening.decisions)
    write_table(paths.issues, log.to_frame())
    write_json(paths.design, _design_header(records, depths, stack, sources.manifest, loaded))
    progress.say(
        f"  {len(sites)} sites, {len(stack.candidates)} candidate covariates, "
        f"{len(log.issues)} entries in issues.csv"
    )


def materialise_virtual(
    loaded: LoadedManifest, paths: RunPaths, progress: ProgressReporter
) -> LoadedManifest:
    """Return the manifest of real files: for a virtual landscape, write its files first."""
    if loaded.manifest.virtual is None:
        for of_another_run in (paths.virtual, paths.truth):
            shutil.rmtree(of_another_run, ignore_errors=True)
        return loaded
    progress.say("  writing the virtual landscape (synthetic data)")
    file = write_virtual_landscape(loaded.manifest.virtual, paths.virtual)
    paths.truth.mkdir(parents=True, exist_ok=True)
    for truth in sorted((paths.virtual / "truth").glob("*.tif")):
        shutil.copyfile(truth, paths.truth / truth.name)
    sources = load_manifest(file)
    manifest = sources.manifest.model_copy(update={"model": loaded.manifest.model})
    return dataclasses.replace(sources, manifest=manifest)


def _design_header(
    records: SiteRecords,
    depths: Sequence[DepthInterval],
    stack: Stack,
    sources: Manifest,
    loaded: LoadedManifest,
) -> dict[str, object]:
    assert sources.sites is not None
    return {
        "quantity": records.quantity,
        "unit": records.unit,
        "depths": [list(depth) for depth in depths],
        "candidates": list(stack.candidates),
        "units": {covariate.id: covariate.unit for covariate in sources.covariates},
        "covariate_source": sources.sites.covariate_source,
        "virtual": loaded.manifest.virtual is not None,
    }


def _mapped_depths(
    sites: pd.DataFrame, depths: Sequence[DepthInterval], log: IssueLog
) -> list[DepthInterval]:
    """Return the depths that enough sites reach, and log the others."""
    left_out = left_out_depths(sites, depths)
    for depth in left_out:
        column = f"target_{depth_key(depth)}"
        n = int(sites[column].notna().sum())
        message = f"{n} sites reach this depth, {MIN_DEEP_SITES} are needed: it is not mapped"
        log.add(Issue("sites", None, column, "depth_left_out", str(n), "dropped", message))
    return [depth for depth in depths if depth not in left_out]


def _require_variation(sites: pd.DataFrame, candidates: Sequence[str]) -> None:
    if (sites[list(candidates)].nunique() <= 1).all():
        raise InputError(
            Problem(
                "covariates",
                f"each has one and the same value at all {len(sites)} sites "
                f"({', '.join(candidates)}): nothing can be learned from them",
                "check that the sites lie where they should (sites.crs), or add covariates",
            )
        )


def _place_on_grid(records: SiteRecords, stack: Stack, log: IssueLog) -> pd.DataFrame:
    """Return the sites in the run's CRS with the stack's values and their cell group."""
    sites = records.sites.reset_index(drop=True).copy()
    transformer = Transformer.from_crs(records.crs, stack.grid.crs, always_xy=True)
    x, y = transformer.transform(sites["x"].to_numpy(float), sites["y"].to_numpy(float))
    rows, cols = stack.grid.row_col(x, y)
    sites["x"], sites["y"] = x, y
    values = stack.sample(x, y, stack.candidates)
    covariates = pd.DataFrame(values, columns=list(stack.candidates), index=sites.index)
    sites = sites.drop(columns=list(stack.candidates), errors="ignore").join(covariates)
    kept = _complete_sites(sites, rows >= 0, covariates, log)
    sites = sites.loc[kept].reset_index(drop=True)
    if len(sites) < 2:
        raise InputError(
            Problem(
                "sites",
                f"{len(sites)} site(s) with a target and all covariates are left",
                "check the CRS of sites and rasters, and that the rasters have values there",
            )
        )
    cells = rows[kept] * stack.grid.width + cols[kept]
    sites["cell_group"] = np.unique(cells, return_inverse=True)[1]
    return sites


def _complete_sites(
    sites: pd.DataFrame, on_grid: np.ndarray, covariates: pd.DataFrame, log: IssueLog
) -> np.ndarray:
    missing = covariates.isna()
    for position in np.flatnonzero(~on_grid | missing.any(axis=1).to_numpy()):
        outside = not on_grid[position]
        names = [] if outside else list(missing.columns[missing.iloc[position].to_numpy()])
        log.add(
            Issue(
                file="sites",
                row=None,
                column="x, y" if outside else ", ".join(names),
                code="site_outside_grid" if outside else "covariate_missing_at_site",
                value=f"{sites['x'].iloc[position]:.6g}, {sites['y'].iloc[position]:.6g}",
                action="dropped",
                message=f"site {sites['id'].iloc[position]} "
                + ("lies outside the grid" if outside else "lies on cells without these values"),
            )
        )
    return on_grid & ~missing.any(axis=1).to_numpy()


def gap_doubts(records: SiteRecords, log: IssueLog) -> list[str]:
    """Return a sentence for each covariate whose gaps cost many sites, screened out or not."""
    lost = Counter(
        name
        for issue in log.issues
        if issue.code == "covariate_missing_at_site"
        for name in issue.column.split(", ")
    )
    return [
        f"{name} has no value at {count} of {len(records.sites)} sites, which are dropped; "
        "leave it out if it matters less than they do"
        for name, count in lost.items()
        if count > DOUBTFUL_SHARE * len(records.sites)
    ]
