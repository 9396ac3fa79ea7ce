"""A field counts when it says something."""

import pytest

from fateaudit.transparency import completeness, shipped_fields

FIELDS = shipped_fields()
FULL = {field.name: "what was asked for" for field in FIELDS}


def test_a_full_card_is_complete_and_an_empty_one_is_not() -> None:
    assert completeness(FULL).share == 1
    assert completeness(FULL).missing == ()
    assert completeness({}).share == 0
    assert completeness({}).missing == tuple(field.name for field in FIELDS)


@pytest.mark.parametrize(
    "said", [None, "", "  ", "TBD", "n/a", "To do.", "unknown", "two words", [], {}, [None, ""], True]
)
def test_nothing_said_is_missing(said) -> None:
    found = completeness(FULL | {"limitations": said})

    assert found.missing == ("limitations",)
    assert len(found.present) == len(FIELDS) - 1


@pytest.mark.parametrize("said", ["not at night", ["never at night", "not abroad"], {"at": "night, when dark"}])
def test_text_lists_and_mappings_say_something(said) -> None:
    assert completeness(FULL | {"limitations": said}).missing == ()


def test_one_word_is_enough_for_a_name_or_version() -> None:
    assert completeness(FULL | {"version": 1.2, "name": "Helper"}).missing == ()
    assert completeness(FULL | {"version": "TBA"}).missing == ("version",)


def test_a_name_that_is_not_on_the_list_is_said() -> None:
    assert completeness(FULL | {"limitation": "not at night"}).unknown == ("limitation",)


def test_every_field_asks_one_question_and_guides() -> None:
    assert len({field.name for field in FIELDS}) == len(FIELDS)
    for field in FIELDS:
        assert field.question.endswith("?")
        assert field.guidance.endswith(".")
