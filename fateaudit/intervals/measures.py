"""The two ways to compare two rates, by the name that callers use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from fateaudit.intervals.claims import LimitTest, difference_test, ratio_test
from fateaudit.intervals.scores import DIFFERENCE, RATIO, Scale

if TYPE_CHECKING:
    from collections.abc import Callable

Measure: TypeAlias = Literal["ratio", "difference"]
"""A group's rate divided by the reference's, or the reference's taken from it."""

Count: TypeAlias = tuple[float, float]
"""Successes and trials, in this order."""

SCALES: dict[Measure, Scale] = {"ratio": RATIO, "difference": DIFFERENCE}
TESTS: dict[Measure, Callable[..., LimitTest]] = {"ratio": ratio_test, "difference": difference_test}
