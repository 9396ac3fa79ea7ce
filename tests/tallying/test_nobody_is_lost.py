"""Of more combinations than are kept nobody goes missing without a word: values that are one are one from the start."""

import pytest
from tallied import WAYS, a_source, counted, expected, table_of, with_few_combinations

from fateaudit.errors import ColumnError


def rows_of(groups):
    return [
        {"group": f"g{n}", "other": other, "label": one, "prediction": one}
        for n in range(groups)
        for other in ("", None, "x")
        for one in ("yes", "no")
    ]


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("most", [40, 60, 79])
def test_empty_and_missing_are_one_before_combinations_are_counted(how, most, monkeypatch) -> None:
    """20 groups make 120 raw combinations and 80 that differ: beyond 60 or 79, whichever were kept first."""
    with_few_combinations(monkeypatch, most)

    with pytest.raises(ColumnError, match=f"form more than {most} combinations"):
        counted(a_source("group", "other"), table_of(rows_of(20)), how)


@pytest.mark.parametrize("how", WAYS)
def test_as_many_as_are_kept_are_counted(how, monkeypatch) -> None:
    rows = rows_of(20)
    with_few_combinations(monkeypatch, 80)

    assert counted(a_source("group", "other"), table_of(rows), how) == expected(rows, ["group", "other"])


@pytest.mark.parametrize("how", WAYS)
def test_what_was_not_recorded_is_in_no_bin_among_many_combinations(how, monkeypatch) -> None:
    rows = [{"age": age, "label": one, "prediction": one} for age in [*range(10, 60), 99] for one in ("yes", "no")]
    age = {"name": "age", "label": "Age", "bins": [0, 30, 120], "not_recorded": ["99"]}
    found = counted(a_source(age), table_of(rows), how)
    with_few_combinations(monkeypatch, 30)

    assert found["Not recorded", "favourable", "favourable"] == 1
    with pytest.raises(ColumnError, match="form more than 30 combinations"):
        counted(a_source(age), table_of(rows), how)
