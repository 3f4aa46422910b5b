"""The first thing a reader sees: what was mapped, how much there is, how sure we are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .map_section import applicable_share
from .run_directory import RunDirectory
from .score_tables import score_of
from .stock_section import stock_unit, whole_region
from .wording import (
    count,
    decimals,
    digits_for,
    interval,
    learner_title,
    percent,
    pretty_depth,
    pretty_unit,
    significant,
)


@dataclass(frozen=True)
class Card:
    """One headline number: what it is, its value, and what to know about it."""

    title: str
    value: str
    detail: str


def headline_cards(run: RunDirectory) -> list[Card]:
    """Return the headline numbers that this run has."""
    cards = [_sites(run), *_means_and_stocks(run), *_scores(run), _coverage(run), _applicable(run)]
    return [card for card in cards if card is not None]


def skill_note(run: RunDirectory) -> str:
    """Say in plain words at which depths, and how far from the sites, no skill is shown.

    A model efficiency of 0 is that of predicting the mean everywhere; where its interval reaches
    0, the data do not tell the map from that. Empty where every interval lies above 0.
    """
    found = [_no_skill(run, depth) for depth in run.depths]
    without = "; ".join(text for text in found if text)
    if not without:
        return ""
    return (
        f"The data do not show that the map is better than the plain mean of the sites {without}. "
        "There, use the mean and not the pattern of the map."
    )


def _no_skill(run: RunDirectory, depth: str) -> str:
    places = []
    for scheme, place in (("random", "among the sites"), ("spatial", "away from the sites")):
        mec = score_of(run, "mec", run.best_learner, scheme, depth)
        if mec is None:
            continue
        lowest = mec.value if np.isnan(mec.lower) else mec.lower
        if lowest <= 0:
            limits = interval(mec.lower, mec.upper)
            interval_text = f", 95 % interval {limits}" if limits else ""
            places.append(f"{place} (model efficiency {decimals(mec.value)}{interval_text})")
    return f"at {pretty_depth(depth)} {' and '.join(places)}" if places else ""


def target_sentence(run: RunDirectory) -> str:
    """Say what the maps show."""
    depths = ", ".join(pretty_depth(depth) for depth in run.depths)
    unit = pretty_unit(run.unit) or "dimensionless"
    if run.is_socd:
        return f"Soil organic carbon density (SOCD, {unit}) at {depths}"
    return f"{run.target_title} ({unit}) at {depths}"


def _sites(run: RunDirectory) -> Card:
    area = _area_km2(run)
    detail = f"for {decimals(area, digits_for(area, 3))} km² mapped" if area else ""
    n_sites = run.summary.get("n_sites")
    return Card("Sites", count(n_sites), detail)


def _area_km2(run: RunDirectory) -> float | None:
    area = run.table("3-stocks/area.csv")
    if area is not None and (area["cause"] == "mapped").any():
        return float(area.loc[area["cause"] == "mapped", "area_km2"].iloc[0])
    listed = run.summary.get("area_km2")
    if isinstance(listed, dict):
        listed = listed.get("mapped")
    return float(listed) if isinstance(listed, (int, float)) else None


def _means_and_stocks(run: RunDirectory) -> list[Card]:
    stocks = run.table("3-stocks/stocks.csv")
    cards = []
    for depth in run.depths:
        row = None if stocks is None else whole_region(stocks, depth)
        if row is not None:
            cards.append(_stock(run, row, depth))
        elif depth == run.depths[0]:
            cards += _mapped_mean(run, depth)
    return cards


def _stock(run: RunDirectory, row: pd.Series, depth: str) -> Card:
    factor, carbon = stock_unit(run)
    stock, lower, upper = (row[name] * factor for name in ("stock_pg", "stock_lo", "stock_hi"))
    limits = interval(lower, upper, digits_for(stock))
    mean, spread = decimals(row["mean_kg_m2"], 1), decimals(row["sd_spatial_kg_m2"], 1)
    return Card(
        f"Stock, {pretty_depth(depth)}",
        f"{significant(stock)}\u00a0{carbon}",
        f"{percent(row['level'])} interval {limits}; mean {mean} ± {spread} "
        f"{pretty_unit(run.unit)} (SD between cells)",
    )


def _mapped_mean(run: RunDirectory, depth: str) -> list[Card]:
    layer = run.depth_layer(depth, "mean")
    if layer is None or not np.isfinite(layer.values).any():
        return []
    valid = np.isfinite(layer.values)
    mean = float(np.average(layer.values[valid], weights=layer.areas_km2[valid]))
    sd = float(layer.values[valid].std())
    return [
        Card(
            f"Mapped mean, {pretty_depth(depth)}",
            f"{significant(mean)} {pretty_unit(run.unit)}".strip(),
            f"± {significant(sd, 2)} (SD between cells)",
        )
    ]


def _scores(run: RunDirectory) -> list[Card]:
    found = []
    for scheme, title in (("random", "random folds"), ("spatial", "spatial blocks")):
        mec = score_of(run, "mec", run.best_learner, scheme, run.depths[0])
        rmse = score_of(run, "rmse", run.best_learner, scheme, run.depths[0])
        if mec is None or rmse is None:
            continue
        limits = interval(mec.lower, mec.upper)
        found.append(
            Card(
                f"Model efficiency, {title}",
                decimals(mec.value),
                f"{learner_title(run.best_learner)}, nested; "
                + (f"95 % interval {limits}; " if limits else "")
                + f"RMSE {decimals(rmse.value)} {pretty_unit(run.unit)}",
            )
        )
    return found


def _coverage(run: RunDirectory) -> Card | None:
    shares = []
    for scheme, title in (("random", "random"), ("spatial", "spatial")):
        score = score_of(run, "picp90", run.best_learner, scheme, run.depths[0])
        if score is not None:
            shares.append(f"{percent(score.value)} ({title})")
    if not shares:
        return None
    level = percent(run.interval_level)
    return Card(
        f"Held by the {level} interval",
        shares[0].split(" (")[0],
        "of held-out observations: " + ", ".join(shares),
    )


def _applicable(run: RunDirectory) -> Card | None:
    share = applicable_share(run)
    if share is None:
        return None
    return Card("Area of applicability", percent(share), "of the mapped area is like the sites")
