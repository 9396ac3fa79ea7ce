"""What a statistic is: a number of one group that is no single proportion, with what it needs and what it means."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from fateaudit.counts import NOT_RECORDED, Cell, Counts, Group, Outcome, total
from fateaudit.evidence import CalibrationNoise, Reason
from fateaudit.fairness.comparing import Estimated
from fateaudit.fairness.delta import Scale
from fateaudit.fairness.rates import Comparison
from fateaudit.policy import MetricCheck
from fateaudit.policy.schema import Words
from fateaudit.policy.wording import capitalised

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fateaudit.evaluation import Scored

UNIT = Scale(0.0, 1.0)
POSITIVE = Scale(0.0, math.inf)
SIGNED = Scale(-1.0, 1.0)

ALL: tuple[Comparison, ...] = ("level", "difference", "ratio")
NO_RATIO: tuple[Comparison, ...] = ("level", "difference")


@dataclass(frozen=True)
class View:
    """What one statistic of one check may look at: the counts, and the rows' scores where there are any."""

    check: MetricCheck
    of: tuple[str, ...]
    counts: Counts
    positive: Outcome
    """The side that is coded 1: the policy's for statistics that need to know, favourable for the others."""
    scored: Scored | None

    @cached_property
    def groups(self) -> Mapping[Group, tuple[Cell, ...]]:
        """The cells of each group, the group of those that are not recorded among them."""
        return self.counts.by_group(self.of)

    def table(self, group: Group) -> NDArray[np.float64]:
        """Return a group's labelled rows: true positives, false negatives, false positives, true negatives."""
        sides = (self.positive, self.positive.other)
        return np.array([self._rows(group, label, decision) for label in sides for decision in sides], np.float64)

    def _rows(self, group: Group, label: Outcome, decision: Outcome) -> int:
        return total(self.groups[group], lambda cell: (cell.label, cell.decision) == (label, decision))

    def cases(self, group: Group) -> int:
        """Return how many rows a group has."""
        return sum(cell.n for cell in self.groups[group])

    def scores(self, group: Group) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
        """Return the scores of a group's rows, higher ones nearer to the favourable outcome, and their labels.

        Labels are 1 favourable, 0 adverse, -1 not recorded.
        """
        assert self.scored is not None  # noqa: S101 - asked only where there are scores
        here = np.ones(len(self.scored.score), np.bool_)
        lacks = np.zeros(len(self.scored.score), np.bool_)
        known = {one.name: one for one in self.scored.attributes}
        for name, value in zip(self.of, group, strict=True):
            coded = known[name]
            place = {text: number for number, text in enumerate(coded.values)}
            here &= coded.codes == place.get(value, -1)
            lacks |= coded.codes == place.get(NOT_RECORDED, -1)
        # A row that lacks any of the attributes is in the one group "Not recorded".
        taken = lacks if NOT_RECORDED in group else here & ~lacks
        return self.scored.toward[taken], self.scored.label[taken]


Lacking = tuple[Reason, str]
"""Why a statistic cannot be had from these data."""


@dataclass(frozen=True, slots=True)
class Statistic:
    """A number of one group, as data: what it is called, where it lies, what it needs, and how it is found."""

    term: str
    """The field's term."""
    heading: str
    """A heading in plain words; {positive} and the like stand for the policy's own words."""
    meaning: str
    """What it is, completing "This is …", for whoever reads no formula; braces as in the heading."""
    estimate: Callable[[View, Group], Estimated | None]
    """None where it is not defined for a group."""
    rows: Callable[[View, Group], int]
    """How many rows it rests on, known from the counts alone; `min_group_size` counts these."""
    method: str
    scale: Scale = UNIT
    comparisons: tuple[Comparison, ...] = ALL
    better: Literal["higher", "lower", "neither"] = "higher"
    """In which direction people of a group are better served."""
    needs_labels: bool = True
    needs_positive: bool = False
    needs: Literal["counts", "scores", "probabilities"] = "counts"
    fewest_of_each_label: int = 0
    """Labelled rows of either side below which a group is too few, whatever `min_group_size` says."""
    lacking: Callable[[View], Lacking | None] | None = None
    """A reason of its own why it cannot be had."""
    again: tuple[str, Callable[[View, Group], float]] | None = None
    """Another library's value for a group, by its package's name; None where no library has it."""
    across: Literal["anything", "overall", "groups"] = "anything"
    """What it can be split by."""
    unusable: Callable[[View, Group], int] | None = None
    """Rows of a group that it cannot use; by default those without a label, where it needs one."""
    components: Callable[[View, Group], dict[str, tuple[int, int]]] | None = None
    """For a statistic that compares several rates at once: numerator and denominator of each, by its term."""
    joined: Literal["worst", "mean"] = "worst"
    """How the gaps of several rates become one."""
    noise: Callable[[View, Group], CalibrationNoise | None] | None = None
    """For a statistic of calibration: the expected calibration error of a group, beside what noise makes of it."""

    def told(self, words: Words, positive: Outcome = Outcome.FAVOURABLE) -> tuple[str, str]:
        """Return heading and meaning in the words of a policy: no page for everybody says "positive"."""
        favourable = (words.favourable, words.recorded_favourable)
        adverse = (words.adverse, words.recorded_adverse)
        given, other = (favourable, adverse) if positive is Outcome.FAVOURABLE else (adverse, favourable)
        said = {
            "recorded_favourable": words.recorded_favourable,
            "recorded_adverse": words.recorded_adverse,
            "positive": given[0],
            "recorded_positive": given[1],
            "negative": other[0],
            "recorded_negative": other[1],
        }
        return capitalised(self.heading.format_map(said)), self.meaning.format_map(said)

    @property
    def title(self) -> str:
        """The heading in the words that a policy has where it has none of its own."""
        return self.told(Words())[0]

    @property
    def says(self) -> str:
        """The meaning in the same words."""
        return self.told(Words())[1]


@dataclass(frozen=True, slots=True)
class StatisticMetric:
    """A statistic itself, or a comparison of it between groups."""

    name: str
    statistic_name: str
    statistic: Statistic
    comparison: Comparison

    @property
    def needs_rows(self) -> bool:
        """Whether it cannot be found again from a table of counts."""
        return self.statistic.needs != "counts"

    @property
    def needs_positive(self) -> bool:
        """Whether the policy must say which side is positive; a difference of odds is the same either way."""
        is_odds_difference = self.statistic.components is not None and self.comparison == "difference"
        return self.statistic.needs_positive and not is_odds_difference


def statistic_metrics(statistics: Mapping[str, Statistic]) -> dict[str, StatisticMetric]:
    """Return each statistic as a level and as the comparisons that make sense of it, by metric name."""
    return {
        (full := name if comparison == "level" else f"{name}_{comparison}"): StatisticMetric(
            full, name, statistic, comparison
        )
        for name, statistic in statistics.items()
        for comparison in statistic.comparisons
    }


def labelled(view: View, group: Group) -> int:
    """Return how many rows of a group have a label."""
    return int(view.table(group).sum())
