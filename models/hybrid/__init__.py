"""Does physics help? Machine learning with and without the simulator, on identical folds.

evidence = Evidence(design, inputs, physics, simulated, ensemble)
tasks = hybrid_tasks(evidence, settings, learner, block_size_m)   # fold seed x scheme x fold
results = [run_hybrid_fold(task) for task in tasks]               # anything may map it
predictions = held_out_predictions(evidence.design, results)
comparison = comparison_table(predictions, evidence.design, block_size_m, settings.seed)
verdict(comparison, unit)                                         # one sentence
"""

from .approaches import APPROACHES
from .comparison import comparison_columns, comparison_table
from .ensemble_weights import choose_sharpness, glue_weights
from .evidence import Evidence, SiteFeatures
from .hybrid_fold import HybridFold, run_hybrid_fold
from .predictions import held_out_predictions, weight_table
from .statement import verdict
from .tasks import HybridTask, hybrid_tasks

__all__ = [
    "APPROACHES",
    "Evidence",
    "HybridFold",
    "HybridTask",
    "SiteFeatures",
    "choose_sharpness",
    "comparison_columns",
    "comparison_table",
    "glue_weights",
    "held_out_predictions",
    "hybrid_tasks",
    "run_hybrid_fold",
    "verdict",
    "weight_table",
]
