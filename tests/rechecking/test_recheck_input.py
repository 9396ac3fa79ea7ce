"""Files that are not what they should be: what, where, and what to do, and no value of a row."""

import pytest
from rechecked import because, unchecked, wrong

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.rechecking import MAX_BYTES, Tool, recheck

HEADER = b"race,count,tp,fp,tn,fn,selection_rate\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEADER + b"A,100,-40,20,30,10,.6\n", ["count that is negative", "row 1, column tp"]),
        (HEADER + b"A,100,40,20,30,10,.6\nB,100,40.5,20,30,10,.6\n", ["not a whole number", "row 2, column tp"]),
        (HEADER + b"A,100,nan,20,30,10,.6\n", ["not finite", "row 1, column tp"]),
        (HEADER + b"A,100,40,20,30,10,inf\n", ["not finite", "row 1, column selection_rate"]),
        (HEADER + b"A,100,40,20,30,10,0;6\n", ["not a number", "row 1, column selection_rate"]),
        (HEADER + b"A,1e16,40,20,30,10,.6\n", ["too large", "row 1, column count"]),
        (HEADER + b"A,100,40,20,30,10,.6\nA,100,40,20,30,10,.6\n", ["same group twice", "row 1 and row 2"]),
        (HEADER + b"A,100,40,20,30,10\n", ["row 1 has 6 fields, the header has 7"]),
        (HEADER.replace(b"fp", b"tp") + b"A,100,40,20,30,10,.6\n", ["two columns of the same name", "column 4"]),
        (HEADER.replace(b",", b";") + b"A;1;1;1;1;1;1\n", ["not separated by commas"]),
        (HEADER + b'A,"100,40,20,30,10,.6\n', ["cannot be read as CSV"]),
        (HEADER + b"\xff,100,40,20,30,10,.6\n", ["not UTF-8", "line 2"]),
        (HEADER + b"\x00,100,40,20,30,10,.6\n", ["NUL"]),
        (b"PK\x03\x04", ["Excel"]),
        (b"x" * (MAX_BYTES + 1), ["larger than"]),
        (HEADER + b"A,1,1,0,0,0,1\n" * 1_100, ["rows"]),
        (HEADER + b"A" * 600 + b",1,1,0,0,0,1\n", ["too long"]),
        (b"[" * 100_000, ["cannot be read as JSON"]),
        (b'[{"race": "A", "race": "B"}]', ["cannot be read as JSON"]),
        (b'[{"race": "A", "count": [1], "selection_rate": 1}]', ["holds a list", "column count"]),
        (b'[{"race": "A", "count": NaN, "selection_rate": 1}]', ["not finite", "row 1, column count"]),
        (b'[{"race": "A", "count": 1, "selection_rate": 1e999999999}]', ["not a number"]),
        (b'{"output": {"sensitive_feature": [], "output_classes": [0, 1], "results": [1]}}', ["one result for each"]),
        (b'{"sensitive_feature": [], "output_classes": [0], "results": [{"a": 1}]}', ["AI Verify's form", "class 0"]),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(content, words) -> None:
    with pytest.raises(DamagedFileError) as raised:
        recheck(content, "table.csv")

    for word in words:
        assert word in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (HEADER, "no rows"),
        (b"a,b\n1,2\n", "columns of no tool"),
        (b'{"a": [1]}', "JSON object"),
        (b"selection_rate,count\n.5,2\n", "which group"),
        (b"category,impact ratio\nA,\n", "no figure"),
    ],
)
def test_a_file_that_is_no_result_table_is_bad_usage(content, words) -> None:
    with pytest.raises(UsageError) as raised:
        recheck(content, "table.csv")

    assert words in str(raised.value)
    assert raised.value.hint


@pytest.mark.parametrize("tool", list(Tool))
def test_every_tool_is_wired_and_refuses_what_is_not_its_table(tool) -> None:
    with pytest.raises(UsageError):
        recheck(b"a,b\nx,y\n", "table.csv", tool)


def test_columns_of_the_same_rate_under_two_names_are_both_checked() -> None:
    assert wrong("race,tp,fn,recall,tpr\nA,4,1,0.8,0.7\n", Tool.FAIRLEARN) == ["race = A | tpr"]


def test_zeros_that_a_program_dropped_are_read_as_digits() -> None:
    """0.5 beside 0.333 is 0.500; beside 0.330 it is what its writer meant by 0.5."""
    header = "race,tp,fn,true_positive_rate\n"

    assert because(header + "A,52,48,0.5\nB,1,2,0.333\n").startswith("it should be TP/positives, to the 3 decimals")
    assert wrong(header + "A,52,48,0.5\nB,33,67,0.330\n") == []


def test_a_percentage_without_its_sign_is_said() -> None:
    assert because("race,tp,fn,true_positive_rate\nA,40,10,80.0\n").startswith("it is 100 times TP/positives")


def test_a_bom_a_percent_header_and_thousands_are_read() -> None:
    text = '\ufeffcategory,applicants,selected,selection rate (%),impact ratio\nA,"1,390",695,50.0,1.00\n'

    assert wrong(text) == []
    assert unchecked(text) == set()
