"""Rule R4: what an audit must have asked before anything can be said of a feature.

A policy that leaves out a question does not thereby get a better answer: the feature gets no opinion.
"""

from collections.abc import Iterator, Sequence

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Evidence, Measurement, Unmeasured
from fateaudit.policy.checks import ChecklistCheck, MetricCheck, Principle
from fateaudit.policy.schema import Policy
from fateaudit.policy.wording import listed
from fateaudit.signing import Role

BEST_OFF = frozenset({Convention.TO_HIGHEST, Convention.TO_LOWEST, Convention.BETWEEN_GROUPS})
"""Held against the best-off group, or as the worst pair: a middle group as the reference would hide half of a gap."""

_COMPARED = ("_ratio", "_difference")
_SIDES = {
    Outcome.FAVOURABLE: {"selection_rate_ratio", "selection_rate_difference", "adverse_rate_difference"},
    Outcome.ADVERSE: {"adverse_rate_ratio", "selection_rate_difference", "adverse_rate_difference"},
}
"""Metrics that limit a side of the outcome. On the common side a ratio is nearly blind."""

_WRONG_ADVERSE = {
    Outcome.FAVOURABLE: frozenset(
        {"false_negative_rate", "true_positive_rate", "false_omission_rate", "negative_predictive_value"}
    ),
    Outcome.ADVERSE: frozenset(
        {"false_positive_rate", "true_negative_rate", "false_discovery_rate", "positive_predictive_value"}
    ),
}
"""Rates about wrong adverse outputs, by which side the policy calls positive. Each is one of these two or 1 less it."""
_NAMED_BY_HARM = frozenset({"wrong_adverse_rate", "wrong_adverse_share"})

_ASKED = {
    Principle.TRANSPARENCY: {
        "documentation_completeness": "how complete the documentation is",
        "trace_completeness": "whether one decision can be followed",
    },
    Principle.EXPLAINABILITY: {
        "attribution_fidelity": "whether the reasons match what the model does",
        "attribution_stability": "whether the reasons stay the same",
    },
}


def missing_content(policy: Policy, evidence: Sequence[Evidence]) -> dict[Principle, tuple[str, ...]]:
    """Return what no check of weight asks, by feature, each completing "this policy does not ask …".

    A check that was made and could not be measured was asked; what it could not tell is for its finding to say.
    """
    material = {check.id: check for check in policy.metric_checks() if check.severity.is_material}
    held = [
        (material[item.check], item)
        for item in evidence
        if isinstance(item, Measurement | Unmeasured) and item.check in material
    ]
    missing = {
        Principle.FAIRNESS: tuple(_of_fairness(policy, list(material.values()), held)),
        Principle.ACCOUNTABILITY: tuple(_of_accountability(policy)),
    }
    for principle, questions in _ASKED.items():
        named = {check.metric for check in material.values() if check.principle is principle}
        missing[principle] = tuple(words for metric, words in questions.items() if metric not in named)
    return missing


def _of_fairness(
    policy: Policy, checks: Sequence[MetricCheck], held: Sequence[tuple[MetricCheck, Measurement | Unmeasured]]
) -> Iterator[str]:
    for side, metrics in _SIDES.items():
        covered = {item.of for _, item in held if item.metric in metrics and item.convention in BEST_OFF}
        left = [one.label.lower() for one in policy.columns.sensitive if (one.name,) not in covered]
        if left:
            words = policy.words.favourable if side is Outcome.FAVOURABLE else policy.words.adverse
            yield f"who is {words}, against the best-off group, by {listed(left, 3)}"
    if policy.columns.label is not None:
        rates = _NAMED_BY_HARM | _WRONG_ADVERSE[policy.columns.coded_positive]
        if not any(item.metric == f"{rate}{how}" for _, item in held for rate in rates for how in _COMPARED):
            yield f"who is wrongly {policy.words.adverse}, group by group"
        if not any(check.metric in rates and check.across == "overall" for check in checks):
            yield f"how many are wrongly {policy.words.adverse} at all, as a limit on everyone together"
    if policy.checklist_check is None:
        yield "what is done about the other rights of those affected"


def _of_accountability(policy: Policy) -> Iterator[str]:
    check = policy.checklist_check
    if check is None:
        yield "who answers for the system"
    elif not _asks_both(check):
        yield "for the signatures of both the model owner and an independent reviewer"


def _asks_both(check: ChecklistCheck) -> bool:
    return {Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER} <= set(check.require.signed_by)
