"""What the makers wrote: fields, where the model comes from, what to ask them, and which rows it was trained on."""

import pytest
from report_reading import html_of, text_of

from fateaudit.evidence import Documentation, Insights, TrainedOn
from fateaudit.report.documented import documented
from fateaudit.report.found import Room
from fateaudit.transparency import shipped_fields

ROOM = Room(picture=False, full=1, lines=0)
CARD = Documentation(
    present=("intended_use",),
    missing=("human_oversight", "training_data"),
    unknown=("tipe",),
    questions={"human_oversight": "Who decides, and how can they overrule it?", "training_data": "On what?"},
)


def told(record, **insights):
    """The section as it is read."""
    text = text_of(html_of(record.model_copy(update={"insights": Insights(**insights)}), ROOM))
    return text.partition("What its makers wrote\n")[2].partition("Technical findings\n")[0]


def trained_on(**changes):
    return TrainedOn(**{"rows": 300, "inside": 7, "unnamed": 0, "known": 57, "by": "ids"} | changes)


def test_fields_are_said_without_underscores(sample_record) -> None:
    text = told(sample_record, documentation=CARD)

    assert "1 of 3 fields: intended use." in text
    assert "Missing | Human oversight and training data." in text
    assert "Not asked for | Tipe: misspelt, perhaps." in text
    assert "Missing | None." in told(sample_record, documentation=CARD.model_copy(update={"missing": ()}))


def test_what_is_missing_comes_with_the_question_to_ask(sample_record) -> None:
    text = told(sample_record, documentation=CARD)

    assert "To ask its makers" in text
    assert "Human oversight | Who decides, and how can they overrule it?" in text
    assert "To ask its makers" not in told(sample_record, documentation=CARD.model_copy(update={"missing": ()}))


def test_every_question_of_the_sample_is_a_shipped_one(sample_record) -> None:
    asked = sample_record.insights.documentation
    shipped = {field.name: field.question for field in shipped_fields()}

    assert asked.missing
    assert asked.questions == {name: shipped[name] for name in asked.missing}


def test_where_the_model_comes_from_is_in_the_words_of_its_makers(sample_record) -> None:
    text = told(sample_record, documentation=CARD.model_copy(update={"missing": ()}))

    assert "Trained on | Half of 5,226 arrests in Toronto, 1997 to 2002, drawn evenly by recorded colour." in text
    assert "To predict | Whether officers released the person with a summons: a past decision" in text
    assert "Nobody says." not in text


def test_what_says_nothing_is_not_quoted_as_if_it_did(sample_record) -> None:
    policy = sample_record.policy.model_copy(update={"model_card": {"training_data": "tbd", "label": ("one", "two")}})
    text = told(sample_record.model_copy(update={"policy": policy}), documentation=CARD)

    assert "Trained on | Nobody says." in text
    assert "To predict | one; two." in text
    assert "Prepared | Nobody says." in text


def test_an_older_record_without_questions_still_names_what_is_missing(sample_record) -> None:
    text = told(sample_record, documentation=CARD.model_copy(update={"questions": {}}))

    assert "Missing | Human oversight and training data." in text
    assert "To ask its makers" not in text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "In both | Not counted: the policy names no training data."),
        (trained_on(), "In both | 7 of the 300 arrests tested on are in the training data. Looked up by id, among 57"),
        (trained_on(inside=0), "In both | None of the 300 arrests tested on are in the training data."),
        (trained_on(inside=1), "In both | 1 of the 300 arrests tested on is in the training data."),
        (trained_on(unnamed=4), "Of 4 nobody can say: they have no id."),
        (trained_on(by="digests"), "Looked up by digests of ids, of which 57 different ids were given"),
    ],
)
def test_how_many_rows_are_in_both_is_said_below(sample_record, found, said) -> None:
    record = sample_record.model_copy(update={"insights": Insights(trained_on=found)})
    entry = documented(record).training[-1]

    assert said in f"{entry.term} | {entry.told}"
