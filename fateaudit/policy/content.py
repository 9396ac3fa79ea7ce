"""Rule R4: what an audit must have asked before anything can be said of a feature.

A policy that leaves out a question does not thereby get a better answer: the feature gets no opinion.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Evidence, Figures, Side
from fateaudit.policy.checks import ChecklistCheck, MetricCheck, Principle
from fateaudit.policy.harm import HARM
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

_NAMED_BY_HARM = {"wrong_adverse_rate": Side.MAX, "wrong_adverse_share": Side.MAX}
"""Rates about wrong adverse outputs, and the end that limits them: at least so many errors is no limit."""


def _about_wrong_adverse(positive: Outcome) -> dict[str, Side]:
    """Return every metric about wrong adverse outputs: a rate of them, or 1 less it."""
    coded = {
        name: Side.MIN if is_rest else Side.MAX
        for name, (named, is_rest) in HARM[positive].items()
        if named in _NAMED_BY_HARM
    }
    return _NAMED_BY_HARM | coded


class Content(StrEnum):
    """One thing that must have been asked."""

    GROUPS = "groups"
    FAVOURABLE_SIDE = "favourable_side"
    ADVERSE_SIDE = "adverse_side"
    ERRORS_BY_GROUP = "errors_by_group"
    ERRORS_AT_ALL = "errors_at_all"
    RIGHTS = "rights"
    ANSWERABLE = "answerable"
    SIGNATURES = "signatures"
    DOCUMENTATION = "documentation_completeness"
    TRACE = "trace_completeness"
    FIDELITY = "attribution_fidelity"
    STABILITY = "attribution_stability"


@dataclass(frozen=True, slots=True)
class Asked:
    """One comparison that a check makes: a metric, split by some attributes, held against something."""

    check: MetricCheck
    of: tuple[str, ...]
    convention: Convention


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that no check of weight asks."""

    content: Content
    words: str
    """Completes "this policy does not ask …"."""


_ASKED = {
    Principle.TRANSPARENCY: {
        Content.DOCUMENTATION: "how complete the documentation is",
        Content.TRACE: "whether one decision can be followed",
    },
    Principle.EXPLAINABILITY: {
        Content.FIDELITY: "whether the reasons match what the model does",
        Content.STABILITY: "whether the reasons stay the same",
    },
}


def missing_content(policy: Policy, evidence: Sequence[Evidence]) -> dict[Principle, tuple[str, ...]]:
    """Return what no check of weight asks, by feature, each completing "this policy does not ask …".

    A check that was made and could not be measured was asked; what it could not tell is for its finding to say.
    """
    checks = {check.id: check for check in policy.metric_checks()}
    asked = [
        Asked(checks[item.check], item.of, item.convention)
        for item in evidence
        if isinstance(item, Figures) and item.check in checks
    ]
    return {principle: tuple(one.words for one in ones) for principle, ones in missing_from(policy, asked).items()}


def asked_by(policy: Policy, conventions: Mapping[str, Convention]) -> tuple[Asked, ...]:
    """Return what a policy asks before anything is measured; `conventions` are what each check holds groups against."""
    return tuple(
        Asked(check, of, conventions[check.id]) for check in policy.metric_checks() for of in check.attribute_sets()
    )


def missing_from(policy: Policy, asked: Sequence[Asked]) -> dict[Principle, tuple[Missing, ...]]:
    """Return what no check of weight asks, by feature, whether `asked` comes from evidence or from the policy alone."""
    # A comparison among cases that are alike in something else is not the comparison of everybody.
    held = [one for one in asked if one.check.severity.is_material and not one.check.params.controls]
    missing = {
        Principle.FAIRNESS: tuple(_of_fairness(policy, held)),
        Principle.ACCOUNTABILITY: tuple(_of_accountability(policy)),
    }
    material = [check for check in policy.metric_checks() if check.severity.is_material]
    for principle, questions in _ASKED.items():
        named = {check.metric for check in material if check.principle is principle}
        missing[principle] = tuple(Missing(one, words) for one, words in questions.items() if one not in named)
    return missing


def _of_fairness(policy: Policy, held: Sequence[Asked]) -> Iterator[Missing]:
    if not policy.columns.sensitive:
        words = "whether any group fares worse: nobody recorded who these people were"
        yield Missing(Content.GROUPS, words)
    for side, metrics in _SIDES.items():
        covered = {one.of for one in held if one.check.metric in metrics and one.convention in BEST_OFF}
        left = [one.label.lower() for one in policy.columns.sensitive if (one.name,) not in covered]
        if left:
            is_favourable = side is Outcome.FAVOURABLE
            words = policy.words.favourable if is_favourable else policy.words.adverse
            content = Content.FAVOURABLE_SIDE if is_favourable else Content.ADVERSE_SIDE
            yield Missing(content, f"who is {words}, against the best-off group, by {listed(left, 3)}")
    wrong = _wrongly_adverse(policy)
    rates = _about_wrong_adverse(policy.columns.coded_positive)
    if policy.columns.label is None:
        # Withholding what happened must not be better than showing it.
        words = f"how many are {wrong}: the data do not say what happened"
        yield Missing(Content.ERRORS_AT_ALL, words)
    else:
        if policy.columns.sensitive and not any(
            one.check.metric == f"{rate}{how}" for one in held for rate in rates for how in _COMPARED
        ):
            yield Missing(Content.ERRORS_BY_GROUP, f"who is {wrong}, group by group")
        if not any(_limits_errors(one, rates) for one in policy.metric_checks() if one.severity.is_material):
            words = f"how many are {wrong} at all, as a limit on everyone together"
            yield Missing(Content.ERRORS_AT_ALL, words)
    if policy.checklist_check is None:
        yield Missing(Content.RIGHTS, "what is done about the other rights of those affected")


def _wrongly_adverse(policy: Policy) -> str:
    """Return "wrongly refused"; "refused though released by officers" where the records are no outcome."""
    adverse, recorded = policy.words.adverse, policy.words.recorded_favourable
    return f"wrongly {adverse}" if policy.columns.label_kind == "outcome" else f"{adverse} though {recorded}"


def _limits_errors(check: MetricCheck, rates: Mapping[str, Side]) -> bool:
    """Whether a check limits wrong adverse outputs of everyone together, from the side that keeps them few."""
    end = rates.get(check.metric)
    return check.across == "overall" and end in {side for side, _ in check.limit.sides()}


def _of_accountability(policy: Policy) -> Iterator[Missing]:
    check = policy.checklist_check
    if check is None:
        yield Missing(Content.ANSWERABLE, "who answers for the system")
    elif not _asks_both(check):
        words = "for the signatures of both the model owner and an independent reviewer"
        yield Missing(Content.SIGNATURES, words)


def _asks_both(check: ChecklistCheck) -> bool:
    return {Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER} <= set(check.require.signed_by)
