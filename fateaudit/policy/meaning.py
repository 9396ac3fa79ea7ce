"""What a check is about, as told by the pillar that measures it: a policy by itself does not know any metric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Side, Subject
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

_BY_HARM = {
    Outcome.FAVOURABLE: {
        "false_negative_rate": "wrong_adverse_rate",
        "false_omission_rate": "wrong_adverse_share",
        "false_positive_rate": "wrong_favourable_rate",
    },
    Outcome.ADVERSE: {
        "false_positive_rate": "wrong_adverse_rate",
        "false_discovery_rate": "wrong_adverse_share",
        "false_negative_rate": "wrong_favourable_rate",
    },
}
"""Error rates that have a name of their own for what they do to the person."""


def by_harm(metric: str, policy: Policy) -> str:
    """Return the metric under the name that needs no word on which side is positive, where it has one."""
    for coded, named in _BY_HARM[policy.columns.coded_positive].items():
        if metric == coded or metric.startswith((f"{coded}_ratio", f"{coded}_difference")):
            return metric.replace(coded, named, 1)
    return metric
