"""Columns of every table in the run directory, in one place.

Confidence limits of a score are ``<score>_lo`` and ``<score>_hi``.
"""

from __future__ import annotations

from features.issues import ISSUE_COLUMNS
from models.erosion_carbon.ensemble_spread import SPREAD_QUANTITIES
from models.erosion_carbon.knob_samples import ENSEMBLE_KNOBS
from models.erosion_carbon.vegetation import COVER_NAMES
from models.hybrid.comparison import comparison_columns
from models.hybrid.predictions import PREDICTION_COLUMNS, WEIGHT_COLUMNS

SCORES = ("rmse", "mae", "bias", "mec", "r2_corr", "r2_explained", "ccc", "picp90", "width90")
DEPTH_BANDS = ("mean", "sd", "ci_lower", "ci_upper", "uncertainty", "pi_lower", "pi_upper")


def _with_limits(scores: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for score in scores for name in (score, f"{score}_lo", f"{score}_hi"))


TABLES: dict[str, tuple[str, ...]] = {
    "1-features/issues.csv": ISSUE_COLUMNS,
    "1-features/screening.csv": (
        "variable",
        "step",
        "statistic",
        "value",
        "p_value",
        "threshold",
        "decision",
    ),
    # sites.csv: id, x, y, cell_group, target_<depth>, coverage_<depth>, fill_log_sd_<depth>,
    # bd_filled, gravel_filled, vegetation, soil_type, then one column a covariate.
    "2-models/scores.csv": ("learner", "scheme", "depth", "n", "n_missing", *_with_limits(SCORES)),
    # the same columns, on sites whose bulk density was measured
    "2-models/scores_measured_bd.csv": (
        "learner",
        "scheme",
        "depth",
        "n",
        "n_missing",
        *_with_limits(SCORES),
    ),
    "2-models/cv_predictions.csv": (
        "id",
        "x",
        "y",
        "depth",
        "learner",
        "scheme",
        "fold",
        "observed",
        "predicted",
        "pi_lower",
        "pi_upper",
    ),
    # deep observations held out: the line beside a ratio-only baseline
    "2-models/depth_scores.csv": (
        "depth",
        "method",
        "learner",
        "scheme",
        "n",
        "rmse",
        "mae",
        "bias",
        "mec",
    ),
    # share_pct sums to 100 within each method: gain, permutation, shap; spread over members
    "2-models/importance.csv": ("variable", "group", "method", "share_pct", "sd_pct", "n_members"),
    "2-models/importance_by_group.csv": ("group", "method", "share_pct", "sd_pct", "n_members"),
    # out-of-bag mean and SD over the members that left a site out
    "2-models/out_of_bag.csv": ("id", "site", "depth", "observed", "predicted", "sd"),
    # mean and SD over members of the SHAP value of each variable at each site
    "2-models/explain/shap_sites.csv": ("id", "variable", "value", "shap_mean", "shap_sd"),
    # value: number, or class name; curve: mean | member band lo/hi
    "2-models/explain/partial_dependence.csv": (
        "variable",
        "value",
        "label",
        "mean",
        "lower",
        "upper",
    ),
    "2-models/explain/ice.csv": ("variable", "id", "value", "label", "predicted"),
    "3-stocks/depth_lines.csv": (
        "depth",
        "n",
        "intercept",
        "intercept_se",
        "slope",
        "slope_se",
        "residual_sd",
        "r2",
        "n_cells_corrected",
    ),
    "3-stocks/stocks.csv": (
        "depth",
        "group",
        "area_km2",
        "mean_kg_m2",
        "sd_spatial_kg_m2",
        "sd_mean_kg_m2",
        "stock_pg",
        "stock_lo",
        "stock_hi",
        "level",
        "stock_pm_study",
    ),
    # cause: mapped | missing:<covariate> | class_without_sites:<covariate>=<class> | region
    "3-stocks/area.csv": ("cause", "area_km2", "n_cells"),
    # variogram of the out-of-bag residuals, and what it does to the mean of the region
    "3-stocks/correlated_error.csv": (
        "depth",
        "status",
        "nugget",
        "sill",
        "range_m",
        "regional_sd_kg_m2",
    ),
    # basis: sites | cells; letters by Dunn's test (Holm), effect: epsilon2
    "3-stocks/group_tests.csv": (
        "depth",
        "basis",
        "group",
        "n",
        "mean",
        "sd",
        "median",
        "letters",
        "kruskal_h",
        "kruskal_p",
        "epsilon2",
        "cliffs_delta_max",
    ),
}

STAGE4_TABLES: dict[str, tuple[str, ...]] = {
    # min, mean, max over the region; codes: special values; chosen: offered to learning;
    # n_filled: cells of the region that were not simulated and have the nearest cell's value
    "physics": (
        "id", "unit", "meaning", "source", "min", "mean", "max", "n_filled", "codes", "chosen",
    ),
    "inputs": ("id", "unit", "meaning", "kind", "min", "mean", "max", "n_filled", "chosen"),
    "screening": TABLES["1-features/screening.csv"],
}  # fmt: skip
"""Tables of stage 4 in ``4-simulator/`` beside those of the simulator, by name without ``.csv``."""

COMPARISON_TABLES: dict[str, tuple[str, ...]] = {
    # differences of RMSE against ml and against ml_inputs, with limits that count the choice of
    # training sites too
    "comparison": comparison_columns(),
    # held-out predictions of every approach, fold seed and fold
    "hybrid_predictions": PREDICTION_COLUMNS,
    # weight of each member of the ensemble in each fold, by its fit to the training sites
    "hybrid_weights": WEIGHT_COLUMNS,
    # member 0 has the run's own knobs and no weight; weight: by the fit to all sites; then means
    # over the ensemble's columns
    "ensemble": ("member", *ENSEMBLE_KNOBS, "weight", *SPREAD_QUANTITIES),
}
"""Tables of the comparison in ``4-simulator/``, by name without ``.csv``."""

SIMULATOR_TABLES: dict[str, tuple[str, ...]] = {
    "issues": ISSUE_COLUMNS,
    # sign: in | out | change | check; amounts are sums over region and month
    "ledger": ("year", "month", "balance", "term", "sign", "amount", "unit"),
    # sums and means of the day; concentrations are empty where nothing flowed
    "outlets": (
        "date",
        "outlet",
        "discharge_m3_s",
        "sediment_kg",
        "ssc_mg_l",
        "poc_g",
        "poc_mg_l",
        "doc_g",
        "doc_mg_l",
    ),
    # means over the simulated years, rates a year; x, y of the gauged cell in the run's CRS
    "basins": (
        "outlet",
        "x",
        "y",
        "area_km2",
        *(f"share_{name}" for name in COVER_NAMES),
        "precipitation_mm",
        "runoff_mm",
        "runoff_coefficient",
        "discharge_m3_s",
        "gross_soil_erosion_g_m2",
        "net_soil_erosion_g_m2",
        "delivery_ratio",
        "land_deposition_share",
        "gross_soc_erosion_g_m2",
        "gross_soc_erosion_of_npp",
        "poc_export_g_m2",
        "doc_export_g_m2",
    ),
    # kind: given | constant | derived | fallback; numbers over the region's cells and months
    "forcing": (
        "input",
        "kind",
        "source",
        "unit",
        "min",
        "mean",
        "max",
        "gaps_filled",
    ),
    "parameters": (
        "process",
        "name",
        "value",
        "unit",
        "lower",
        "upper",
        "source",
        "meaning",
        "changed",
    ),
}
"""Tables in the simulator's directory, by name without ``.csv``."""

SUMMARY_KEYS = (
    "name",
    "virtual",
    "target",
    "unit",
    "n_sites",
    "depths",
    "best_learner",
    "scores",
    "intervals",
    "stocks",
    "area_km2",
    "hybrid",
    "simulator",
    "ledger",
    "levels",
    "seconds",
    "peak_memory_mib",
)
