"""A model, and another of the same kind that learnt from other rows of the same people: alike, and not the same."""

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder

from fateaudit.evaluation import Predict

WORDS, NUMBERS = [f"w{place}" for place in range(3)], [f"n{place}" for place in range(7)]
FITTED = 600
"""Rows that a model learns from."""


def people(draw: np.random.Generator, rows: int = FITTED) -> pd.DataFrame:
    """Return rows: three words, seven numbers of which two go together."""
    frame = pd.DataFrame({word: draw.choice(list("abcd"), rows) for word in WORDS}, dtype=object)
    frame[NUMBERS] = draw.normal(size=(rows, len(NUMBERS)))
    frame["n1"] += 0.7 * frame["n0"]
    return frame


def fitted(frame: pd.DataFrame, draw: np.random.Generator) -> Predict:
    """Return a model of outcomes drawn for these rows: interactions, a threshold, a word."""
    logit = 1.5 * frame.n0 * (frame.n2 > 0) + frame.n1 - 0.8 * frame.n3 + 1.2 * (frame.w0 == "a") * (frame.n4 > 0)
    outcome = draw.random(len(frame)) < 1 / (1 + np.exp(-logit))
    steps = ColumnTransformer([("words", OneHotEncoder(handle_unknown="ignore"), WORDS)], remainder="passthrough")
    model: Pipeline = make_pipeline(steps, GradientBoostingClassifier(n_estimators=40, random_state=0))
    model.fit(frame, outcome)

    def score(table: pa.Table) -> NDArray[np.float64]:
        return np.asarray(model.predict_proba(table.to_pandas())[:, 1], np.float64)

    return score
