"""Beside a difference: what could stand in for the attribute, the attribute changed alone, and its groups' reasons."""

from report_reading import html_of, text_of

from fateaudit.evidence import (
    Contribution,
    FlipsSeen,
    GapParts,
    Insights,
    ProxiesSeen,
    ProxySeen,
    ReasonsByGroup,
    ReasonsOfGroup,
)
from fateaudit.report.found import Room

ROOM = Room(picture=False, full=1, lines=0)
NEVER = ("because of", "proves", "biased", "fair ")


def a_column(name, **changes):
    given = {"column": name, "risk": 0.104, "interval": (0.05, 0.15), "auc": 0.62, "share": 0.45, "stands_out": True}
    return ProxySeen(**given | changes)


def stand_ins(*columns, attribute="colour", first="White", second="Black"):
    named = {"attribute": attribute, "first": first, "second": second}
    return ProxiesSeen(**named, columns=columns, chance=0.02, rows=2_613, explained=500)


def a_gap(attribute="colour", first="White", second="Black", columns=("checks", "employed", "age")):
    parts = tuple(Contribution(column=name, value=0.05, standard_error=0.01) for name in columns)
    named = {"attribute": attribute, "first": first, "second": second}
    return GapParts(**named, value=0.15, parts=parts, rows=100, of_rows=100, route="exact_enumeration")


def flips(**changes):
    given = {"attribute": "sex", "rows": 1_000, "changed": 12, "became_favourable": 3, "interval": (0.006, 0.021)}
    return FlipsSeen(**given | changes)


def reasons_by_group():
    groups = tuple(
        ReasonsOfGroup(group=name, rows=60, fidelity=fidelity, interval=(0.9, 0.99), importances=(moved, 0.02))
        for name, fidelity, moved in (("White", 0.98, 0.071), ("Black", 0.91, 0.032))
    )
    columns = ("checks", "employed")
    return ReasonsByGroup(
        attribute="colour", columns=columns, groups=groups, gap=0.07, interval=(0.01, 0.13), baseline=0.06
    )


def told(record, **insights):
    text = text_of(html_of(record.model_copy(update={"insights": Insights(**insights)}), ROOM))
    return text.partition("How the model decides\n")[2].partition("Technical findings\n")[0]


def test_columns_that_stand_in_are_named_with_what_makes_them_so(sample_record) -> None:
    weak = a_column("employed", auc=0.41, risk=0.0, stands_out=False)
    text = told(sample_record, gaps=(a_gap(),), proxies=(stand_ins(a_column("checks"), weak),))

    assert "can stand in for recorded colour. Beyond chance, both is so of checks." in text
    assert "a guess is right in 50 of 100 pairs" in text
    assert "checks | +5.0 | 1.0 | 62 | 10.4" in text
    assert "employed | +5.0 | 1.0 | 50 | 0.0" in text
    assert not any(word in text.lower() for word in NEVER)


def test_where_no_column_stands_out_that_is_said(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(),), proxies=(stand_ins(a_column("checks", stands_out=False)),))

    assert "Beyond chance, no other does both." in text


def test_the_attribute_itself_is_not_named_as_standing_in_for_itself(sample_record) -> None:
    own = stand_ins(a_column("sex"), attribute="sex", first="Female", second="Male")
    text = told(sample_record, gaps=(a_gap("sex", "Female", "Male", ("sex", "checks")),), proxies=(own,))

    assert "Beyond chance, no other does both." in text


def test_decisions_that_change_are_counted_with_their_range(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap("sex", "Female", "Male", ("sex", "checks")),), flips=(flips(),))

    assert "With another sex and all else as it is, 12 of 1,000 arrests get another output: 1.2 of 100" in text
    assert "(could be 0.6 to 2.1). 3 of them are then suggested for release." in text


def test_none_of_those_that_change_may_be_better_off(sample_record) -> None:
    gap = a_gap("sex", "Female", "Male", ("sex", "checks"))
    worse = told(sample_record, gaps=(gap,), flips=(flips(became_favourable=0),))
    same = told(sample_record, gaps=(gap,), flips=(flips(changed=0, became_favourable=0),))

    assert "None of them are then suggested for release." in worse
    assert "of them are then" not in same


def test_an_attribute_that_is_not_read_is_not_informative(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(),), proxies=(stand_ins(a_column("checks")),))

    assert "Not informative: the model does not read recorded colour, so nothing could change." in text


def test_one_that_is_read_and_was_not_tried_is_not_called_so(sample_record) -> None:
    own = stand_ins(a_column("sex"), attribute="sex", first="Female", second="Male")
    text = told(sample_record, gaps=(a_gap("sex", "Female", "Male", ("sex", "checks")),), proxies=(own,))

    assert "Changed alone" not in text


def test_reasons_are_compared_between_groups_beside_shuffled_ones(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(),), by_group=(reasons_by_group(),))

    assert "Reasons account for 98.0 of 100 parts for people recorded as White and 91.0 for people recorded as" in text
    assert "a difference of 7.0 (could be 1.0 to 13.0; shuffled reasons: 6.0)." in text
    assert "Checks moves a score by 7.1 for people recorded as White and 3.2 for people recorded as Black" in text


def test_a_record_from_before_prints_what_it_printed(sample_record) -> None:
    text = told(sample_record, gaps=(a_gap(),))

    assert "stand in" not in text
    assert "Tells apart" not in text
