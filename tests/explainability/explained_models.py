"""Tables and models that explanations are tried on: small, seeded, with text, and some with more than eight columns."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline as SklearnPipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import LinearSVC

from fateaudit.worker.pipelines import Pipeline

NUMBERS = [f"n{place}" for place in range(8)]
WORDS = ["place", "kind"]
COLUMNS = WORDS + NUMBERS


def frame_of(table):
    """Raw rows as the data frame that the models here were fitted on."""
    return pd.DataFrame({name: table[name].to_numpy() for name in table.column_names})


def a_table(rows=400, seed=3):
    """Ten columns: two of text, eight of numbers, some of them correlated."""
    generator = np.random.default_rng(seed)
    numbers = generator.normal(size=(rows, len(NUMBERS)))
    numbers[:, 1] += numbers[:, 0]
    columns = {name: pa.array(numbers[:, place]) for place, name in enumerate(NUMBERS)}
    words = {name: pa.array(generator.choice(list("abcd"), size=rows).tolist()) for name in WORDS}
    return pa.table(words | columns)


def outcomes(table, seed=4):
    """What the models learn: an interaction, a threshold, a category, and a sum."""
    frame = frame_of(table)
    logit = (
        1.5 * frame.n0 * (frame.n2 > 0)
        + frame.n1
        - 0.8 * frame.n3
        + 0.4 * frame.n4
        + 1.5 * (frame.place == "a")
        - (frame.kind == "b") * (frame.n0 > 0)
    )
    return (np.random.default_rng(seed).random(len(frame)) < 1 / (1 + np.exp(-logit))).astype(int)


def one_hot():
    """Text as 0/1 columns, numbers scaled."""
    return ColumnTransformer(
        [("words", OneHotEncoder(handle_unknown="ignore"), WORDS), ("rest", StandardScaler(), NUMBERS)]
    )


def ordinal():
    """Text as numbers, for trees that split categories natively."""
    return ColumnTransformer([("words", OrdinalEncoder(), WORDS)], remainder="passthrough")


FAMILIES = {
    "logistic": lambda: (one_hot(), LogisticRegression()),
    "forest": lambda: (one_hot(), RandomForestClassifier(20, max_depth=5, random_state=0)),
    "gradient boosting": lambda: (one_hot(), GradientBoostingClassifier(n_estimators=30, random_state=0)),
    "hist gradient boosting": lambda: (ordinal(), HistGradientBoostingClassifier(max_iter=25, random_state=0)),
    "hist gradient boosting, native categories": lambda: (
        ordinal(),
        HistGradientBoostingClassifier(max_iter=25, random_state=0, categorical_features=[0, 1]),
    ),
    "linear SVC, decisions only": lambda: (one_hot(), LinearSVC()),
}


@dataclass
class Scored:
    """A model as the toolkit sees it, and how many rows it was asked for."""

    estimator: Any
    asked: list = field(default_factory=list)

    @property
    def inside(self):
        return Pipeline(self.estimator, frame_of)

    def predict(self, table):
        self.asked.append(table.num_rows)
        frame = frame_of(table)
        if hasattr(self.estimator, "predict_proba"):
            return self.estimator.predict_proba(frame)[:, 1]
        return self.estimator.predict(frame).astype(float)


def a_model(family, table):
    """A fitted pipeline of one family."""
    before, final = FAMILIES[family]()
    return Scored(SklearnPipeline([("encode", before), ("model", final)]).fit(frame_of(table), outcomes(table)))


def binary_table():
    """Four independent balanced binary columns: each of the sixteen combinations once."""
    rows = (np.arange(16)[:, None] >> np.arange(4)) & 1
    return pa.table({name: pa.array(rows[:, place].astype(float)) for place, name in enumerate("abcd")})


def by_columns(function):
    """`function` of the columns, as arrays, as a model."""
    return lambda table: np.asarray(function(*(table[name].to_numpy() for name in table.column_names)), float)
