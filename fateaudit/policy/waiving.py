"""Rule R8: what a waiver does at the gate, and what it needs to count there.

A waiver accepts, until a day, that one check is not met or could not be told. It never comes near a finding or the
opinion: both are formed without it. No clock and no file is asked here; the dates and the officer's name come in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from fateaudit.errors import ExitCode
from fateaudit.evidence import Evidence
from fateaudit.policy.checks import Severity
from fateaudit.policy.gating import GateResult, apply_gate
from fateaudit.policy.judging import Finding, Verdict
from fateaudit.policy.opinion import Opinion, form_opinion
from fateaudit.policy.schema import Policy
from fateaudit.policy.waiver import Waiver
from fateaudit.signing import moment

LONGEST_DAYS = 90
"""So long after the audit a waiver can run: what was found then says little about the model later."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Whether the accountable officer has accepted the record by a signature that holds today."""

    officer: str | None
    """Their name; None where nothing was accepted."""
    lacking: str = ""
    """What is missing then."""


@dataclass(frozen=True, slots=True)
class WeighedWaiver:
    """A waiver held against one record at one time."""

    waiver: Waiver
    by: str
    """Who accepts: the officer by name and role, or the policy of its owner."""
    verdict: Verdict | None
    """What was found; None where the check has no finding, such as a question that does not apply."""
    against: str
    """Why it does not count; empty where it does."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to accept."""
        return self.verdict in {Verdict.NOT_MET, Verdict.CANNOT_TELL}

    @property
    def counts(self) -> bool:
        """Whether the gate may go by it."""
        return self.is_needed and not self.against

    @property
    def accepted(self) -> str:
        """The words "accepted by … until …": never "waived", which is heard as solved."""
        return f"accepted by {self.by} until {self.waiver.until}"


def earliest_audit(waiver: Waiver) -> str:
    """Return the first day on which an audit can be made that this waiver does not run too long for."""
    return (date.fromisoformat(waiver.until) - timedelta(days=LONGEST_DAYS)).isoformat()


def waives_a_blocker(policy: Policy, findings: Sequence[Finding]) -> bool:
    """Whether a waiver is for a blocker: then signatures must be looked at."""
    blockers = {finding.check for finding in findings if finding.severity is Severity.BLOCKER}
    return any(waiver.check in blockers for waiver in policy.waivers)


def weigh_waivers(
    policy: Policy, findings: Sequence[Finding], *, created: str, now: str, acceptance: Acceptance
) -> tuple[WeighedWaiver, ...]:
    """Say of each waiver whether it counts for a record that was `created` then, at the time `now`.

    Below a blocker, the line in the policy is enough: it was written before the run, and is signed with the policy
    where anything is. A blocker needs the accountable officer.
    """
    by_check = {finding.check: finding for finding in findings}
    return tuple(_weighed(one, by_check.get(one.check), policy, created, now, acceptance) for one in policy.waivers)


def _weighed(  # noqa: PLR0913, PLR0917 - what a waiver is held against
    waiver: Waiver, finding: Finding | None, policy: Policy, created: str, now: str, acceptance: Acceptance
) -> WeighedWaiver:
    is_blocker = finding is not None and finding.severity is Severity.BLOCKER
    against = _wrong_time(waiver, created, now) or (_not_signed(policy, acceptance) if is_blocker else "")
    by = f"{acceptance.officer} (accountable officer)" if is_blocker else f"the policy of {policy.system.owner.name}"
    return WeighedWaiver(waiver, by, finding.verdict if finding is not None else None, against)


def _wrong_time(waiver: Waiver, created: str, now: str) -> str:
    try:
        made, today = (moment(time).date().isoformat() for time in (created, now))
    except ValueError:
        return "the record does not say when it was made"
    if made > today:
        return f"the audit is dated {made}, a day that is still to come"
    if waiver.until < today:
        return f"it ended on {waiver.until}"
    if earliest_audit(waiver) > made:
        return f"it runs until {waiver.until}, which is more than {LONGEST_DAYS} days after the audit of {made}"
    return ""


def _not_signed(policy: Policy, acceptance: Acceptance) -> str:
    if policy.system.stage == "approved":
        return "the system is approved, and a blocker cannot be accepted then"
    if acceptance.officer is None:
        return f"a blocker takes the accountable officer's signature on the audit: {acceptance.lacking}"
    return ""


def apply_gate_with_waivers(
    policy: Policy,
    findings: Sequence[Finding],
    opinion: Opinion,
    *,
    evidence: Sequence[Evidence],
    waivers: Sequence[WeighedWaiver],
) -> GateResult:
    """Return what the gate answers when the `waivers` that count are taken into account.

    The answer changes only where everything that stops the gate is accepted. What then remains is judged by the rules
    for any other audit, as if the accepted checks were met: so a cap or a stop condition, which no waiver names, holds
    as it would have held there, and an acceptance is never worth more than keeping the limit.
    """
    plain = apply_gate(policy, findings, opinion)
    gated = [finding for finding in findings if finding.severity.at_least(policy.gate.fail_on)]
    stopping = [finding.check for finding in gated if _stops(finding, policy)]
    counted = {one.waiver.check for one in waivers if one.counts}
    accepted = tuple(check for check in stopping if check in counted)
    said = [
        f"the waiver of {one.waiver.check} does not count: {one.against}"
        for one in waivers
        if one.waiver.check in stopping and one.against
    ]
    if accepted:
        passed = _as_if_met(policy, findings, opinion, evidence, accepted)
        if all(finding.verdict is Verdict.CANNOT_TELL for finding in gated):
            said.append("a waiver cannot stand in for every check: none could be told")
        elif passed.exit_code is ExitCode.OK:
            return passed.model_copy(update={"passed_by_waiver": accepted})
        else:
            said.append(f"beside what is accepted: {passed.reason}")
    return plain.model_copy(update={"reason": "; ".join(filter(None, [plain.reason, *said]))})


def _as_if_met(
    policy: Policy,
    findings: Sequence[Finding],
    opinion: Opinion,
    evidence: Sequence[Evidence],
    accepted: Sequence[str],
) -> GateResult:
    """Return what the gate would answer if the accepted checks were met; the opinion formed here is never shown."""
    assumed = [one.model_copy(update={"verdict": Verdict.MET}) if one.check in accepted else one for one in findings]
    without = form_opinion(policy, assumed, evidence, caps=opinion.caps, missing=opinion.missing)
    return apply_gate(policy, assumed, without)


def _stops(finding: Finding, policy: Policy) -> bool:
    """Whether this finding keeps the gate shut: what may pass without a waiver needs none."""
    is_untold = finding.verdict is Verdict.CANNOT_TELL
    return finding.verdict is Verdict.NOT_MET or (is_untold and policy.gate.cannot_tell == "fail")
