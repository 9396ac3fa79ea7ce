"""The groups of one attribute, checked together: counts, rates, and what their columns are called."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fateaudit.rechecking.arithmetic import Lack, Value, as_printed, implied
from fateaudit.rechecking.cells import Completed, check_counts, complete
from fateaudit.rechecking.numbers import is_number
from fateaudit.rechecking.rates import RATES, check_complements, check_rate, value_of
from fateaudit.rechecking.values import Figure, Number, Place, Row, Table, Verdict

COUNT_NAMES: Mapping[str, tuple[str, ...]] = {
    "tp": ("tp", "true_positives", "true_positive", "true_positive_count"),
    "fp": ("fp", "false_positives", "false_positive", "false_positive_count"),
    "tn": ("tn", "true_negatives", "true_negative", "true_negative_count"),
    "fn": ("fn", "false_negatives", "false_negative", "false_negative_count"),
    "pos": ("group_label_pos", "pos", "positives", "actual_positives", "label_positives"),
    "neg": ("group_label_neg", "neg", "negatives", "actual_negatives", "label_negatives"),
    "pp": ("pp", "predicted_positives", "selected", "selected_count"),
    "pn": ("pn", "predicted_negatives"),
    "n": ("group_size", "count", "n", "size", "number", "sample_size"),
}

RATE_NAMES: Mapping[str, tuple[str, ...]] = {
    "tpr": ("tpr", "true_positive_rate", "recall", "recall_score", "sensitivity"),
    "fnr": ("fnr", "false_negative_rate"),
    "fpr": ("fpr", "false_positive_rate"),
    "tnr": ("tnr", "true_negative_rate", "specificity"),
    "ppv": ("ppv", "precision", "precision_score", "positive_predictive_value", "positive_predictive_value_parity"),
    "fdr": ("fdr", "false_discovery_rate"),
    "npv": ("npv", "negative_predictive_value", "negative_predictive_value_parity"),
    "for": ("for", "fomr", "false_omission_rate"),
    "selection": ("pprev", "selection_rate", "predicted_prevalence"),
    "share": ("ppr",),
    "prevalence": ("prev", "prevalence", "base_rate"),
    "accuracy": ("accuracy", "accuracy_score"),
    "error": ("error_rate", "zero_one_loss"),
}

_COUNTS = {name: key for key, names in COUNT_NAMES.items() for name in names}
_RATES = {name: key for key, names in RATE_NAMES.items() for name in names}


@dataclass(frozen=True, slots=True)
class Block:
    """The groups of one attribute with everything that their counts give."""

    rows: tuple[Row, ...]
    completed: tuple[Completed, ...]
    pooled: Mapping[str, int]
    """The counts of all groups together: only those that every group has."""
    rates: Mapping[str, str]
    """Rates by the column that states them."""
    counts: Mapping[str, str]
    """Columns by the count that they state."""

    def values(self, key: str) -> list[Value]:
        """Return one rate of every group: from counts, else from what whole numbers give what is printed."""
        return [self.value(place, key) for place in range(len(self.rows))]

    def value(self, place: int, key: str) -> Value:
        """Return one rate of one group."""
        row, counts = self.rows[place], self.completed[place].counts
        value = value_of(key, counts)
        number = next(
            (row.figures[name] for name, rate in self.rates.items() if rate == key and name in row.figures), None
        )
        if value is not Lack.UNKNOWN or number is None:
            return value
        under = counts.get(RATES[key].under)
        return as_printed(number) if under is None else implied(number, under) or as_printed(number)

    def printed(self, place: int, key: str) -> Number | None:
        """Return the figure that states a rate of a group."""
        row = self.rows[place]
        return next(
            (row.figures[name] for name, rate in self.rates.items() if rate == key and name in row.figures), None
        )


def normal(column: str) -> str:
    """Return a column's name in small letters with `_` between its words."""
    return re.sub(r"[^a-z0-9]+", "_", column.casefold()).strip("_")


def count_columns(table: Table) -> dict[str, str]:
    """Return the columns that state counts, by what they count."""
    return {_COUNTS[normal(column)]: column for column in reversed(table.columns) if normal(column) in _COUNTS}


def rate_columns(table: Table) -> dict[str, str]:
    """Return the rates by the column that states them."""
    return {column: _RATES[normal(column)] for column in table.columns if normal(column) in _RATES}


def rate_named(name: str) -> str | None:
    """Return the rate that a name means."""
    return _RATES.get(name)


def make_block(rows: Sequence[Row], rates: Mapping[str, str], counts: Mapping[str, str]) -> Block:
    """Complete the counts of every group and pool them."""
    completed = tuple(complete(row.counts) for row in rows)
    shared = [key for key in completed[0].counts if all(key in one.counts for one in completed)]
    pooled = {key: sum(one.counts[key] for one in completed) for key in shared}
    return Block(tuple(rows), completed, pooled, rates, counts)


def check_block(block: Block, more: Sequence[Mapping[str, int]] = ()) -> list[Figure]:
    """Check the counts and rates of every group. `more` holds counts that belong to a row and not to its cells."""
    figures = []
    for place, (row, completed) in enumerate(zip(block.rows, block.completed, strict=True)):
        counts = {**completed.counts, **(more[place] if more else {})}
        figures += check_counts(row.name, row.counts, completed, block.counts)
        stated = [(name, key) for name, key in block.rates.items() if name in row.figures]
        for name, key in stated:
            figures.append(check_rate(Place(row.name, name), row.figures[name], key, counts, block.pooled))
        numbers = {key: (name, row.figures[name]) for name, key in stated}
        figures += check_complements(row.name, numbers, counts)
    return figures


def unread(table: Table, known: Iterable[str]) -> list[Figure]:
    """Return a figure for each column of numbers that is not known: what was not checked must be said."""
    names = set(known)
    figures = []
    for column in table.columns:
        cells = [cell for cell in table.cells(column) if cell]
        if column not in names and any(is_number(cell) or cell in {"True", "False"} for cell in cells):
            because = "recheck does not know this column"
            figures.append(Figure("every row", column, "", Verdict.CANNOT_BE_CHECKED, "", because))
    return figures
