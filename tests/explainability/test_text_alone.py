"""A model that reads one text and nothing else: its reasons are its words, and they are what is scored."""

import numpy as np
import pyarrow as pa
import pytest
from conftest import a_check, a_policy
from made_up_posts import as_table, posts

from fateaudit.evidence import Reason, Score, Unmeasured
from fateaudit.explainability import explain_model, measure

FIDELITY = a_check(metric="attribution_fidelity", principle="explainability", across="overall", limit={"min": 0.9})


@pytest.fixture(scope="module")
def rows():
    texts, _ = posts(150, 3)
    return as_table(texts)


def planted(table):
    """What a model says that adds up what three words are worth."""
    words = [set(text.casefold().replace(".", "").replace("!", "").split()) for text in table["post"].to_pylist()]
    return np.array([0.3 + 0.3 * ("torch" in one) + 0.1 * ("drums" in one) - 0.1 * ("bread" in one) for one in words])


def found(rows, predict):
    policy = a_policy(FIDELITY, columns={"sensitive": []})
    explained = explain_model(rows, predict, None, (), policy)
    (evidence,) = measure(policy.metric_checks(), explained, policy)
    return evidence


def test_the_words_are_scored_where_there_is_nothing_else(rows) -> None:
    score = found(rows, planted)

    assert isinstance(score, Score)
    assert score.value == pytest.approx(1, abs=1e-6)
    assert score.baseline < 0.5
    assert "when words are taken out, the reasons account for 100 in 100 parts" in score.sentence


def test_beside_another_column_the_columns_are_scored(rows) -> None:
    number = pa.array(np.random.default_rng(0).random(rows.num_rows))
    score = found(rows.append_column("n", number), lambda table: 0.5 * planted(table) + 0.2 * table["n"].to_numpy())

    assert "when columns are replaced" in score.sentence


def test_one_column_that_is_no_text_has_nothing_to_score() -> None:
    rows = pa.table({"n": np.random.default_rng(0).random(150)})
    missing = found(rows, lambda table: table["n"].to_numpy())

    assert isinstance(missing, Unmeasured)
    assert missing.reason is Reason.NOT_APPLICABLE
