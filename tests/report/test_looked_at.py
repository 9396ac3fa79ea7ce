"""What was looked at without a limit, as a reader finds it: named in words, and never said to be a verdict."""

import re

import pytest
from conftest import rows_of
from report_reading import audited, html_of, text_of
from sheet_edges import beyond_the_edge
from test_page1_words import BANNED

from fateaudit.evidence import (
    ColumnGap,
    Extreme,
    LookedAt,
    NotLooked,
    ReversalSeen,
    ReversalsSearched,
    StratumSeen,
    SubgroupSeen,
    SubgroupsSearched,
    Uncovered,
)
from fateaudit.report.reported import Reported, Signatures, unsigned
from fateaudit.report.uncovered import uncovered_in_short


def an_end(group, adverse, rows):
    return Extreme(group=group, count=(adverse, rows), interval=(0.15, 0.25))


def a_gap(**changes):
    given = {
        "column": "religion",
        "is_declared": False,
        "cut": "",
        "groups": 3,
        "too_few": 0,
        "not_recorded": 0,
        "worse": an_end("none", 40, 100),
        "better": an_end("other", 20, 100),
    }
    return ColumnGap(**given | changes)


def a_subgroup(*pairs, count=(40, 100), others=(20, 200), is_new=True):
    of, group = zip(*pairs, strict=True)
    return SubgroupSeen(of=of, group=group, count=count, others=others, p_beyond=0.001, is_new=is_new)


NON_CITIZENS, WOMEN = ("citizen", "No"), ("sex", "Female")


def searched(named=(), worth=(), **changes):
    given = {"depth": 3, "tested": 84, "too_few": 31, "named": named, "worth_a_look": worth}
    return SubgroupsSearched(**given | changes)


def reversals(*found, **changes):
    return ReversalsSearched(**{"left_out": (), "found": found, "by_chance": 0} | changes)


def a_reversal(**changes):
    given = {
        "attribute": "citizen",
        "within": "age",
        "worse": "No",
        "better": "Yes",
        "worse_count": (60, 200),
        "better_count": (40, 200),
        "strata": (
            StratumSeen(value="25 to 39", worse=(20, 120), better=(24, 130)),
            StratumSeen(value="under 18", worse=(40, 80), better=(16, 70)),
        ),
        "difference": 0.1,
        "adjusted_difference": -0.02,
    }
    return ReversalSeen(**given | changes)


def seen(gaps=(), **changes):
    given = {
        "profile": "policing/1",
        "limit": 1.25,
        "min_group_size": 30,
        "confidence": 0.95,
        "subgroups": searched(),
        "reversals": reversals(),
        "uncovered": Uncovered(columns=tuple(gaps), more=0, unread=0),
    }
    return LookedAt(**given | changes)


def put(record, looked_at):
    insights = record.insights.model_copy(update={"looked_at": looked_at})
    return record.model_copy(update={"insights": insights})


def told(record, looked_at=None):
    """The words of the section."""
    text = text_of(html_of(put(record, looked_at) if looked_at else record))
    return text.partition("Looked at, without a limit\n")[2].partition("\nAccountability\n")[0]


def test_the_sample_says_who_stands_out_and_that_it_is_no_verdict(sample_record) -> None:
    text = told(sample_record)

    assert "It moves no result, for better or worse." in text
    assert "is it not suggested for release more than 1.25 times as often?" in text
    assert (
        "84 groups of 30 arrests or more were looked at; 31 smaller ones were not looked at. 28 groups stand out."
        in text
    )
    assert "Non-citizens | 180 of 400 | 45.0 | 289 of 2,213 | 13.1 | 3.45 | Beyond" in text
    assert "People recorded as Black × non-citizens | 101 of 178 | 56.7" in text
    assert "People aged 40 to 59 | 48 of 153 | 31.4 | 421 of 2,460 | 17.1 | 1.83 | Worth a look" in text
    assert "about 1 in 20 does so by chance, on average. This is a list to look into, never a verdict." in text
    assert "22 narrower groups are not listed" in text
    assert "None turns round beyond what chance would do." in text


def test_where_there_is_nothing_to_show_it_says_so(sample_record) -> None:
    text = told(sample_record, seen())

    assert "Nothing to list. Each declared attribute is in a limit of weight" in text
    assert "No other column has a name that speaks of a protected trait. Columns were looked for by name only." in text
    assert "None stands out. That is no sign that all is well" in text
    assert "None turns round" in text
    assert " | " not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"subgroups": NotLooked(because="there are too many groups to look at each")}, "Not looked at: there are too"),
        ({"reversals": NotLooked(because="the counts are not joint")}, "Not looked at: the counts are not joint."),
        ({"subgroups": searched(tested=0)}, "No group has 30 arrests or more and somebody outside of it"),
        ({"subgroups": searched(depth=1)}, "Of more attributes at once there are too many groups to look at each."),
        ({"subgroups": searched(depth=1)}, "Each group by one attribute was held"),
        ({"subgroups": searched(too_few=1)}, "were looked at; 1 smaller one was not looked at."),
        ({"subgroups": searched(too_few=0)}, "84 groups of 30 arrests or more were looked at. None"),
        ({"reversals": reversals(by_chance=1)}, "1 pair turns round by so little that chance would do it."),
        ({"reversals": reversals(by_chance=2)}, "2 pairs turn round by so little"),
        ({"reversals": reversals(left_out=("age",))}, "Not looked at, for too many values: age."),
        ({"reversals": reversals(left_out=("age", "sex", "colour"))}, "Fewer than two attributes could be held"),
    ],
)
def test_what_was_not_looked_at_is_said(sample_record, changes, said) -> None:
    assert said in told(sample_record, seen(**changes))


def test_a_record_from_before_has_no_such_section(sample_record) -> None:
    record = put(sample_record, None)

    assert "Looked at, without a limit" not in text_of(html_of(record))
    assert uncovered_in_short(record) == ""


def test_a_column_without_a_limit_stands_there_with_both_ends(sample_record) -> None:
    declared = a_gap(column="sex", is_declared=True, worse=an_end("Male", 30, 100), better=an_end("Female", 25, 100))
    cut = a_gap(column="age2", cut="ages", too_few=1, not_recorded=12)
    many = a_gap(column="nationality", groups=23, worse=an_end(None, 9, 30), better=an_end(None, 0, 60))
    quarters = a_gap(column="birth_year", cut="quarters", too_few=2, not_recorded=1)
    text = told(sample_record, seen([declared, cut, many, quarters]))

    assert (
        "Of those with 30 arrests or more, these are farthest apart in how many are not suggested for release." in text
    )
    assert "Nobody judged whether that is much." in text
    assert "Sex\ndeclared | men | 30 of 100 | 30.0 | 15.0 to 25.0 | 5.0" in text
    assert "women | 25 of 100 | 25.0 | 15.0 to 25.0" in text
    assert "not declared; cut at 18, 25, 40 and 60; 1 smaller group left out; not recorded in 12 arrests" in text
    assert "one of 23 groups | 9 of 30 | 30.0" in text
    assert "numbers, cut by these rows into groups of about equal size; 2 smaller groups left out" in text
    assert "not recorded in 1 arrest |" in text


@pytest.mark.parametrize(
    ("more", "unread", "said"),
    [
        (1, 0, "1 more such column has a narrower gap."),
        (2, 1, "2 more such columns have narrower gaps. The name of 1 other column speaks of a protected trait too"),
        (0, 3, "The names of 3 other columns speak of a protected trait too: what stands there could not be read"),
    ],
)
def test_columns_that_are_not_listed_are_counted(sample_record, more, unread, said) -> None:
    given = seen(uncovered=Uncovered(columns=(a_gap(),), more=more, unread=unread))

    assert said in told(sample_record, given)


def test_columns_that_cannot_be_read_do_not_pass_for_none(sample_record) -> None:
    text = told(sample_record, seen(uncovered=Uncovered(columns=(), more=0, unread=2)))

    assert "No other column has a name" not in text
    assert "could not be read as groups, or fewer than two have 30 arrests." in text


def test_twelve_subgroups_are_shown_and_the_others_counted(sample_record) -> None:
    named = (a_subgroup(NON_CITIZENS), *(a_subgroup(("age", "under 18"), count=(30, 50 + n)) for n in range(13)))
    worth = (a_subgroup(NON_CITIZENS, WOMEN, is_new=False), a_subgroup(WOMEN, others=(0, 60)))
    text = told(sample_record, seen(subgroups=searched(named, worth)))

    assert text.count(" | Beyond") == 12
    assert "16 groups stand out." in text
    assert "3 more groups of this kind are in the record. 1 narrower group is not listed: part of a wider one" in text


def test_a_group_nobody_else_is_like_has_no_quotient(sample_record) -> None:
    text = told(sample_record, seen(subgroups=searched(worth=(a_subgroup(WOMEN, others=(0, 60)),))))

    assert "1 group stands out." in text
    assert "Women | 40 of 100 | 40.0 | 0 of 60 | 0.0 | none else | Worth a look" in text


def test_a_value_without_a_word_keeps_its_attribute(tmp_path) -> None:
    rows = [row | {"sex": "f"} for row in rows_of(a=(10, 100))] + [row | {"sex": "m"} for row in rows_of(b=(90, 100))]
    columns = {"sensitive": [{"name": "group", "label": "Group"}, {"name": "sex", "label": "Sex"}]}
    text = told(audited(tmp_path, rows=rows, columns=columns))

    assert "Group is a | 90 of 100 | 90.0 | 10 of 100 | 10.0 | 9.00 | Beyond" in text
    assert "Sex is f | 90 of 100" in text
    assert "Sex\ndeclared | f | 90 of 100" in text


def test_a_reversal_is_named_in_words_with_its_strata(sample_record) -> None:
    both = (
        StratumSeen(value="25 to 39", worse=(20, 120), better=(24, 130)),
        StratumSeen(value="under 18", worse=(40, 80), better=(36, 70)),
    )
    text = told(sample_record, seen(reversals=reversals(a_reversal(strata=both))))

    assert "Non-citizens fare worse than citizens overall, and better within every group by age." in text
    assert "All of these | 60 of 200 | 30.0 | 40 of 200 | 20.0" in text
    first, second = text.index("People under 18 | 40 of 80 | 50.0 | 36 of 70"), text.index("People aged 25 to 39 | 20")
    assert first < second
    assert "Neither figure is the right one by itself." in text


def test_a_reversal_in_most_strata_says_in_how_many(sample_record) -> None:
    text = told(sample_record, seen(reversals=reversals(*[a_reversal()] * 5)))

    assert "and better within 1 of 2 groups by age, which hold 250 of these 400 arrests." in text
    assert text.count("fare worse than") == 4
    assert "1 more pair is in the record." in text


def test_one_attribute_alone_cannot_turn_round(tmp_path) -> None:
    text = told(audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)}))

    assert "Fewer than two attributes could be held within each other, so nothing was looked at." in text


def full(record):
    """Everything that the section can say at once."""
    return put(
        record,
        seen(
            uncovered=Uncovered(columns=(a_gap(), a_gap(cut="quarters", too_few=2, not_recorded=3)), more=2, unread=3),
            subgroups=searched((a_subgroup(NON_CITIZENS),), (a_subgroup(WOMEN), a_subgroup(WOMEN, is_new=False))),
            reversals=reversals(a_reversal(), by_chance=2, left_out=("colour",)),
        ),
    )


def test_no_word_claims_more_than_was_measured(sample_record) -> None:
    words = [*BANNED, "because", "due to", "causes?", "drives?", "effect", "bias(ed)?", "wrongly", "safe"]
    text = told(full(sample_record)) + uncovered_in_short(full(sample_record))

    assert not [word for word in words if re.search(rf"\b{word}\b", text, flags=re.IGNORECASE)]


def test_long_and_hostile_names_stay_on_the_sheet(sample_record) -> None:
    long, hostile = "x" * 300, "<b>\u202e{{ 7*7 }}</b>"
    ends = {"worse": an_end(long, 40, 100), "better": an_end(hostile, 20, 100)}
    record = put(
        sample_record,
        seen(
            uncovered=Uncovered(columns=(a_gap(column=long, **ends), a_gap(column=hostile)), more=0, unread=0),
            subgroups=searched((a_subgroup(("citizen", long), ("sex", long), ("colour", hostile)),)),
            reversals=reversals(a_reversal(worse=long, better=hostile)),
        ),
    )
    html = html_of(record)

    assert "<b>\u202e" not in html
    assert "&lt;b&gt;[U+202E]{{ 7*7 }}&lt;/b&gt;" in html
    drawn = beyond_the_edge(Reported(record, b"", Signatures(unsigned(record))))
    assert [text for text in drawn if "xxx" in text or "7*7" in text] == []
    assert len(uncovered_in_short(record)) < 500


def test_page_1_gets_one_line_with_the_widest_gap(sample_record) -> None:
    one = put(sample_record, seen([a_gap()]))
    assert uncovered_in_short(one) == (
        "Counted, but no limit was set: religion. Of every 100 arrests where religion is none, 40 (could be 15 to 25) "
        "are not suggested for release; of arrests where religion is other, 20 (could be 15 to 25)."
    )

    sex = a_gap(column="sex", is_declared=True, worse=an_end("Male", 18, 1_000), better=an_end("Female", 6, 1_000))
    others = Uncovered(columns=(sex, a_gap(), a_gap(column="caste")), more=2, unread=0)
    assert uncovered_in_short(put(sample_record, seen(uncovered=others))) == (
        "Counted, but no limit was set: sex, religion, caste and 2 more. Widest, sex: of every 1,000 arrests of men, "
        "18 (could be 150 to 250) are not suggested for release; of arrests of women, 6 (could be 150 to 250)."
    )

    many = a_gap(column="nationality", worse=an_end(None, 40, 100), better=an_end(None, 20, 100))
    assert "of arrests in another group, 20" in uncovered_in_short(put(sample_record, seen([many])))

    assert uncovered_in_short(put(sample_record, seen())) == ""
