"""Posts from templates and word lists: nobody wrote them. One word is planted, and moves the outcome."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from fateaudit.worker.pipelines import Pipeline

WHO = ["we", "they", "people", "friends", "folks", "neighbours", "students"]
WHAT = ["meet", "gather", "talk", "march", "wait", "sing", "cook", "work"]
WHERE = ["square", "station", "market", "church", "park", "school", "bridge", "harbour"]
REST = ["really", "maybe", "again", "together", "good", "cold", "music", "food", "flags", "drums", "water", "bread"]
PLANTED = "torch"


def posts(rows=400, seed=0, *, planted=PLANTED, share=0.3):
    """Texts and outcomes: the planted word makes 1 likelier, "drums" a little, "bread" a little less likely."""
    generator, texts, outcomes = np.random.default_rng(seed), [], []
    for _ in range(rows):
        words = [generator.choice(WHO), generator.choice(WHAT), "at the", generator.choice(WHERE)]
        words += generator.choice(REST, generator.integers(2, 6), replace=False).tolist()
        has = bool(generator.random() < share)
        if has:
            words.insert(int(generator.integers(1, len(words))), planted)
        logit = -1 + 2.5 * has + 0.8 * ("drums" in words) - 0.8 * ("bread" in words)
        texts.append(" ".join(words).capitalize() + str(generator.choice([".", "!", " …"])))
        outcomes.append(int(generator.random() < 1 / (1 + np.exp(-logit))))
    return texts, np.array(outcomes)


def as_table(texts):
    return pa.table({"post": pa.array(texts, pa.string())})


@dataclass
class OfTexts:
    """A model of one column of texts as the toolkit sees it, and how many rows it was asked for."""

    estimator: Any
    asked: list = field(default_factory=list)

    @property
    def inside(self):
        return Pipeline(self.estimator, lambda table: table["post"].to_pylist())

    def predict(self, table):
        self.asked.append(table.num_rows)
        return self.estimator.predict_proba(table["post"].to_pylist())[:, 1]


def fitted(before=None, final=None, seed=0):
    """A pipeline fitted on posts, TF-IDF and a logistic regression unless said otherwise."""
    steps = TfidfVectorizer() if before is None else before, LogisticRegression() if final is None else final
    return OfTexts(make_pipeline(*steps).fit(*posts(seed=100 + seed)))


def of_words(function):
    """`function` of the set of words of a text, as a model: cut by spaces alone, without any of our code."""
    return lambda table: np.array([float(function(set(text.lower().split()))) for text in table["post"].to_pylist()])
