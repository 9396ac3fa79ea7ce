"""Shapley values of outputs by paths through trees, and the library that finds them, in one place."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Whole: TypeAlias = NDArray[np.int64]


PLOTS = "matplotlib"


def _without_plots() -> Any:
    """Return shap, which does without plots where it must: matplotlib wants a folder to write to, and there is none."""
    known = sys.modules.get(PLOTS)
    # What is None is not there, to whoever imports it.
    sys.modules[PLOTS] = None  # type: ignore[assignment]
    try:
        return import_module("shap")  # it takes seconds, and only trees need it
    finally:
        if known is None:
            del sys.modules[PLOTS]
        else:
            sys.modules[PLOTS] = known


def by_paths(model: Any, rows: Floats, background: Floats, *, gives_numbers: bool = False) -> Floats:
    """Return interventional values (Lundberg et al. 2020), shape (rows, encoded columns, outputs).

    The unit is asked for by name: left alone, shap gives probabilities for forests and log-odds for boosted trees. Of
    trees that give numbers it is what they add up to, which some libraries still put through a curve.
    Raises whatever shap raises for a model that it does not take.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shap = _without_plots()
        explainer = shap.TreeExplainer(
            model,
            data=shap.maskers.Independent(background, max_samples=len(background)),
            feature_perturbation="interventional",
            model_output="raw" if gives_numbers else "probability",
        )
        # Its own check is blind to native categories; whoever asked compares with the model instead.
        values = np.asarray(explainer.shap_values(rows, check_additivity=False), np.float64)
    return values[:, :, None] if values.ndim == 2 else values  # noqa: PLR2004 - rows and columns, one output


def gathered(values: Floats, made_of: Whole, columns: int) -> Floats:
    """Sum values of encoded columns, shape (rows, encoded, outputs), into raw ones, shape (rows, columns, outputs)."""
    if values.shape[1] != len(made_of):
        raise ValueError
    return np.stack([values[:, made_of == column].sum(axis=1) for column in range(columns)], axis=1)
