"""Values as files really hold them: each is read right, or refused with what, where and what to type."""

import csv
import datetime as dt
import json
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import a_check, a_policy_text

from fateaudit.cli import main

N = 400
GROUP = ["a", "b"] * (N // 2)
OUTCOME = (["yes"] * 6 + ["no"] * 4) * (N // 10)
"""Of both groups 60 of 100 are favourable."""
BITS = [int(outcome == "yes") for outcome in OUTCOME]
TRUTH = [outcome == "yes" for outcome in OUTCOME]

RATIO = a_check()
FOUND = a_check(id="F-02", metric="true_positive_rate_ratio")
WRONGLY_HARMED = a_check(id="F-03", metric="wrong_adverse_rate_ratio", limit={"max": 1.25})
HARMED = a_check(id="F-04", metric="adverse_rate_ratio", limit={"max": 1.25})
RIGHT = a_check(id="F-05", metric="accuracy", across="overall", limit={"min": 0.5})


def gaps(values, every=7):
    """The same with every seventh missing."""
    return [None if place % every == 0 else value for place, value in enumerate(values)]


def first(values, n, value):
    """The same with another value in the first `n` rows."""
    return [value] * n + list(values[n:])


@pytest.fixture
def gate(tmp_path, monkeypatch, capfd):
    """Audit columns as a user would, as CSV or as Parquet: code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(table, *checks, kind="csv", **changes):
        path = tmp_path / f"rows.{kind}"
        if kind == "csv":
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(table)
                writer.writerows(zip(*table.values(), strict=True))
        else:
            pq.write_table(pa.table(table), path)
        policy = a_policy_text(*checks, **{"dataset": {"path": path.name}, **changes})
        (tmp_path / "fateaudit.yaml").write_text(json.dumps(policy, indent=1), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["fateaudit", "gate", "fateaudit.yaml"])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


def table(**columns):
    return {"group": GROUP, "label": OUTCOME, "prediction": OUTCOME} | columns


def refused(answer, code, *said):
    """Look at an error: its code, its parts in this order, and that it is one short paragraph."""
    found, _, stderr = answer
    text = stderr.removeprefix("loading the libraries that measure …\n")
    assert found == code, text
    assert text.startswith("error: ")
    assert "Traceback" not in text
    assert len(text) < 2_000
    assert all(line.isprintable() for line in text.splitlines())
    places = [text.find(part) for part in said]
    assert -1 not in places, text
    assert places == sorted(places), text
    return text


# Labels and predictions.

TYPES = {
    "words": ("csv", OUTCOME, OUTCOME, "yes"),
    "bits in CSV": ("csv", BITS, BITS, "1"),
    "bits in CSV and a number in the policy": ("csv", BITS, BITS, 1),
    "bits in Parquet": ("parquet", BITS, BITS, "1"),
    "truth values in CSV": ("csv", TRUTH, TRUTH, "True"),
    "truth values in Parquet": ("parquet", TRUTH, TRUTH, "True"),
    "a dictionary in Parquet": ("parquet", pa.array(OUTCOME).dictionary_encode(), OUTCOME, "yes"),
    "floats beside bits in Parquet": ("parquet", [float(bit) for bit in BITS], BITS, "1"),
}


@pytest.mark.parametrize("name", TYPES)
def test_labels_of_every_type_give_the_same_answer(name, gate) -> None:
    kind, label, prediction, favourable = TYPES[name]

    code, stdout, _ = gate(
        table(label=label, prediction=prediction), RATIO, RIGHT, kind=kind, columns={"favourable": favourable}
    )

    assert code == 0
    assert "Group: met. 1.000, between 0.874 and 1.000" in stdout
    assert "Everyone: met. 1.000" in stdout


MISSING = {
    "blanks in CSV": ("csv", gaps(BITS)),
    "nulls in Parquet": ("parquet", pa.array(gaps(BITS), pa.int64())),
    "NaN in Parquet": ("parquet", pa.array([float("nan") if bit is None else bit for bit in gaps(BITS)], pa.float64())),
    "null truth values in Parquet": ("parquet", pa.array(gaps(TRUTH), pa.bool_())),
}


@pytest.mark.parametrize("name", MISSING)
def test_missing_labels_are_counted_and_keep_what_needs_them_from_being_met(name, gate) -> None:
    kind, label = MISSING[name]
    prediction, favourable = (TRUTH, "True") if "truth" in name else (BITS, "1")

    code, stdout, _ = gate(
        table(label=label, prediction=prediction), RATIO, FOUND, kind=kind, columns={"favourable": favourable}
    )

    assert code == 4
    assert "400 cases tested" in stdout
    assert "F-01  met" in stdout
    assert "F-02  cannot tell" in stdout
    assert "342 of 400 judged, too few to say met" in stdout


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_missing_prediction_ends_the_audit_as_no_row_is_dropped(kind, gate) -> None:
    prediction = gaps(BITS) if kind == "csv" else pa.array(gaps(BITS), pa.int64())

    answer = gate(table(label=BITS, prediction=prediction), kind=kind, columns={"favourable": "1"})

    refused(answer, 1, '58 rows of "prediction"', "have no prediction", '"prediction": "prediction"', "never dropped")


ONE_WAY = "write each of the two outcomes in one way in the data"
ALIKE = 'differ only in capitals, spaces, ".0" or invisible characters'

SPELLINGS = {
    "a label with a capital": (first(OUTCOME, 6, "Yes"), OUTCOME, "yes"),
    "a label with a trailing space": (first(OUTCOME, 6, "yes "), OUTCOME, "yes"),
    "a label with a zero width": (first(OUTCOME, 6, "yes\u200b"), OUTCOME, "yes"),
    "a label of bits and floats": (first(BITS, 6, "1.0"), BITS, "1"),
    "a label with both outcomes in two ways": (["Yes", "NO", *OUTCOME[2:]], OUTCOME, "yes"),
    "a label that is one word in two ways": (
        ["yes" if is_true else "yes " for is_true in TRUTH],
        ["yes" if is_true else "yes " for is_true in TRUTH],
        "yes",
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_an_outcome_in_two_spellings_is_refused_and_never_becomes_a_third_or_the_other_one(name, gate) -> None:
    label, prediction, favourable = SPELLINGS[name]

    answer = gate(table(label=label, prediction=prediction), columns={"favourable": favourable})

    refused(answer, 1, 'values of the label "label"', ALIKE, '"label": "label"', ONE_WAY)


PREDICTED = {
    "a capital": (OUTCOME, first(OUTCOME, 6, "Yes"), "yes"),
    "a trailing space": (OUTCOME, first(OUTCOME, 6, "yes "), "yes"),
    "bits for floats, as software writes a column with blanks": (
        ["" if bit is None else f"{bit}.0" for bit in gaps(BITS)],
        BITS,
        "1.0",
    ),
}


@pytest.mark.parametrize("name", PREDICTED)
def test_predictions_spelt_otherwise_than_the_label_are_refused_with_what_differs(name, gate) -> None:
    label, prediction, favourable = PREDICTED[name]

    answer = gate(table(label=label, prediction=prediction), columns={"favourable": favourable})

    refused(answer, 2, '"prediction" writes an outcome in another way', '"favourable"', ALIKE, "in one way")


def test_two_spellings_of_one_prediction_are_not_two_decisions_where_there_is_no_label(gate) -> None:
    said = ["yes" if is_true else "Yes" for is_true in TRUTH]

    answer = gate({"group": GROUP, "prediction": said}, columns={"label": None})

    refused(answer, 2, '"prediction" writes an outcome in another way', ALIKE)


def test_labels_and_predictions_of_different_types_are_refused(gate) -> None:
    answer = gate(table(label=TRUTH, prediction=BITS), kind="parquet", columns={"favourable": "True"})

    refused(answer, 2, '"prediction" does not hold the two values', "same two values as the label")


@pytest.mark.parametrize("other", ["SECRET", "yes", "True", "1.5"])
def test_a_label_of_mixed_words_and_numbers_has_too_many_outcomes(other, gate) -> None:
    answer = gate(table(label=first(BITS, 3, other), prediction=BITS), columns={"favourable": "1"})

    text = refused(answer, 2, '"label" has 3 different values; two are needed', '"label": "label"', "two outcomes")
    assert other not in text


@pytest.mark.parametrize(
    ("written", "label"),
    [("true", TRUTH), ("YES", OUTCOME), ("1", [f"{bit}.0" for bit in BITS]), ("1.0", BITS)],
)
def test_a_favourable_value_that_is_nearly_right_is_told_so(written, label, gate) -> None:
    answer = gate(table(label=label, prediction=label), columns={"favourable": written})

    refused(answer, 2, f'"{written}" is not a value of "label"', '"favourable"', 'spaces or ".0"', "exactly as it")


def test_a_favourable_value_with_spaces_in_the_data_cannot_be_written_and_is_told_so(gate) -> None:
    """Words of a policy lose the spaces around them: writing it as it stands would not help."""
    label = [f"{outcome} " for outcome in OUTCOME]

    answer = gate(table(label=label, prediction=label))

    refused(answer, 2, '"yes" is not a value of "label"', "take them out of the data")


# Names of groups.

GROUPS = {
    "capitals": (
        ["White"] * 200 + ["white"] * 99 + ["Black"] * 101,
        "2 values",
        "they look like one group",
        'write "White" for "white" (99 rows)',
    ),
    "a trailing blank in most rows": (
        ["White "] * 200 + ["White"] * 50 + ["Black"] * 150,
        "2 values",
        "they look like one group",
        'write "White" for "White " (200 rows)',
    ),
    "three ways, and no right one": (
        [" WHITE"] * 200 + ["white "] * 40 + ["White\u200b"] * 10 + ["Black"] * 150,
        "3 values",
        "they look like one group",
        'write "WHITE" for " WHITE" (200 rows), "white " (40 rows), "White\\u200b" (10 rows)',
    ),
    "two spaces inside": (
        ["New York"] * 200 + ["New  York"] * 200,
        "2 values",
        "they look like one group",
        'write "New York" for "New  York" (200 rows)',
    ),
    "numbers that once had gaps beside them": (
        ["1"] * 150 + ["1.0"] * 50 + ["2"] * 200,
        "2 values",
        "they look like one group",
        'write "1" for "1.0" (50 rows)',
    ),
    "two groups": (
        ["White", "white", "Black", "black "] * 100,
        "4 values",
        "they look like 2 groups",
        'write "Black" for "black " (100 rows)',
    ),
}


@pytest.mark.parametrize("name", GROUPS)
def test_spellings_of_one_group_are_refused_and_a_map_is_proposed(name, gate) -> None:
    values, many, look, proposal = GROUPS[name]

    answer = gate(table(group=values))

    refused(answer, 1, f'{many} of "group"', look, '"name": "group"', proposal, "write each group in one way")


def test_only_a_few_spellings_are_listed(gate) -> None:
    values = [f"{word}{number}" for number in range(20) for word in ("Group ", "group ", "GROUP ", " group ")] * 5

    text = refused(gate(table(group=values)), 1, "80 values", "look like 20 groups", "and so on for 17 more")

    assert text.count("write ") == 4  # three groups and the hint


def test_a_very_long_name_does_not_flood_the_error(gate) -> None:
    answer = gate(table(group=["x" * 5_000, "X" * 5_000] * 200))

    refused(answer, 1, "they look like one group", "xxx…", "write each group in one way")


def test_a_control_character_is_refused_first_and_not_shown(gate) -> None:
    text = refused(gate(table(group=["White", "white\x1b[2J"] * 200)), 1, "control character", "mend those rows")

    assert "white" not in text.casefold()


@pytest.mark.parametrize("value", ["not recorded", "NOT RECORDED", "Not  recorded"])
def test_a_value_like_not_recorded_is_no_group_of_its_own(value, gate) -> None:
    values = ["a", "b", "", value] * 100

    refused(gate(table(group=values)), 2, "looks like what stands for", f'not_recorded: ["{value}"]')
    said = [{"name": "group", "label": "Group", "not_recorded": [value]}]
    code, stdout, _ = gate(table(group=values), columns={"sensitive": said})
    assert code == 4
    assert "Not recorded (200)" in stdout


def test_spaces_around_what_means_not_recorded_are_mended_in_the_data(gate) -> None:
    answer = gate(table(group=["a", "b", "", "Not recorded "] * 100))

    refused(answer, 2, "looks like what stands for", "leave the field empty in the data")


def test_a_value_like_one_that_the_policy_says_is_not_recorded_is_told(gate) -> None:
    said = [{"name": "group", "label": "Group", "not_recorded": ["Unknown"]}]

    answer = gate(table(group=["a", "b", "Unknown", "unknown"] * 100), columns={"sensitive": said})

    refused(answer, 2, '"unknown" is a value of "group"', 'not_recorded: ["unknown"]')


@pytest.mark.parametrize("blank", [" ", "   ", "\u00a0", "\u3000"])
def test_a_group_whose_name_is_blank_is_refused(blank, gate) -> None:
    answer = gate(table(group=["a", "b", "a", blank] * 100))

    refused(answer, 1, 'in 100 rows "group" holds spaces only', '"name": "group"', "leave the field empty")


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_whole_numbers_with_gaps_are_groups_and_one_that_is_not_recorded(kind, gate) -> None:
    values = gaps([place % 2 for place in range(N)])

    code, stdout, _ = gate(table(group=values if kind == "csv" else pa.array(values, pa.int64())), kind=kind)

    assert code == 4
    assert "where Group is 0" in stdout
    assert "where Group is 1" in stdout
    assert "Not recorded (58)" in stdout


# Nobody, everybody, one and ten thousand.


def test_a_group_without_a_positive_is_not_judged_for_what_positives_get_and_is_for_the_rest(gate) -> None:
    """Peers call its true positive rate 0, a gap made of nothing."""
    columns = {"group": ["a", "b", "c", "c"] * 100, "label": ["yes", "no"] * 200, "prediction": ["yes", "no"] * 200}

    code, stdout, _ = gate(columns, RATIO, FOUND)

    assert code == 3
    assert "F-01  not met" in stdout
    assert "where Group is b, 0 are decided favourably" in stdout
    assert "F-02  cannot tell" in stdout
    assert "Not judged: b (0 to count, fewer than 30)." in stdout


def test_nobody_selected_is_no_ratio_and_no_pass(gate) -> None:
    code, stdout, _ = gate(table(prediction=["no"] * N), RATIO, FOUND)

    assert code == 4
    assert stdout.count("cannot tell. Nothing was counted in any group: a ratio of 0 to 0.") == 2


def test_nobody_selected_is_wrong_for_all_who_should_have_been(gate) -> None:
    code, stdout, _ = gate(table(prediction=["no"] * N), RIGHT, WRONGLY_HARMED)

    assert code == 3
    assert "F-05  not met" in stdout
    assert "Everyone: not met. 0.400" in stdout
    assert "F-03  met" in stdout


def test_everybody_selected_is_parity_of_selection_and_no_ratio_of_harm(gate) -> None:
    code, stdout, _ = gate(table(prediction=["yes"] * N), RATIO, HARMED)

    assert code == 4
    assert "F-01  met" in stdout
    assert "F-04  cannot tell" in stdout
    assert "Nothing was counted in any group" in stdout


def test_nobody_selected_and_no_label_asks_for_what_would_tell(gate) -> None:
    answer = gate({"group": GROUP, "prediction": ["no"] * N}, columns={"label": None})

    refused(answer, 2, '"yes" is not a value of "prediction"', '"favourable": "yes"', "name a label that holds both")


def test_a_label_that_only_knows_one_side_leaves_the_other_untold(gate) -> None:
    untold = a_check(id="F-06", metric="false_positive_rate_ratio")

    code, stdout, _ = gate(table(label=["yes"] * N), FOUND, untold)

    assert code == 4
    assert "F-02  met" in stdout
    assert "F-06  cannot tell" in stdout


@pytest.mark.parametrize(
    ("values", "what", "hint"),
    [
        ([f"g{row % 10_000}" for row in range(20_000)], "10,000 different values", "name the column that holds"),
        ([row % 10_000 for row in range(20_000)], "10,000 different numbers", "give group bins"),
        ([f"{'gG'[row % 2]}{row}" for row in range(20_000)], "20,000 different values", "name the column that holds"),
    ],
    ids=["words", "numbers", "words that look alike are not named"],
)
def test_ten_thousand_groups_are_no_groups(values, what, hint, gate) -> None:
    outcome = OUTCOME * 50

    text = refused(gate({"group": values, "label": outcome, "prediction": outcome}), 2, what, '"name": "group"', hint)

    assert not any(f'"{value}"' in text for value in values)


def test_ten_thousand_groups_of_two_attributes_together_are_refused(gate) -> None:
    outcome = OUTCOME * 50
    columns = {"a": [f"a{row % 150}" for row in range(20_000)], "b": [f"b{row % 149}" for row in range(20_000)]}
    declared = [{"name": name, "label": name} for name in columns]

    answer = gate(
        columns | {"label": outcome, "prediction": outcome},
        a_check(across=["a"]),
        a_check(id="F-02", across=["b"]),
        columns={"sensitive": declared},
    )

    refused(answer, 2, "more than 5,000 groups together", "fewer attributes")


@pytest.mark.parametrize("values", [["a"] * N, first(["a"] * N, 10, "")], ids=["all", "and some missing"])
def test_an_attribute_with_one_value_cannot_tell(values, gate) -> None:
    code, stdout, _ = gate(table(group=values))

    assert code == 4
    assert "Group: cannot tell. There is only one group, and nothing to compare it with." in stdout


# One thing under two names.

TWICE = {
    "the label for an attribute": ({"sensitive": [{"name": "label", "label": "L"}]}, "label", "a sensitive attribute"),
    "the prediction for an attribute": (
        {"sensitive": [{"name": "prediction", "label": "P"}]},
        "prediction",
        "a sensitive attribute",
    ),
    "the label for the prediction": ({"prediction": "label"}, "label", "the prediction"),
    "the label for the score": ({"score": "label"}, "label", "the score"),
    "the id for an attribute": ({"id": "group"}, "group", "a sensitive attribute"),
}


@pytest.mark.parametrize("name", TWICE)
def test_one_column_in_two_roles_is_refused(name, gate) -> None:
    """Records held against themselves are right in every row."""
    changes, column, role = TWICE[name]
    across = [one["name"] for one in changes.get("sensitive", [{"name": "group"}])]

    answer = gate(table(), a_check(across=across), columns=changes)

    refused(answer, 2, f'the column "{column}" is named twice', f"and as {role}", "fateaudit.yaml:", "name ")


@pytest.mark.parametrize("name", TWICE)
def test_one_column_in_two_roles_is_refused_before_there_are_data(name, tmp_path, monkeypatch, capfd) -> None:
    changes, column, role = TWICE[name]
    across = [one["name"] for one in changes.get("sensitive", [{"name": "group"}])]
    path = tmp_path / "fateaudit.yaml"
    path.write_text(json.dumps(a_policy_text(a_check(across=across), columns=changes), indent=1), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["fateaudit", "policy", "lint", str(path)])

    with pytest.raises(SystemExit) as ended:
        main()

    answer = ended.value.code, *capfd.readouterr()
    refused(answer, 2, f'the column "{column}" is named twice', f"and as {role}", "fateaudit.yaml:", "name ")


WRONG_IN_SOME = [
    {"yes": "no", "no": "yes"}[outcome] if place % 5 == 0 else outcome for place, outcome in enumerate(OUTCOME)
]


def test_an_attribute_that_is_the_label_under_another_name_is_never_met(gate) -> None:
    """One group has all who are recorded as favourable: what they get cannot be compared with anybody."""
    group = ["Y" if outcome == "yes" else "N" for outcome in OUTCOME]

    code, stdout, _ = gate(table(group=group, prediction=WRONG_IN_SOME), RATIO, FOUND, WRONGLY_HARMED)

    assert code == 3
    assert "F-01  not met" in stdout
    assert stdout.count("Group: cannot tell. N: 0 cases; 30 needed.") == 2
    assert (
        "\nIn these data Group and what was recorded are one and the same: every case of Y is recorded as favourable, "
        "none of N; error rates have nobody to compare with.\n"
    ) in stdout


def test_a_model_that_decides_by_group_alone_is_not_met_and_the_attribute_is_not_called_the_label(gate) -> None:
    code, stdout, _ = gate(table(prediction=["yes" if group == "a" else "no" for group in GROUP]))

    assert code == 3
    assert "one and the same" not in stdout


def test_an_attribute_that_is_the_prediction_under_another_name_is_not_met(gate) -> None:
    group = ["Y" if outcome == "yes" else "N" for outcome in WRONG_IN_SOME]

    code, stdout, _ = gate(table(group=group, prediction=WRONG_IN_SOME), RATIO, FOUND, WRONGLY_HARMED)

    assert code == 3
    assert all(f"{check}  not met" in stdout for check in ("F-01", "F-02", "F-03"))


# Dates.

DAYS = [dt.date(1950, 1, 1) + dt.timedelta(days=50 * (row % 28)) for row in range(N)]


@pytest.mark.parametrize("kind", [pa.date32(), pa.date64(), pa.timestamp("us"), pa.timestamp("ns", "UTC")], ids=str)
@pytest.mark.parametrize("bins", [None, [0, 18, 120]])
def test_dates_of_parquet_are_no_groups_and_the_hint_says_what_is(kind, bins, gate) -> None:
    group = pa.array(DAYS, pa.date32()).cast(kind)
    sensitive = [{"name": "group", "label": "Group", **({"bins": bins} if bins else {})}]

    answer = gate(table(group=group), kind="parquet", columns={"sensitive": sensitive})

    refused(answer, 2, "of type", "date" if "date" in str(kind) else "timestamp", "the year or the age in years")


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%SZ"])
def test_dates_of_csv_are_no_groups_and_the_hint_says_what_is(form, gate) -> None:
    answer = gate(table(group=[day.strftime(form) for day in DAYS]))

    refused(answer, 2, '"group" holds 28 different dates', '"name": "group"', "the year or the age in years", "bins")


def test_bins_for_dates_of_csv_say_what_to_write(gate) -> None:
    sensitive = [{"name": "group", "label": "Group", "bins": [0, 18, 120]}]

    answer = gate(table(group=[day.isoformat() for day in DAYS]), columns={"sensitive": sensitive})

    refused(answer, 2, '"group" should hold numbers, and holds none', "it holds dates")


def test_a_few_dates_are_groups_like_any_other(gate) -> None:
    code, stdout, _ = gate(table(group=["2020-01-01", "2021-01-01"] * 200))

    assert code == 0
    assert "Group: met. 1.000" in stdout
