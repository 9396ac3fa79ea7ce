"""What is accepted until a day although it is not met: for page 1, and for the policy in the annex.

Nobody reads "waived" as it is meant, so every sentence says who accepts what until when. The result is not changed.
"""

from fateaudit.policy import Acceptance, WeighedWaiver, weigh_waivers
from fateaudit.policy.wording import count_of
from fateaudit.report.entries import Entry
from fateaudit.report.reported import Reported, standing_in_words
from fateaudit.report.standing_reasons import LONGEST_NAME, day_in_words
from fateaudit.report.text import ended, shortened
from fateaudit.signing import Role
from fateaudit.standing import Standing

FEW = 2
"""So many are told on page 1; more are counted, and all stand in the annex."""


def weighed(reported: Reported) -> tuple[WeighedWaiver, ...]:
    """Return every waiver of the policy as it stood when the audit was made; a reader sees by the date if it ended."""
    record = reported.record
    return weigh_waivers(
        record.policy, record.findings, created=record.created, now=record.created, acceptance=_acceptance(reported)
    )


def _acceptance(reported: Reported) -> Acceptance:
    judgement = reported.judgement
    officers = [one for one in judgement.signers if one.signature.role is Role.ACCOUNTABLE_OFFICER]
    if judgement.standing is Standing.ISSUED and officers:
        return Acceptance(shortened(officers[0].name or "someone unknown", LONGEST_NAME))
    return Acceptance(None, f"the standing is {standing_in_words(judgement)[0]}")


def accepted(reported: Reported) -> tuple[str, ...]:
    """Return, for page 1, what is accepted by whom until when, and what the policy would have accepted."""
    needed = [one for one in weighed(reported) if one.is_needed]
    needed.sort(key=lambda one: not one.counts)
    said = [_told(one) for one in needed[:FEW]]
    if left := needed[FEW:]:
        said.append(f"And {count_of(len(left), 'exception')} more that the policy waives (annex).")
    return (*said, "None of this changes the result.") if said else ()


def _told(one: WeighedWaiver) -> str:
    until = day_in_words(one.waiver.until)
    if one.counts:
        return f"{one.waiver.check} is accepted by {shortened(one.by, LONGEST_NAME + 30)} until {until}."
    return f"{one.waiver.check} is not accepted, though the policy waives it until {until}."


def entries(reported: Reported) -> tuple[Entry, ...]:
    """Return, for the annex, each waiver in full with whether it counted when the audit was made."""
    waivers = weighed(reported)
    if not waivers:
        return (Entry("Waivers", "None"),)
    return tuple(
        Entry(f"Waiver of {one.waiver.check}", f"{_outcome(one)} Reason: {one.waiver.reason}") for one in waivers
    )


def _outcome(one: WeighedWaiver) -> str:
    until = day_in_words(one.waiver.until)
    if not one.is_needed:
        return f"Until {until}; nothing had to be accepted."
    if one.counts:
        return f"Accepted by {one.by} until {until}; the result is what it would be without."
    return ended(f"Until {until}, and it does not count: {one.against}")
