"""What can be said of a policy before anything is measured: what it will cost, and where it says less than it seems to.

Neither data nor model is read. A lint is advice: no verdict and no exit code of an audit depends on one.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from fateaudit.evidence import Reason, Subject, Unmeasured, Usefulness
from fateaudit.ledger import NOT_COUNTED, Event, Ledger, RunHistory, RunOutcome, recount
from fateaudit.policy import lints_of_checks, lints_of_settings
from fateaudit.policy.caps import Cap, Circumstances, caps_of
from fateaudit.policy.checks import Principle
from fateaudit.policy.content import Missing, asked_by, missing_from
from fateaudit.policy.judging import Finding, Verdict
from fateaudit.policy.lints import Draft, Lint, Noted, Weight
from fateaudit.policy.meaning import Meanings
from fateaudit.policy.opinion import Opinion, form_opinion
from fateaudit.policy.reading import PolicyFile
from fateaudit.policy.schema import Policy
from fateaudit.policy.scores import unmeasured_score
from fateaudit.policy.wording import capitalised

FIXED_FIRST = NOT_COUNTED.model_copy(update={"fixed_before": "shown"})
"""What the first run with a policy will show: it begins the ledger, and names the policy in its first line."""

_NOBODY_SAID = Usefulness(
    rows=1,
    agreed=1,
    agreed_favourable=0,
    apart=None,
    apart_interval=None,
    tells_apart=True,
    cost=None,
    naive=(),
    is_cheaper=False,
)
"""The most that can be shown of a model's use where a policy says nothing of costs."""

RULES: Mapping[str, Callable[[Draft], Iterator[Noted]]] = {
    "L-01": lints_of_settings.content_is_missing,
    "L-02": lints_of_settings.caps_apply,
    "L-03": lints_of_settings.runs_came_before,
    "L-04": lints_of_checks.cannot_be_measured,
    "L-05": lints_of_settings.no_signature_can_count,
    "L-06": lints_of_settings.nobody_can_act_before,
    "L-07": lints_of_checks.zero_is_tolerated,
    "L-08": lints_of_checks.nothing_breaks_or_keeps,
    "L-09": lints_of_checks.wrong_way_round,
    "L-10": lints_of_checks.named_reference,
    "L-11": lints_of_checks.asked_twice,
    "L-12": lints_of_checks.never_checked,
    "L-13": lints_of_checks.bins_of_one,
    "L-14": lints_of_checks.many_trivial,
    "L-15": lints_of_settings.unlike_recommended,
    "L-16": lints_of_settings.gate_lets_pass,
    "L-17": lints_of_settings.words_left_open,
    "L-18": lints_of_checks.coded_errors,
    "L-19": lints_of_settings.files_not_pinned,
    "L-20": lints_of_checks.looser_than_reference,
    "L-21": lints_of_settings.waivers_let_pass,
    "L-22": lints_of_settings.no_waiver_lifts,
}
"""What is looked for, by code. Codes are stable and never reused."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an audit under this policy can come to at best, and everything that was noted."""

    best: Opinion
    """The opinion if every limit were met that can be."""
    missing: Mapping[Principle, tuple[Missing, ...]]
    caps: tuple[Cap, ...]
    lints: tuple[Lint, ...]
    """Worst first."""


def lint(source: PolicyFile, meanings: Meanings, history: RunHistory | None = None) -> Outlook:
    """Return what can be said of a policy beforehand.

    `history` is what the ledger would show about a run now, None where that cannot be told.
    """
    draft = draft_of(source.policy, meanings, history)
    noted = [(code, one) for code, rule in RULES.items() for one in rule(draft)]
    lints = [
        Lint(code=code, weight=one.weight, line=_line(source, one), what=capitalised(one.what), do=capitalised(one.do))
        for code, one in noted
    ]
    order = list(Weight)
    lints.sort(key=lambda one: (order.index(one.weight), one.code, one.line or 0))
    return Outlook(best=_best(draft), missing=draft.missing, caps=draft.caps, lints=tuple(lints))


def _line(source: PolicyFile, one: Noted) -> int | None:
    """Return the line of a setting, or of what stands around it; None for a part that the file does not have."""
    if not one.at or one.at[0] not in source.document.data:
        return None
    return source.document.line_of(one.at)


def draft_of(policy: Policy, meanings: Meanings, history: RunHistory | None = None) -> Draft:
    """Return everything that the rules look at."""
    conventions = {check: meaning.convention for check, meaning in meanings.items()}
    circumstances = Circumstances(history=history or FIXED_FIRST, usefulness=_of_use(policy))
    draft = Draft(
        policy=policy,
        meanings=meanings,
        history=history,
        circumstances=circumstances,
        missing=missing_from(policy, asked_by(policy, conventions)),
        caps=caps_of(policy, circumstances),
        hopeless=frozenset(),
    )
    return replace(draft, hopeless=lints_of_checks.hopeless(draft))


def _of_use(policy: Policy) -> Usefulness | None:
    return _NOBODY_SAID if policy.columns.label is not None and policy.decision.costs is None else None


def foresee(ledger: Ledger, source: PolicyFile) -> RunHistory | None:
    """Return what the ledger would show about a run now; None where the policy does not pin what would be run."""
    policy = source.policy
    if policy.dataset.sha256 is None or (policy.model.path is not None and policy.model.sha256 is None):
        return None
    run = Event(
        time="2000-01-01T00:00:00Z",
        audit_id="0" * 12,
        policy=source.artifact.sha256,
        model=policy.model.sha256 if policy.model.path is not None else None,
        dataset=policy.dataset.sha256,
        outcome=RunOutcome.STARTED,
    )
    entry = ledger.entry_for(run)
    following = hashlib.sha256(entry.line()).hexdigest()
    return recount(Ledger((*ledger.entries, entry), ledger.torn, entry.number, following), entry.number)


def _best(draft: Draft) -> Opinion:
    """Form the opinion that follows if every limit is met that can be: by the same rules as any other."""
    policy = draft.policy
    findings = [
        Finding(
            check=check.id,
            principle=check.principle,
            severity=check.severity,
            verdict=Verdict.CANNOT_TELL if _is_open(check.id, draft) else Verdict.MET,
            evidence=(f"{check.id}/overall",),
            groups=(),
            because="",
            rulings=(),
        )
        for check in policy.checks
    ]
    missing = {principle: tuple(one.words for one in ones) for principle, ones in draft.missing.items()}
    return form_opinion(policy, findings, _unmeasured(draft), caps=draft.caps, missing=missing)


def _is_open(check: str, draft: Draft) -> bool:
    asked = draft.policy.checklist_check
    is_unsigned = asked is not None and asked.id == check and draft.policy.trust is None
    return check in draft.hopeless or is_unsigned


def _unmeasured(draft: Draft) -> list[Unmeasured]:
    nothing = Subject(title="", among="", counted="", formal="")
    return [
        unmeasured_score(check, nothing, Reason.MISSING_INPUT, "")
        for check in draft.policy.metric_checks()
        if lints_of_checks.lacks(check, draft)
    ]
