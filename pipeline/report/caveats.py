"""What the numbers do and do not say, in plain words."""

from __future__ import annotations

from .blocks import Points, Section
from .run_directory import RunDirectory
from .wording import percent

_PLACES = (
    (
        "Two kinds of validation.",
        "Scores of random folds hold for places that lie as near to sites as sites lie to one "
        "another. Where sites are clustered, most of a map does not; spatial blocks give the "
        "more sober figure. Which is nearer the truth for a place depends on how far it is "
        "from the sites.",
    ),
    (
        "Applicability.",
        "Outside the area of applicability the covariates are unlike those of all sites. The "
        "map has values there, but neither the scores nor the intervals have been tested.",
    ),
    (
        "A cell is not a profile.",
        "A cell’s value stands for its whole area while sites are single pits. Part of the "
        "difference between observed and predicted is variation inside cells, which no map at "
        "this resolution can show.",
    ),
)
_STOCKS = (
    "Stocks.",
    "Stocks are of the mapped area and of the stated depth only. Bulk density or gravel that was "
    "filled rather than measured is counted in the table of issues.",
)


def caveats_section(run: RunDirectory) -> Section:
    """Return how to read this report."""
    level, confidence = percent(run.interval_level), percent(run.confidence_level)
    points = [*_intervals(level, confidence), *_PLACES]
    if run.is_socd:
        points.append(_STOCKS)
    return Section("reading", "How to read this report", [Points(points)])


def _intervals(level: str, confidence: str) -> list[tuple[str, str]]:
    return [
        (
            "Prediction interval.",
            f"The {level} prediction interval (pi_lower to pi_upper) is for a new measurement in "
            "a cell. It joins the spread of the members with the errors they make at sites they "
            "were not trained on. This is the interval to plan field work with.",
        ),
        (
            "Confidence interval of the mean.",
            f"The {confidence} interval of Eq. 7 (ci_lower to ci_upper) says how well the average "
            "of the bootstrap members is known. It shrinks with the number of members and does "
            "not say how far a field measurement may lie from the map. The relative uncertainty "
            "of Eq. 8 is made of it and shares its limits.",
        ),
    ]
