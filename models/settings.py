"""The ``model:`` section of the manifest, with defaults good enough to leave it out."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import Field, model_validator

from features.depths import DepthInterval
from features.section import Section

LearnerName = Literal["rf", "svm", "brt", "xgb"]
SchemeName = Literal["random", "spatial", "random_study"]
ApproachName = Literal["ml", "ml_inputs", "ml_physics", "residual"]
STUDY = "random_study"
"""The study's way: tuned and scored on the same folds, screened on all sites."""


class FoldSettings(Section):
    """How sites are dealt into folds."""

    outer: int = Field(10, ge=2, description="outer folds: the reported scores")
    inner: int = Field(5, ge=2, description="inner folds: the grid search of each outer fold")
    block_size_m: float | None = Field(
        None, gt=0, description="side of the spatial blocks in m; None: from the variogram range"
    )
    min_blocks: int = Field(
        20, ge=4, description="blocks shrink until at least this many hold sites"
    )


class ScreeningSettings(Section):
    """The study's rule: Spearman significance, then stepwise variance inflation."""

    enabled: bool = True
    alpha: float = Field(0.05, gt=0, lt=1, description="largest p of a kept covariate")
    max_vif: float = Field(10.0, gt=1, description="largest variance inflation factor (GVIF) kept")


class IntervalSettings(Section):
    """Prediction interval for a new measurement, and confidence interval of the bootstrap mean."""

    level: float = Field(0.90, gt=0, lt=1, description="nominal coverage of pi_lower..pi_upper")
    confidence: float = Field(0.95, gt=0, lt=1, description="level of Eq. 7 (ci_lower..ci_upper)")
    fold_bootstraps: int = Field(
        30, ge=10, description="bootstrap members rebuilt in each outer fold to measure coverage"
    )


class ExplanationSettings(Section):
    """SHAP and partial dependence."""

    members: int = Field(20, ge=2, description="members explained where all would be too dear")
    grid_points: int = Field(25, ge=5, description="points of a partial-dependence curve")


class ModelSettings(Section):
    """Everything about models that a user may choose."""

    learners: Annotated[tuple[LearnerName, ...], Len(min_length=1)] = ("rf", "svm", "brt", "xgb")
    search: dict[LearnerName, dict[str, tuple[float | int | str, ...]]] = Field(
        default_factory=dict, description="search spaces that replace a learner's default grid"
    )
    depths: Annotated[tuple[DepthInterval, ...], Len(min_length=1)] = ((0, 10), (0, 30), (0, 50))
    schemes: Annotated[tuple[SchemeName, ...], Len(min_length=1)] = (
        "random",
        "spatial",
        "random_study",
    )
    choose_by: Literal["random", "spatial"] = Field(
        "random", description="nested scheme whose lowest RMSE chooses the learner"
    )
    seed: int = Field(1, ge=0)
    bootstraps: int = Field(100, ge=2)
    folds: FoldSettings = FoldSettings()
    screening: ScreeningSettings = ScreeningSettings()
    intervals: IntervalSettings = IntervalSettings()
    explanation: ExplanationSettings = ExplanationSettings()
    group_by: str | None = Field(
        None, description="categorical covariate for stocks by group; None: the vegetation one"
    )

    final_approach: ApproachName = Field(
        "ml",
        description="approach of `models.hybrid` whose maps stage 4 writes; ml: those of stage 3",
    )

    @model_validator(mode="after")
    def _depths_start_at_the_surface_and_deepen(self) -> ModelSettings:
        bottoms = [bottom for _, bottom in self.depths]
        if any(top != self.depths[0][0] for top, _ in self.depths) or sorted(set(bottoms)) != list(
            bottoms
        ):
            raise ValueError(
                f"depths must share their top and grow deeper, such as [[0, 10], [0, 30]]; "
                f"got {[list(depth) for depth in self.depths]}"
            )
        return self

    @model_validator(mode="after")
    def _nothing_twice(self) -> ModelSettings:
        for key, names in (("learners", self.learners), ("schemes", self.schemes)):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"`{key}` names {', '.join(twice)} twice")
        return self
