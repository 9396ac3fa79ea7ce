"""A model that reads a text, from end to end: its words in the record, and those of one case on the terminal alone."""

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from conftest import NOON, a_check, write_audit
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from fateaudit.auditing import audit
from fateaudit.cli.explain_texts import MOST, texts_as_data, texts_in_words
from fateaudit.cli.explain_words import as_data, in_words
from fateaudit.evidence import Reason
from fateaudit.explainability import Route, Unexplained, word_ranking
from fateaudit.explainability.words import WordValues
from fateaudit.explaining import explain_case

sys.path.append(str(Path(__file__).parents[1] / "explainability"))

from made_up_posts import PLANTED, posts

ROWS = 120
NAME = "Zebulon"


@pytest.fixture(scope="module")
def texts(tmp_path_factory):
    """An audit of posts beside a number, six posts with a name: its folder, the model, its rows, the record."""
    folder = tmp_path_factory.mktemp("texts") / "audit"
    folder.mkdir()
    written, outcomes = posts(ROWS, 5)
    written = [f"{text} {NAME}, room 404" if place < 6 else text for place, text in enumerate(written)]
    frame = pd.DataFrame({"post": written, "followers": np.random.default_rng(0).integers(0, 90, ROWS).astype(float)})
    before = ColumnTransformer([("text", TfidfVectorizer(), "post")], remainder="passthrough")
    labels = np.where(outcomes == 1, "no", "yes")
    model = make_pipeline(before, LogisticRegression(max_iter=5_000)).fit(frame, labels)
    skops.io.dump(model, folder / "model.skops")
    rows = [
        {"id": f"c{place}", "group": "ab"[place % 2], **row, "label": label}
        for place, (row, label) in enumerate(zip(frame.to_dict("records"), labels, strict=True))
    ]
    columns = {"prediction": None, "id": "id"}
    policy = write_audit(folder, rows, a_check(), model={"path": "model.skops"}, columns=columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(word_ranking, "TEXTS", 60)
        record = audit(policy, clock=NOON)
    (folder / "audit.json").write_bytes(record.to_bytes())
    return folder, model, frame, record


def scores(model, frame):
    return model.predict_proba(frame)[:, list(model.classes_).index("yes")]


def test_the_record_names_the_planted_word_and_nobody(texts) -> None:
    _, _, frame, record = texts
    (found,) = record.insights.words
    written = record.to_bytes().decode()

    assert found.column == "post"
    assert found.words[0].word == PLANTED
    assert found.words[0].direction < 0
    assert found.gap < 1e-9
    assert found.left_out >= 1
    assert "log-odds" in found.second_route
    assert NAME.lower() not in written.lower()
    assert not [text for text in frame.post if text in written]


def test_the_words_of_a_case_add_up_to_its_score_and_other_texts_are_not_shown(texts) -> None:
    folder, model, frame, record = texts
    place = next(place for place in range(6) if PLANTED in frame.post[place].lower())
    found = explain_case(folder, folder / "rows.csv", f"c{place}")
    data, said = as_data(found)["words"]["post"], "\n".join(in_words(found))
    row = frame.iloc[[place]]

    assert data["base"] == pytest.approx(scores(model, row.assign(post=" "))[0], abs=1e-9)
    assert data["base"] + sum(data["values"].values()) == pytest.approx(scores(model, row)[0], abs=1e-9)
    assert set(data["values"]) == {PLANTED, NAME.lower(), *data["values"]}
    assert "The same score by the words of post" in said
    assert "in the policy, or a text)" in said or record.policy.decision.threshold <= found.score
    assert "post" not in [curve.column for curve in found.curves]
    assert not [text for other, text in enumerate(frame.post) if other != place and text[:20] in said]


def a_text(words, **changes):
    given = {
        "column": "post",
        "words": tuple(f"w{place:02}" for place in range(words)),
        "values": tuple(0.001 * (place + 1) * (-1) ** place for place in range(words)),
        "noise": (0.0,) * words,
        "base": 0.5,
        "score": 0.6,
        "gathered": 0,
        "route": Route.ENUMERATION,
        "gap": 0.0,
    }
    return (("post", WordValues(**given | changes)),)


def test_words_are_printed_those_first_that_move_the_score_most() -> None:
    lines = list(texts_in_words(a_text(3)))

    assert lines[1:6] == [
        "The same score by the words of post, all other columns as they are:",
        "  without its words   0.500000",
        "  w02                +0.003000",
        "  w01                \N{MINUS SIGN}0.002000",
        "  w00                +0.001000",
    ]
    assert lines[6] == "  the score           0.600000"
    assert not any("estimates" in line for line in lines)


def test_many_words_are_added_up_and_estimates_say_that_they_are() -> None:
    lines = list(texts_in_words(a_text(MOST + 5, noise=(0.01,) * (MOST + 5))))

    assert f"  5 words that move it less  +{0.003:.6f}" in lines
    assert lines[-1] == "These values are estimates, to within about 0.019600."
    assert len(texts_as_data(a_text(MOST + 5))["post"]["values"]) == MOST + 5


def test_what_cannot_be_told_says_why() -> None:
    found = (("post", Unexplained(Reason.NOT_APPLICABLE, "the text has no words")),)

    assert list(texts_in_words(found)) == ["", "What the words of post add cannot be told: the text has no words."]
    assert json.dumps(texts_as_data(found)) == '{"post": {"not_told": "the text has no words"}}'
