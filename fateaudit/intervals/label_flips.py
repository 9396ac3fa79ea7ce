"""The fewest recorded labels that, turned round, turn a verdict: how thin the evidence is, told in people."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from fateaudit.evidence import Side
from fateaudit.intervals.confusion import CELLS, LABEL_FREE, RELABELLED, Confusion, cells_of, exact_comparison
from fateaudit.intervals.label_bias import NoTippingPoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from fateaudit.intervals.measures import Measure

Reach: TypeAlias = tuple[int, int]
"""Successes and trials of a rate after some labels were turned round."""


def fewest_labels(  # noqa: PLR0913 - a rate in two groups, and a limit with its side
    rate: str, group: Confusion, reference: Confusion, *, limit: Fraction | float, measure: Measure, side: Side
) -> int | NoTippingPoint:
    """Return how many labels, of the group, the reference or both, must be turned round to turn the verdict.

    The verdict is that of the figure: met is at or above `limit` for a `side` of min, at or below it for max. A turned
    label moves a row from positive to negative or back and leaves its decision. The answer is exact, by search: no
    smaller number of labels does it, whichever they are. At least 1. NoTippingPoint where no number does, or where
    the rate does not depend on labels. A change to a rate over no rows, or to a ratio of 0 to 0, turns nothing.

    Errors as for `tipping_point`.

    Source: the fragility index of Walsh and others (2014), for a limit in place of a p-value.
    """
    if rate in LABEL_FREE:
        return NoTippingPoint.NO_LABELS
    observed, against, bound = exact_comparison(rate, group, reference, limit, measure)
    lies = _position(
        (observed.numerator, observed.denominator), (against.numerator, against.denominator), bound, measure
    )
    is_met = lies >= 0 if side is Side.MIN else lies <= 0
    # A broken minimum and a kept maximum are turned by raising the group; the reference moves the other way.
    rising = (side is Side.MIN) != is_met
    move_group, move_reference = _farthest(rate, group, rising=rising), _farthest(rate, reference, rising=not rising)

    def is_turned(in_group: int, in_reference: int) -> bool:
        one, other = move_group(in_group), move_reference(in_reference)
        if measure == "ratio" and one[0] == other[0] == 0:
            return False
        now = _position(one, other, bound, measure) * (1 if rising else -1)
        return now > 0 if is_met else now >= 0

    labels = [sum(getattr(table, cell) for cell in CELLS) for table in (group, reference)]
    fewest = _fewest_together(is_turned, *labels)
    return NoTippingPoint.NO_ERROR if fewest is None else fewest


def _fewest_together(is_turned: Callable[[int, int], bool], most1: int, most0: int) -> int | None:
    """Return the smallest sum of two numbers for which `is_turned`; more of either never turns it back.

    For each number of the group the least number of the reference is sought; it falls as the first one grows.
    """
    needed, best = _least(lambda k: is_turned(0, k), most0), None
    for in_group in range(most1 + 1):
        if best is not None and in_group >= best:
            break
        while needed > 0 and is_turned(in_group, needed - 1):
            needed -= 1
        if is_turned(in_group, needed) and (best is None or in_group + needed < best):
            best = in_group + needed
    return best


def _least(holds: Callable[[int], bool], most: int) -> int:
    """Return the least number up to `most` for which `holds`, or `most`."""
    low, high = 0, most
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def _farthest(rate: str, table: Confusion, *, rising: bool) -> Callable[[int], Reach]:
    """Return a function from a number of labels to the highest (or lowest) rate that this many can bring about.

    At most two kinds of label move a rate in one direction. How many of each is best is at an end of the possible
    range: for a fixed total the rate is a quotient of straight lines in the number of one kind.
    """
    counted, among = cells_of(rate)
    moves = _moves(rate, table, rising=rising)
    start = (table.total(counted), table.total(among))
    available = sum(capacity for _, _, capacity in moves)
    sign = 1 if rising else -1

    @cache
    def reach(labels: int) -> Reach:
        labels = min(labels, available)
        options = [start]
        for split in _splits([capacity for _, _, capacity in moves], labels):
            successes = start[0] + sum(k * move[0] for k, move in zip(split, moves, strict=True))
            trials = start[1] + sum(k * move[1] for k, move in zip(split, moves, strict=True))
            if trials > 0:
                options.append((successes, trials))
        return max(options, key=lambda option: sign * Fraction(*option))

    return reach


def _moves(rate: str, table: Confusion, *, rising: bool) -> list[tuple[int, int, int]]:
    """Return the kinds of label that move the rate the wanted way: change of successes and of trials, and how many."""
    counted, among = cells_of(rate)
    wanted = {(1, 1), (1, 0), (0, -1)} if rising else {(-1, -1), (-1, 0), (0, 1)}
    moves = []
    for cell in CELLS:
        other = RELABELLED[cell]
        change = (other in counted) - (cell in counted), (other in among) - (cell in among)
        if change in wanted:
            moves.append((*change, getattr(table, cell)))
    return moves


def _splits(capacities: list[int], labels: int) -> list[tuple[int, ...]]:
    """Return the ways to share `labels` between one or two kinds that can be best: the ends, and next to them.

    One short of an end matters where the end itself leaves no trials.
    """
    if len(capacities) == 1:
        return [(labels,)]
    first, second = capacities
    low, high = max(0, labels - second), min(first, labels)
    return [(k, labels - k) for k in {low, low + 1, high - 1, high} if low <= k <= high]


def _position(one: Reach, other: Reach, bound: Fraction, measure: Measure) -> int:
    """Return whether the comparison is above (1), at (0) or below (-1) the limit, by whole numbers."""
    if measure == "ratio":
        left, right = one[0] * other[1] * bound.denominator, bound.numerator * other[0] * one[1]
    else:
        left = (one[0] * other[1] - other[0] * one[1]) * bound.denominator
        right = bound.numerator * one[1] * other[1]
    return (left > right) - (left < right)
