"""Shapley values of class probabilities by paths through trees, and the library that finds them, in one place."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]


def by_paths(model: Any, rows: Floats, background: Floats) -> Floats:
    """Return interventional values (Lundberg et al. 2020), shape (rows, encoded columns, outputs).

    The unit is asked for by name: left alone, shap gives probabilities for forests and log-odds for boosted trees.
    Raises whatever shap raises for a model that it does not take.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap  # noqa: PLC0415 - takes seconds to import, and only trees need it

        explainer = shap.TreeExplainer(
            model,
            data=shap.maskers.Independent(background, max_samples=len(background)),
            feature_perturbation="interventional",
            model_output="probability",
        )
        # Its own check is blind to native categories; whoever asked compares with the model instead.
        values = np.asarray(explainer.shap_values(rows, check_additivity=False), np.float64)
    return values[:, :, None] if values.ndim == 2 else values  # noqa: PLR2004 - rows and columns, one output
