"""The approaches that are compared, and what each may learn from.

Each step adds one thing to the one before, so that a difference has one cause:

- ``ml``: the candidate covariates alone.
- ``ml_inputs``: and the simulator's raw inputs. What it gains over ``ml`` is elevation, climate and
  texture, not physics.
- ``ml_physics``: and the physics features. What it gains over ``ml_inputs`` is physics.
- ``residual``: the columns of ``ml_inputs``, learning observed minus simulated; the simulation is
  added back. What it gains over ``ml_inputs``, too, is physics. Simulated is what
  ``simulator_weighted`` says: the best of the simulator without the held-out sites.
- ``simulator``: the uncalibrated run, no learning at all.
- ``simulator_weighted``: the ensemble, weighted by its fit to the training sites; no correction of
  bias or scale, which would be a regression on the simulator and no longer the simulator alone.
"""

from __future__ import annotations

ML, ML_INPUTS, ML_PHYSICS = "ml", "ml_inputs", "ml_physics"
RESIDUAL = "residual"
SIMULATOR, SIMULATOR_WEIGHTED = "simulator", "simulator_weighted"

TABLES: dict[str, tuple[str, ...]] = {
    ML: (),
    ML_INPUTS: ("inputs",),
    ML_PHYSICS: ("inputs", "physics"),
    RESIDUAL: ("inputs",),
}
"""Tables of `Evidence` that each learning approach adds to the candidate covariates."""

APPROACHES = (ML, ML_INPUTS, SIMULATOR, SIMULATOR_WEIGHTED, ML_PHYSICS, RESIDUAL)
