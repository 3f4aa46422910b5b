"""True coverage over many virtual landscapes: do intervals of cells and of totals hold?

Each seed is another synthetic world with another sample of 147 sites. Only the virtual landscape
tells the true value everywhere, so that the coverage of the 90 % prediction interval and of the
95 % interval of the total stock can be counted.

    python tests/benchmarks/bench_truth.py --seeds 20 --resolution 10000 --learner rf
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio

from pipeline.progress import silent
from pipeline.run import run_stages

DEPTHS = ("0_10", "0_30", "0_50")


def raster(path: Path) -> np.ndarray:
    """Return the first band."""
    with rasterio.open(path) as dataset:
        return dataset.read(1)


def world(seed: int, resolution_m: int, learner: str, sampler: str) -> list[dict[str, object]]:
    """Run stages 1-3 on one virtual landscape and compare them with the truth."""
    settings = [
        f"virtual.seed={seed}",
        f"virtual.resolution_m={resolution_m}",
        f"virtual.sampler={sampler}",
        f"model.learners=[{learner}]",
        "model.schemes=[random]",
        "model.folds.outer=2",
        "model.folds.inner=2",
        "model.intervals.fold_bootstraps=10",
        "model.explanation.members=2",
    ]
    with tempfile.TemporaryDirectory() as directory:
        stages = ("features", "models", "stocks")
        run = run_stages(None, Path(directory), stages, settings, progress=silent())
        stocks = pd.read_csv(run / "3-stocks/stocks.csv")
        rows = []
        for depth in DEPTHS:
            of_depth = (stocks["depth"] == depth) & (stocks["group"] == "all")
            total = stocks[of_depth].iloc[0]
            low, middle, high = total["stock_lo"], total["stock_pg"], total["stock_hi"]
            truth = raster(run / f"1-features/truth/socd_{depth}.tif")
            lower, upper, mean = (
                raster(run / f"3-stocks/socd_{depth}_{band}.tif")
                for band in ("pi_lower", "pi_upper", "mean")
            )
            mapped = np.isfinite(mean)
            true_pg = float(truth[mapped].mean() * total["area_km2"] * 1e-6)
            rows.append(
                {
                    "seed": seed,
                    "depth": depth,
                    "inside_pi90": float(((truth >= lower) & (truth <= upper))[mapped].mean()),
                    "true_mean": float(truth[mapped].mean()),
                    "mapped_mean": float(mean[mapped].mean()),
                    "total_inside": bool(low <= true_pg <= high),
                    "halfwidth_pct": 50
                    * (total["stock_hi"] - total["stock_lo"])
                    / total["stock_pg"],
                    "error_pct": 100 * (middle - true_pg) / true_pg,
                }
            )
        return rows


def main() -> None:
    """Print coverage by depth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--resolution", type=int, default=10_000)
    parser.add_argument("--learner", default="rf")
    parser.add_argument("--sampler", default="study")
    arguments = parser.parse_args()
    rows = []
    for seed in range(1, arguments.seeds + 1):
        rows += world(seed, arguments.resolution, arguments.learner, arguments.sampler)
    table = pd.DataFrame(rows)
    print(table.to_string(index=False, float_format="%.3f"))
    numbers = table.drop(columns="seed").groupby("depth").mean()
    numbers["error_sd_pct"] = table.groupby("depth")["error_pct"].std()
    print(numbers.to_string(float_format="%.3f"))


if __name__ == "__main__":
    main()
