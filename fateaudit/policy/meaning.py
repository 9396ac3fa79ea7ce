"""What a check is about, as told by the pillar that measures it: a policy by itself does not know any metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fateaudit.evidence import Convention, Side, Subject
from fateaudit.policy.harm import HARM
from fateaudit.policy.schema import Policy

Comparison = Literal["level", "ratio", "difference", "score"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One check's metric."""

    comparison: Comparison
    """A rate by itself, two rates compared, or a number about the model as a whole."""
    convention: Convention
    subject: Subject
    better: Side | None
    """Which end of a limit keeps the bad things few: at least so much of something good is MIN. None where neither."""
    needs_labels: bool = False
    needs_model: bool = False
    is_statistic: bool = False
    """A number of each group that is no share of its rows; then `subject.counted` says what it is."""


Meanings = Mapping[str, Meaning]
"""By the id of the check."""


def by_harm(metric: str, policy: Policy) -> str:
    """Return the metric under the name that needs no word on which side is positive, where it has one."""
    for coded, (named, is_rest) in HARM[policy.columns.coded_positive].items():
        if not is_rest and metric in {coded, f"{coded}_ratio", f"{coded}_difference"}:
            return metric.replace(coded, named, 1)
    return metric
