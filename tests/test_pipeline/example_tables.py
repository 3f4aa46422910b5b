"""The tables of the made-up run directory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.schemas import SCORES, TABLES

LEARNERS = ("rf", "svm", "brt", "xgb", "selected")
SCHEMES = {"random": 1.45, "spatial": 1.62, "random_study": 1.38}
GROUPS = {
    "ai": "climate",
    "map_mm": "climate",
    "ndvi": "vegetation",
    "vegetation": "vegetation",
    "tn": "soil",
    "ph": "soil",
}
NUMBERS = ("ai", "map_mm", "ndvi", "tn", "ph")


def write_tables(directory: Path, sites: pd.DataFrame, depths: tuple[str, ...]) -> None:
    """Write every CSV of `pipeline.schemas` but the rasters' own."""
    rng = np.random.default_rng(11)
    sites.to_csv(directory / "1-features" / "sites.csv", index=False)
    predictions = _predictions(sites, depths, rng)
    written = {
        "1-features/issues.csv": _issues(sites),
        "1-features/screening.csv": _screening(),
        "2-models/scores.csv": _scores(depths, rng),
        "2-models/scores_measured_bd.csv": _scores(depths, rng),
        "2-models/cv_predictions.csv": predictions,
        "2-models/depth_scores.csv": _depth_scores(depths),
        "2-models/importance.csv": _importance(rng),
        "2-models/importance_by_group.csv": _group_importance(),
        "2-models/explain/shap_sites.csv": _shap(sites, rng),
        "2-models/explain/partial_dependence.csv": _dependence(sites),
        "2-models/explain/ice.csv": _ice(sites, rng),
        "3-stocks/depth_lines.csv": _depth_lines(),
        "3-stocks/stocks.csv": _stocks(),
        "3-stocks/area.csv": _area(),
        "3-stocks/correlated_error.csv": _correlated_error(depths),
        "3-stocks/group_tests.csv": _group_tests(depths),
    }
    for name, frame in written.items():
        frame.reindex(columns=list(TABLES[name])).to_csv(directory / name, index=False)


def _predictions(sites: pd.DataFrame, depths: tuple[str, ...], rng) -> pd.DataFrame:
    parts = []
    for depth in depths:
        observed = sites[f"target_{depth}"].to_numpy()
        slope = {"0_10": 1.0, "0_30": 2.3, "0_50": 2.65}[depth]
        for scheme, rmse in SCHEMES.items():
            for learner in LEARNERS:
                error = rng.normal(0, 0.55 * rmse * slope, len(sites))
                centre = np.nanmean(observed)
                predicted = np.clip(centre + 0.6 * (observed - centre) + error, 0, None)
                parts.append(
                    pd.DataFrame(
                        {
                            "id": sites["id"],
                            "x": sites["x"],
                            "y": sites["y"],
                            "depth": depth,
                            "learner": learner,
                            "scheme": scheme,
                            "fold": np.arange(len(sites)) % 10,
                            "observed": observed,
                            "predicted": predicted,
                            "pi_lower": np.clip(predicted - 1.9 * slope, 0, None),
                            "pi_upper": predicted + 2.1 * slope,
                        }
                    )
                )
    return pd.concat(parts).dropna(subset=["observed"])


def _scores(depths: tuple[str, ...], rng) -> pd.DataFrame:
    rows = []
    centre = {"mae": 1.15, "bias": 0.03, "r2_corr": 0.46, "r2_explained": 0.41, "ccc": 0.6}
    for depth in depths:
        slope = {"0_10": 1.0, "0_30": 2.3, "0_50": 2.65}[depth]
        for scheme, rmse in SCHEMES.items():
            for learner in LEARNERS:
                value = {**centre, "picp90": 0.89, "width90": 4.1 * slope}
                value["rmse"] = rmse * slope * rng.uniform(0.98, 1.06)
                value["mec"] = 1 - (value["rmse"] / slope / 1.95) ** 2
                value["mae"] *= slope
                row = {"learner": learner, "scheme": scheme, "depth": depth, "n": 147}
                row["n_missing"] = 0
                for score in SCORES:
                    if score == "picp90" and scheme == "random_study":
                        continue
                    row[score] = value[score]
                    row[f"{score}_lo"] = value[score] - 0.08 * slope
                    row[f"{score}_hi"] = value[score] + 0.08 * slope
                rows.append(row)
    return pd.DataFrame(rows)


def _issues(sites: pd.DataFrame) -> pd.DataFrame:
    filled = sites.index[sites["bd_filled"]]
    rows = [
        ("sites.csv", i + 2, "bulk_density", "bd_filled", "", "filled", "Bulk density was filled.")
        for i in filled
    ]
    rows.append(
        ("sites.csv", 9, "soc", "soc_gate", "612", "dropped", "SOC above 580 g/kg cannot be.")
    )
    rows.append(
        ("ndvi.tif", None, "ndvi", "out_of_range", "-3000", "dropped", "Fill value <fill>.")
    )
    return pd.DataFrame(
        rows, columns=["file", "row", "column", "code", "value", "action", "message"]
    )


def _screening() -> pd.DataFrame:
    rows = [(v, "correlation", "spearman_rho", 0.4, 1e-4, 0.05, "kept") for v in NUMBERS]
    rows.append(("vegetation", "correlation", "kruskal_wallis_h", 21.3, 2e-5, 0.05, "kept"))
    rows.append(("elevation", "correlation", "spearman_rho", 0.07, 0.41, 0.05, "dropped"))
    rows.append(("evi", "inflation", "vif", 24.8, np.nan, 10.0, "dropped"))
    rows += [(v, "inflation", "vif", 3.1, np.nan, 10.0, "kept") for v in GROUPS]
    return pd.DataFrame(rows, columns=list(TABLES["1-features/screening.csv"]))


def _depth_scores(depths: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        (depth, method, "xgb", scheme, 120, 3.3 + shift, 2.6, 0.05, 0.42 - shift / 5)
        for depth in depths[1:]
        for scheme in ("random", "spatial")
        for method, shift in (("line", 0.0), ("ratio_only", 0.2))
    ]
    return pd.DataFrame(rows, columns=list(TABLES["2-models/depth_scores.csv"]))


def _importance(rng) -> pd.DataFrame:
    rows = []
    for method in ("shap", "gain", "permutation"):
        weights = np.array([20, 9, 11, 7, 41, 12]) * rng.uniform(0.8, 1.2, len(GROUPS))
        shares = 100 * weights / weights.sum()
        for (variable, group), share in zip(GROUPS.items(), shares, strict=True):
            rows.append((variable, group, method, share, 0.15 * share, 100))
    return pd.DataFrame(rows, columns=list(TABLES["2-models/importance.csv"]))


def _group_importance() -> pd.DataFrame:
    rows = [
        (group, method, share, 0.2 * share, 100)
        for method in ("shap", "gain", "permutation")
        for group, share in (("soil", 53.0), ("climate", 29.0), ("vegetation", 18.0))
    ]
    return pd.DataFrame(rows, columns=list(TABLES["2-models/importance_by_group.csv"]))


def _correlated_error(depths: tuple[str, ...]) -> pd.DataFrame:
    rows = [(depth, "fitted", 1.2, 0.8, 30_000.0, 0.05) for depth in depths]
    return pd.DataFrame(rows, columns=list(TABLES["3-stocks/correlated_error.csv"]))


def _shap(sites: pd.DataFrame, rng) -> pd.DataFrame:
    parts = []
    for variable in GROUPS:
        values = sites[variable]
        if variable == "vegetation":
            effect = values.map({"forest": 0.1, "grassland": -0.3, "wetland": 0.5}).to_numpy()
        else:
            effect = 0.4 * ((values - values.mean()) / values.std()).to_numpy()
        effect = effect * {"tn": 2.0, "ai": 1.4}.get(variable, 0.7)
        effect = effect + rng.normal(0, 0.05, len(sites))
        parts.append(
            pd.DataFrame(
                {
                    "id": sites["id"],
                    "variable": variable,
                    "value": values.astype(str),
                    "shap_mean": effect,
                    "shap_sd": 0.1,
                }
            )
        )
    return pd.concat(parts)


def _curve(values: np.ndarray) -> np.ndarray:
    return 4.2 + 1.2 * np.tanh(2 * (values - values.mean()) / np.ptp(values))


def _dependence(sites: pd.DataFrame) -> pd.DataFrame:
    parts = []
    for variable in NUMBERS:
        grid = np.linspace(sites[variable].min(), sites[variable].max(), 25)
        mean = _curve(grid)
        parts.append(
            pd.DataFrame({"variable": variable, "value": grid, "label": None, "mean": mean}).assign(
                lower=mean - 0.3, upper=mean + 0.3
            )
        )
    levels = pd.DataFrame(
        {
            "variable": "vegetation",
            "value": [1, 2, 3],
            "label": ["forest", "grassland", "wetland"],
            "mean": [4.3, 3.8, 4.9],
            "lower": [4.1, 3.5, 4.5],
            "upper": [4.5, 4.1, 5.3],
        }
    )
    return pd.concat([*parts, levels])


def _ice(sites: pd.DataFrame, rng) -> pd.DataFrame:
    curves = _dependence(sites)
    parts = [
        curves.assign(id=site, predicted=curves["mean"] + rng.normal(0, 0.5))
        for site in sites["id"][:30]
    ]
    return pd.concat(parts)


def _depth_lines() -> pd.DataFrame:
    rows = [
        ("0_10", 147, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0),
        ("0_30", 147, 0.07, 0.21, 2.27, 0.05, 0.9, 0.93, 0),
        ("0_50", 118, 1.44, 0.25, 2.63, 0.06, 0.9, 0.94, 12),
    ]
    return pd.DataFrame(rows, columns=list(TABLES["3-stocks/depth_lines.csv"]))


def _stocks() -> pd.DataFrame:
    rows = []
    areas = {"all": 400_000.0, "forest": 248_000.0, "grassland": 116_000.0, "wetland": 36_000.0}
    for depth, mean in (("0_10", 4.2), ("0_30", 9.8), ("0_50", 12.7)):
        for group, area in areas.items():
            stock = area * mean * 1e-6
            half = 0.06 * stock
            spread = area * 0.25 * mean * 1e-6
            rows.append(
                (
                    *(depth, group, area, mean, 0.25 * mean, 0.03 * mean),
                    *(stock, stock - half, stock + half, 0.9, spread),
                )
            )
    return pd.DataFrame(rows, columns=list(TABLES["3-stocks/stocks.csv"]))


def _area() -> pd.DataFrame:
    rows = [
        ("region", 404_000.0, 4040),
        ("mapped", 400_000.0, 4000),
        ("missing:tn", 2500.0, 25),
        ("class_without_sites:vegetation=bare", 1500.0, 15),
    ]
    return pd.DataFrame(rows, columns=list(TABLES["3-stocks/area.csv"]))


def _group_tests(depths: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    for depth in depths:
        slope = {"0_10": 1.0, "0_30": 2.3, "0_50": 2.65}[depth]
        for basis, n in (("sites", 49), ("cells", 133_000)):
            letters = ("b", "c", "a") if basis == "cells" else ("ab", "b", "a")
            for group, mean, letter in zip(
                ("forest", "grassland", "wetland"), (4.5, 3.5, 5.0), letters, strict=True
            ):
                rows.append(
                    (
                        *(depth, basis, group, n, mean * slope, 1.1 * slope, mean * slope),
                        *(letter, 19.0, 7e-5, 0.12, -0.47),
                    )
                )
    return pd.DataFrame(rows, columns=list(TABLES["3-stocks/group_tests.csv"]))
