"""Whatever the counts and the digits: what was computed from them follows, and what was changed is named."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from rechecked import wrong, wrong_figures

CELLS = st.tuples(*[st.integers(1, 400)] * 4)
RATES = {
    "selection_rate": lambda tp, fp, tn, fn: Fraction(tp + fp, tp + fp + tn + fn),
    "true_positive_rate": lambda tp, _fp, _tn, fn: Fraction(tp, tp + fn),
    "false_positive_rate": lambda _tp, fp, tn, _fn: Fraction(fp, fp + tn),
    "precision_score": lambda tp, fp, _tn, _fn: Fraction(tp, tp + fp),
    "accuracy_score": lambda tp, fp, tn, fn: Fraction(tp + tn, tp + fp + tn + fn),
}


def printed(value, digits):
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return str(exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def table(groups, figures):
    lines = [f"race,count,tp,fp,tn,fn,{','.join(RATES)}"]
    for name, cells in groups.items():
        lines.append(",".join([name, str(sum(cells)), *map(str, cells), *figures[name]]))
    return "\n".join(lines)


def rounded(groups, digits):
    return {name: [printed(rate(*cells), digits) for rate in RATES.values()] for name, cells in groups.items()}


@given(st.dictionaries(st.sampled_from("ABCD"), CELLS, min_size=1), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_a_table_rounded_from_its_counts_always_follows(groups, digits) -> None:
    assert wrong(table(groups, rounded(groups, digits))) == []


@given(st.dictionaries(st.sampled_from("ABCD"), CELLS, min_size=1))
@settings(max_examples=100, deadline=None)
def test_a_table_of_doubles_printed_in_full_always_follows(groups) -> None:
    figures = {
        name: [repr(rate(*cells).numerator / rate(*cells).denominator) for rate in RATES.values()]
        for name, cells in groups.items()
    }

    assert wrong(table(groups, figures)) == []


@given(
    st.dictionaries(st.sampled_from("ABCD"), CELLS, min_size=1),
    st.integers(2, 12),
    st.integers(0, len(RATES) - 1),
    st.integers(-40, 40),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_one_changed_figure_is_the_one_that_is_named(groups, digits, column, units, data) -> None:
    name = data.draw(st.sampled_from(sorted(groups)))
    exact = list(RATES.values())[column](*groups[name])
    figures = rounded(groups, digits)
    changed = Decimal(figures[name][column]) + Decimal(units).scaleb(-digits)
    figures[name][column] = str(changed)
    is_within = abs(Fraction(changed) - exact) <= Fraction(1, 2 * 10**digits)

    assert wrong(table(groups, figures)) == ([] if is_within else [f"race = {name} | {list(RATES)[column]}"])


@given(st.dictionaries(st.sampled_from("ABCD"), CELLS, min_size=1), st.integers(0, 4), st.integers(1, 9), st.data())
@settings(max_examples=100, deadline=None)
def test_one_changed_count_is_always_noticed(groups, place, more, data) -> None:
    """A size contradicts the cells; a cell contradicts the size, and a rate where enough digits are printed."""
    name = data.draw(st.sampled_from(sorted(groups)))
    lines = table(groups, rounded(groups, 6)).splitlines()
    row = next(number for number, line in enumerate(lines) if line.startswith(f"{name},"))
    cells = lines[row].split(",")
    cells[1 + place] = str(int(cells[1 + place]) + more)
    lines[row] = ",".join(cells)

    found = wrong_figures("\n".join(lines))
    assert found
    assert {figure.row for figure in found} == {f"race = {name}"}
