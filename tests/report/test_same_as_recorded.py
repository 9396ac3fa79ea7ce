"""An attribute that is the label by value is told as such, in the policy's words, and only then."""

import pytest
from report_reading import audited, html_of, text_of

from fateaudit.report.same_as_recorded import same_as_recorded

SAID = "In these data Group and what was recorded are one and the same: every case of Y is recorded as favourable"


def rows(**groups):
    """Rows from `group=(favourable, adverse, unlabelled)`, with one wrong prediction in five."""
    labels = [
        (group, label)
        for group, numbers in groups.items()
        for label, n in zip(("yes", "no", ""), numbers, strict=True)
        for _ in range(n)
    ]
    return [
        {"group": group, "label": label, "prediction": "no" if (label == "yes") == (place % 5 > 0) else "yes"}
        for place, (group, label) in enumerate(labels)
    ]


def told(folder, groups, **changes):
    return same_as_recorded(audited(folder, rows=rows(**groups), **changes))


def test_it_stands_among_what_speaks_against_reliance(tmp_path) -> None:
    record = audited(tmp_path, rows=rows(Y=(60, 0, 0), N=(0, 60, 0)))

    sentence = f"{SAID}, none of N; error rates have nobody to compare with."
    assert same_as_recorded(record) == (sentence,)
    assert text_of(html_of(record)).count(sentence) == 1


TOLD = {
    "a small group is left aside": (
        {"Y": (60, 0, 0), "N": (0, 60, 0), "few": (4, 9, 0)},
        ", none of N; error rates have nobody to compare with. Groups of fewer than 30 are left aside here.",
    ),
    "three groups": ({"Y": (60, 0, 0), "A": (0, 40, 0), "B": (0, 30, 0)}, ", none of A and B; error rates"),
    "cases without a record": (
        {"Y": (60, 0, 9), "N": (0, 60, 0)},
        None,
    ),
    "whoever is not recorded does not count": ({"Y": (60, 0, 0), "N": (0, 60, 0), "": (40, 40, 0)}, ", none of N; "),
}


@pytest.mark.parametrize("name", TOLD)
def test_it_is_told(name, tmp_path) -> None:
    groups, ending = TOLD[name]
    (said,) = told(tmp_path, groups)

    if ending is None:
        assert said.startswith(SAID.replace("Y is", "Y that has a record is"))
    else:
        assert said.startswith(SAID + ending)


UNTOLD = {
    "one case on the other side": {"Y": (60, 1, 0), "N": (0, 60, 0)},
    "all on one side": {"Y": (60, 0, 0), "N": (60, 0, 0), "few": (0, 9, 0)},
    "one group alone": {"Y": (60, 0, 0), "few": (0, 9, 0)},
    "small groups alone": {"Y": (9, 0, 0), "N": (0, 9, 0)},
}


@pytest.mark.parametrize("name", UNTOLD)
def test_it_is_not_told_where_anything_differs(name, tmp_path) -> None:
    assert told(tmp_path, UNTOLD[name]) == ()


def test_it_is_told_in_the_words_of_the_policy(tmp_path) -> None:
    groups = {"Y": "people with a bond", "N": "people without"}
    changes = {
        "columns": {"unit": "arrest", "sensitive": [{"name": "group", "label": "Bond", "groups": groups}]},
        "words": {"recorded_favourable": "released by officers"},
    }

    (said,) = told(tmp_path, {"Y": (60, 0, 0), "N": (0, 60, 0)}, **changes)
    assert said == (
        "In these data Bond and what was recorded are one and the same: every arrest of people with a bond is released "
        "by officers, none of people without; error rates have nobody to compare with."
    )


def test_without_labels_nothing_is_said(tmp_path, sample_record) -> None:
    assert told(tmp_path, {"Y": (60, 0, 0), "N": (0, 60, 0)}, columns={"label": None}) == ()
    assert same_as_recorded(sample_record) == ()
