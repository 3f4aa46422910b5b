"""Boosted and bagged tree ensembles as flat arrays, evaluated many members at a time."""

from .convert_forest import from_forest
from .convert_lightgbm import from_lightgbm
from .convert_xgboost import from_xgboost
from .ensemble import TreeEnsemble
from .prediction import predict_members

__all__ = ["TreeEnsemble", "from_forest", "from_lightgbm", "from_xgboost", "predict_members"]
