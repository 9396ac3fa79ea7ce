"""AI Verify: the result of its fairness toolbox for classification, and a plain table with the same names and counts.

The JSON is `{sensitive_feature, output_classes, results: [{metric: [{group, metric}]}]}`, or that under `output`, as
`output.schema.json` of aiverify-fairness-metrics-toolbox-for-classification 2.2.1 has it. It holds no counts, so its
rates can only be held against each other. That version divides a group's rates by the whole dataset's positives and
negatives (`algo.py`, `_compute_between_group`), and writes 0 for what divides by 0; both show here.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.rechecking.arithmetic import Span, as_printed, figure, judge
from fateaudit.rechecking.blocks import check_block, count_columns, make_block, normal, rate_columns, rate_named, unread
from fateaudit.rechecking.numbers import IN_FULL, column_numbers, read_counts
from fateaudit.rechecking.rates import check_complements
from fateaudit.rechecking.values import Figure, Number, Place, Recheck, Row, Table, Tool, Verdict

_TOO_MANY = 200
_MIRRORED = {"tpr": "tnr", "fpr": "fnr", "ppv": "npv", "fdr": "for"}
_WRONG_WHOLE = "each was divided by the whole dataset's count, not by the group's: over all groups they add up to 1"
_IMPACT, _EQUAL = "Disparate Impact", "Equal Selection Parity"

_Group = tuple[str, ...]
_Metrics = Mapping[str, Mapping[_Group, Number]]


def is_result(data: Mapping[str, Any]) -> bool:
    """Tell AI Verify's JSON."""
    inner = data.get("output", data)
    return isinstance(inner, dict) and {"sensitive_feature", "output_classes", "results"} <= set(inner)


def is_table(columns: Sequence[str]) -> bool:
    """Tell a plain table by AI Verify's own names for predictive values."""
    return {"positive_predictive_value_parity", "negative_predictive_value_parity"} & {
        normal(name) for name in columns
    } != set()


def recheck_table(table: Table) -> Recheck:
    """Recheck a table with a row for each group: its name, counts, and rates under AI Verify's names."""
    rates, counts = rate_columns(table), count_columns(table)
    labels = [
        name
        for name in table.columns
        if normal(name) in {"group", "subgroup", "class", "output_class", "sensitive_feature"}
    ]
    if not rates or not labels:
        raise UsageError(
            f"{table.name} has no column group, or no rate that recheck knows",
            hint="give AI Verify's JSON, or a table with group, tp, fp, tn, fn and True Positive Rate, …",
        )
    numbers = {name: column_numbers(table, name) for name in rates}
    counted = read_counts(table, counts, range(len(table.rows)))
    rows: list[Row] = []
    for place in range(len(table.rows)):
        name = " and ".join(f"{label} = {table.at(place, label)}" for label in labels)
        if name in [row.name for row in rows]:
            raise _twice(table.name, f"row {place + 1}")
        found = {column: stated[place] for column, stated in numbers.items() if place in stated}
        rows.append(Row(name, name, counted[place], found))
    figures = check_block(make_block(rows, rates, counts))
    return Recheck(
        table.name, Tool.AI_VERIFY, tuple(figures) + tuple(unread(table, {*labels, *rates, *counts.values()}))
    )


def recheck_result(data: Mapping[str, Any], name: str) -> Recheck:
    """Recheck AI Verify's own JSON, class by class."""
    inner = data.get("output", data)
    results, classes = inner["results"], inner["output_classes"]
    if not isinstance(results, list) or not isinstance(classes, list) or len(results) != len(classes) or not results:
        raise DamagedFileError(
            f"{name} does not have one result for each output class", hint="take a fresh copy of AI Verify's result"
        )
    if len(classes) > _TOO_MANY:
        raise DamagedFileError(f"{name} has {len(classes):,} output classes", hint="give a classification result")
    read = _in_full([_metrics(result, name, label) for result, label in zip(results, classes, strict=True)])
    figures: list[Figure] = []
    for label, metrics in zip(classes, read, strict=True):
        figures += _check_class(label, metrics)
    if len(read) == len(("one class", "the other")):
        figures += _check_mirror(classes, read)
    notes = ("AI Verify's result holds no counts: its rates were held against each other, and no rate against people.",)
    return Recheck(name, Tool.AI_VERIFY, tuple(figures), notes)


def _metrics(result: Any, name: str, label: Any) -> dict[str, dict[_Group, Number]]:
    """Return the figures of one class by metric and group. Raises DamagedFileError with the place."""
    damaged = DamagedFileError(
        f"{name} is not in AI Verify's form",
        where=[f"class {label}"],
        hint="each metric is a list of {group, metric}; take a fresh copy of the result",
    )
    if not isinstance(result, dict):
        raise damaged
    metrics: dict[str, dict[_Group, Number]] = {}
    for metric, entries in result.items():
        if not isinstance(entries, list) or not all(
            isinstance(one, dict) and {"group", "metric"} <= set(one) for one in entries
        ):
            raise damaged
        groups = [tuple(map(str, one["group"])) for one in entries if isinstance(one["group"], list)]
        texts = [one["metric"] for one in entries]
        if len(groups) != len(texts) or not all(isinstance(text, str) for text in texts):
            raise damaged
        if len(set(groups)) != len(groups):
            raise _twice(name, f"class {label}, {metric}")
        numbers = column_numbers(Table(name, (metric,), tuple((text,) for text in texts)), metric)
        metrics[metric] = {groups[place]: number for place, number in numbers.items()}
    return metrics


def _in_full(read: list[dict[str, dict[_Group, Number]]]) -> list[dict[str, dict[_Group, Number]]]:
    """Return the figures as doubles printed in full when any of them is: AI Verify rounds none of them."""
    numbers = [number for metrics in read for groups in metrics.values() for number in groups.values()]
    if not any(number.places >= IN_FULL for number in numbers):
        return read
    return [
        {
            metric: {group: replace(number, places=max(number.places, IN_FULL)) for group, number in groups.items()}
            for metric, groups in metrics.items()
        }
        for metrics in read
    ]


def _twice(name: str, where: str) -> DamagedFileError:
    return DamagedFileError(f"{name} has the same group twice", where=[where], hint="keep one of them")


def _named(label: Any, group: _Group) -> str:
    return f"class {label}, group {' × '.join(group)}"


def _check_class(label: Any, metrics: _Metrics) -> Iterator[Figure]:
    """Say of each rate that it cannot be checked alone, and check those that must add up to 1."""
    rates = {metric: key for metric in metrics if (key := rate_named(normal(metric)))}
    groups = list(dict.fromkeys(group for metric in rates for group in metrics[metric]))
    hints = _hint(metrics, rates)
    for group in groups:
        row = _named(label, group)
        numbers = {key: (metric, metrics[metric][group]) for metric, key in rates.items() if group in metrics[metric]}
        for metric, number in numbers.values():
            yield figure(Place(row, metric), number, Verdict.CANNOT_BE_CHECKED, because="no counts")
        yield from check_complements(row, numbers, {}, hints)
    for metric in metrics.keys() - rates.keys() - {_IMPACT}:
        yield from _check_other(label, metric, metrics[metric])
    yield from _check_impact(label, metrics.get(_IMPACT, {}))


def _hint(metrics: _Metrics, rates: Mapping[str, str]) -> str:
    """Return why complements miss 1, when the groups' shares of TPR and FNR add up to 1 over all groups."""
    both = [number for metric, key in rates.items() if key in {"tpr", "fnr"} for number in metrics[metric].values()]
    slack = sum((_slack(number) for number in both), Fraction(0))
    return _WRONG_WHOLE if both and abs(sum((number.value for number in both), Fraction(0)) - 1) <= slack else ""


def _slack(number: Number) -> Fraction:
    return Fraction(1, 2 * 10 ** min(number.places, IN_FULL - 1))


def _check_other(label: Any, metric: str, found: Mapping[_Group, Number]) -> Iterator[Figure]:
    """Check that an Equal Selection Parity, a difference of two counts of people, is a whole number."""
    for group, number in found.items():
        at = Place(_named(label, group), metric)
        if metric == _EQUAL and (number.value.denominator != 1 or number.value < 0):
            because = "it is a difference of two counts of people, so a whole number"
            yield figure(at, number, Verdict.DOES_NOT_FOLLOW, follows="a whole number", because=because)
        else:
            yield figure(at, number, Verdict.CANNOT_BE_CHECKED, because="no counts")


def _check_impact(label: Any, found: Mapping[_Group, Number]) -> Iterator[Figure]:
    """Check that the ratio of the first group to the third is the product of those by way of the second."""
    pairs = {(group[: len(group) // 2], group[len(group) // 2 :]): number for group, number in found.items()}
    firsts = dict.fromkeys(itertools.chain.from_iterable(pairs))
    for (one, other), number in pairs.items():
        at = Place(_named(label, (*one, "to", *other)), _IMPACT)
        middle = next((found for found in firsts if (one, found) in pairs and (found, other) in pairs), None)
        if middle is None:
            yield figure(at, number, Verdict.CANNOT_BE_CHECKED, because="no counts")
            continue
        a, b = as_printed(pairs[one, middle]), as_printed(pairs[middle, other])
        formula = f"the ratio to {' × '.join(middle)} times that of {' × '.join(middle)} to {' × '.join(other)}"
        yield judge(at, number, Span(a.low * b.low, a.high * b.high), formula=formula)


def _check_mirror(classes: Sequence[Any], read: Sequence[_Metrics]) -> Iterator[Figure]:
    """Check of two classes that what is positive for one is negative for the other: TPR of one = TNR of the other."""
    for here, there in ((0, 1), (1, 0)):
        names = {rate_named(normal(metric)): metric for metric in read[there]}
        for metric, groups in read[here].items():
            mirror = names.get(_MIRRORED.get(rate_named(normal(metric)) or "", ""))
            for group, number in groups.items() if mirror else ():
                other = read[there][str(mirror)].get(group)
                if other is not None:
                    at = Place(_named(classes[here], group), f"{metric} = {mirror} of class {classes[there]}")
                    formula = f"{mirror} of class {classes[there]}"
                    yield judge(at, number, as_printed(other), formula=formula)
