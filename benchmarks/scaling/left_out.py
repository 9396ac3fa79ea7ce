"""The second calculation by fairlearn left out, or its time taken by itself: it is most of the time of measuring."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from fateaudit.counts import Counts, Group, Outcome
from fateaudit.evidence import SecondCalculation
from fateaudit.fairness import measuring, second
from fateaudit.fairness.plans import Plan


@contextmanager
def without_second_calculation() -> Iterator[None]:
    """Take every figure over as it is."""
    with patch.object(measuring, "calculate_again", _taken_over):
        yield


def _taken_over(_: Plan, counted: Counts, positive: Outcome, value: float, compared: Group) -> SecondCalculation:
    del counted, positive, compared
    return SecondCalculation(by="left out in this benchmark", value=value, largest_difference=0.0)


@contextmanager
def timed_second_calculation(spent: list[float]) -> Iterator[None]:
    """Append the seconds of each second calculation to `spent`."""
    calculate = second.calculate_again

    def timed(*given: Any) -> SecondCalculation:
        start = time.perf_counter()
        try:
            return calculate(*given)
        finally:
            spent.append(time.perf_counter() - start)

    with patch.object(measuring, "calculate_again", timed):
        yield
