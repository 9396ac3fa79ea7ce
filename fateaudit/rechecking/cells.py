"""Counts of one group: whether they add up, and which others follow from them.

The four cells of the confusion table are the base. A sum that is wrong is named and replaced by the sum of its cells,
so that one wrong count is not blamed on every rate beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from fateaudit.rechecking.values import Figure, Place, Verdict

CELLS = ("tp", "fp", "tn", "fn")

SUMS: Mapping[str, tuple[str, ...]] = {
    "pos": ("tp", "fn"),
    "neg": ("fp", "tn"),
    "pp": ("tp", "fp"),
    "pn": ("fn", "tn"),
    "n": ("tp", "fp", "tn", "fn"),
    "correct": ("tp", "tn"),
    "wrong": ("fp", "fn"),
}

_RELATIONS = (
    ("pos", "tp", "fn"),
    ("neg", "fp", "tn"),
    ("pp", "tp", "fp"),
    ("pn", "fn", "tn"),
    ("n", "pos", "neg"),
    ("n", "pp", "pn"),
    ("correct", "tp", "tn"),
    ("wrong", "fp", "fn"),
)
"""A whole and its two parts."""

COUNT_WORDS: Mapping[str, str] = {
    "tp": "TP",
    "fp": "FP",
    "tn": "TN",
    "fn": "FN",
    "pos": "positives",
    "neg": "negatives",
    "pp": "predicted positives",
    "pn": "predicted negatives",
    "n": "group size",
    "k": "predicted positives of all groups",
    "correct": "correct predictions",
    "wrong": "wrong predictions",
}

_ENOUGH_TO_ACCUSE = 2
"""Sums that must miss by the same number before their common cell is called wrong, and not one of them."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A stated count that does not follow from the others."""

    key: str
    follows: str
    because: str


@dataclass(frozen=True, slots=True)
class Completed:
    """All counts of a group that the stated ones give, and the stated ones that contradict the rest."""

    counts: Mapping[str, int]
    faults: tuple[Fault, ...]


def complete(stated: Mapping[str, int]) -> Completed:
    """Derive what counts can be derived; name those that do not add up."""
    if all(cell in stated for cell in CELLS):
        return _from_cells(stated)
    counts = dict(stated)
    faults: dict[str, Fault] = {}
    filled = -1
    while filled != len(counts):
        filled = len(counts)
        for whole, *parts in _RELATIONS:
            _relate(counts, whole, parts, stated, faults)
    return Completed(counts, tuple(faults.values()))


def _from_cells(stated: Mapping[str, int]) -> Completed:
    cells = {cell: stated[cell] for cell in CELLS}
    misses = {
        whole: stated[whole] - sum(cells[part] for part in parts) for whole, parts in SUMS.items() if whole in stated
    }
    faults = []
    if (accused := _accused(cells, misses)) is not None:
        cell, miss = accused
        sums = [COUNT_WORDS[whole] for whole in misses if cell in SUMS[whole]]
        cells[cell] += miss
        because = f"{', '.join(sums)} all hold {cells[cell]:,} of them"
        faults.append(Fault(cell, f"{cells[cell]}", because))
    else:
        for whole, miss in misses.items():
            if miss:
                total = sum(cells[part] for part in SUMS[whole])
                faults.append(Fault(whole, f"{total}", f"it should be {_added(SUMS[whole])}"))
    sums_of = {whole: sum(cells[part] for part in parts) for whole, parts in SUMS.items()}
    return Completed({**stated, **cells, **sums_of}, tuple(faults))


def _accused(cells: Mapping[str, int], misses: Mapping[str, int]) -> tuple[str, int] | None:
    """Return the one cell whose change sets every sum right, and by how much."""
    if sum(miss != 0 for miss in misses.values()) < _ENOUGH_TO_ACCUSE:
        return None
    (miss, *others) = {miss for miss in misses.values() if miss}
    fits = [
        cell
        for cell in CELLS
        if not others and all((cell in SUMS[whole]) == (found != 0) for whole, found in misses.items())
    ]
    return (fits[0], miss) if len(fits) == 1 and cells[fits[0]] + miss >= 0 else None


def _relate(
    counts: dict[str, int], whole: str, parts: list[str], stated: Mapping[str, int], faults: dict[str, Fault]
) -> None:
    """Fill the one of three that is missing, or name the one of three that contradicts the others."""
    missing = [key for key in (whole, *parts) if key not in counts]
    first, second = parts
    if len(missing) == 1 and missing[0] == whole:
        counts[whole] = counts[first] + counts[second]
    elif len(missing) == 1:
        known = second if missing[0] == first else first
        rest = counts[whole] - counts[known]
        if rest >= 0:
            counts[missing[0]] = rest
        elif known in stated:
            follows = f"at most {counts[whole]}"
            faults.setdefault(known, Fault(known, follows, f"it is more than {COUNT_WORDS[whole]}"))
    elif not missing and counts[whole] != counts[first] + counts[second]:
        key = next((key for key in (whole, first, second) if key in stated), whole)
        other = (
            counts[first] + counts[second]
            if key == whole
            else counts[whole] - counts[second if key == first else first]
        )
        relation = (
            _added(parts)
            if key == whole
            else f"{COUNT_WORDS[whole]} - {COUNT_WORDS[second if key == first else first]}"
        )
        if key in stated:
            faults.setdefault(key, Fault(key, f"{other}", f"it should be {relation}"))


def _added(parts: tuple[str, ...] | list[str]) -> str:
    return " + ".join(COUNT_WORDS[part] for part in parts)


def check_counts(row: str, stated: Mapping[str, int], completed: Completed, columns: Mapping[str, str]) -> list[Figure]:
    """Return a figure for every stated count that is wrong, or that others confirm."""
    faults = {fault.key: fault for fault in completed.faults}
    figures = []
    for key, value in stated.items():
        if key not in columns:
            continue
        at = Place(row, columns[key])
        if fault := faults.get(key):
            figures.append(
                Figure(at.row, at.column, f"{value:,}", Verdict.DOES_NOT_FOLLOW, fault.follows, fault.because)
            )
        elif _is_confirmed(key, stated):
            figures.append(Figure(at.row, at.column, f"{value:,}", Verdict.FOLLOWS, f"{value}", "the counts add up"))
    return figures


def _is_confirmed(key: str, stated: Mapping[str, int]) -> bool:
    """Tell whether a stated sum has all its parts stated: only then is it a figure, and not a given."""
    if all(part in stated for part in SUMS.get(key, ("",))):
        return True
    return any(key == whole and first in stated and second in stated for whole, first, second in _RELATIONS)
