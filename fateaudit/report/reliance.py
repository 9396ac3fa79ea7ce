"""What speaks for relying on this report, what speaks against it, and who is known to stand behind it.

Computed from the record and its signatures; nothing here weighs one side against the other.
"""

from collections.abc import Iterator

from fateaudit.evidence import Attestation, Measurement, Score, Unmeasured
from fateaudit.policy.wording import capitalised, count_of, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report import kept_back
from fateaudit.report.access import OUTPUTS_ALONE, SPEAKS_AGAINST, has_file
from fateaudit.report.entries import Entry
from fateaudit.report.methods import second_calculation
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.reported import Reported
from fateaudit.report.same_as_recorded import same_as_recorded
from fateaudit.report.text import ended, shortened
from fateaudit.signing import Role
from fateaudit.standing import STANDING_WORDS, Standing

_SIGNED_BY_ALL = frozenset({Standing.ISSUED, Standing.ISSUED_USE_REFUSED})


def speaks_for(reported: Reported) -> tuple[str, ...]:
    """Return what speaks for relying on this report, a sentence or two each."""
    return tuple(_for(reported))


def speaks_against(reported: Reported) -> tuple[str, ...]:
    """Return what speaks against relying on it, the weightiest first."""
    return (*_of_the_paper(reported), *_of_the_test(reported.record), *_of_the_figures(reported.record))


def _for(reported: Reported) -> Iterator[str]:
    record, policy = reported.record, reported.record.policy
    if reported.judgement.standing in _SIGNED_BY_ALL:
        yield "Four people signed, each with a key of their own, and the signatures hold."
    if early := _signed_before(record):
        who = listed([f"{shortened(one.name or '', LONGEST_NAME)} ({one.role.words})" for one in early])
        yield f"The limits, the data, the model and the answers were signed before the run by {who}."
    else:
        yield "The limits stand in the record, and their file is named by its digest."
    if policy.model.sha256 is not None:
        yield "The model file is the one that the policy pins by its digest."
    if policy.dataset.sha256 is not None:
        yield "The data are the file that the policy pins by its digest."
    if measured := [item for item in record.figures if isinstance(item, Measurement)]:
        yield f"Figures that count {units(policy)}: {second_calculation(measured)}"
        yield "Those figures can be calculated again from the counts in the record, without data or model."
    if record.ledger.fixed_before == "shown":
        yield record.ledger.fixed_sentence
    if record.opinion.reference is not None:
        yield "A common yardstick that no owner can change was held beside the limits: see “Limit beside limit”."
    if record.self_test is not None and record.self_test.holds:
        yield f"{record.self_test.passed} known answers were computed again before anything was measured; all came out."
    drawn = record.questionnaire.drawn if record.questionnaire is not None and not record.demonstration else None
    if drawn is not None and drawn.items and drawn.opened == len(drawn.items):
        yield f"The reviewer opened every answer that was drawn for a closer look ({drawn.sentence})."


def _signed_before(record: AuditRecord) -> list[Attestation]:
    """Return who signed the answers and all that they are about; on a demonstration these are nobody."""
    asked = record.questionnaire
    if asked is None or record.demonstration:
        return []
    return [one for one in asked.signed if one.holds and one.name is not None]


def _of_the_paper(reported: Reported) -> Iterator[str]:
    """Yield what speaks against it as a paper: who stands behind it, and who vouches for its time."""
    record, judgement = reported.record, reported.judgement
    if record.demonstration:
        yield "This is a demonstration. Nobody may rely on it."
    if judgement.beneath not in _SIGNED_BY_ALL:
        yield f"By its signatures alone it is {STANDING_WORDS[judgement.beneath]}: see “Signatures”."
    if record.clock == "system":
        yield "Its time is what the clock of the machine said. No outside authority confirms it."
    else:
        yield "Its time was typed in by whoever ran the audit. No outside authority confirms it."
    yield from _of_the_ledger(record)
    yield "Only its makers have measured how often this tool is wrong: see “The error rate of this tool”."


def _of_the_ledger(record: AuditRecord) -> Iterator[str]:
    """Yield what the ledger leaves open: whoever keeps it could have begun it anew."""
    if record.ledger.number is None:
        yield "How often this was run before, and with what result, is not known: no ledger was kept."
    else:
        yield "The run ledger is kept by whoever runs the audit. Runs that it does not hold cannot be known."
    if record.ledger.fixed_before != "shown":
        yield record.ledger.fixed_sentence


def _of_the_test(record: AuditRecord) -> Iterator[str]:
    """Yield what speaks against the test: which cases, which model, which labels."""
    policy = record.policy
    yield kept_back.speaks_against(record)
    if policy.columns.label is None:
        yield "The data do not say what happened in any case."
    elif policy.columns.label_kind != "outcome":
        yield _LABELS[policy.columns.label_kind]
    yield from same_as_recorded(record)
    if record.access.model == OUTPUTS_ALONE:
        yield "The model was not at hand. Its outputs were taken as they were given."
    else:
        if has_file(record) and policy.model.sha256 is None:
            yield "The policy does not pin the model file: that it is the one in use is not shown."
        yield SPEAKS_AGAINST[record.access.model]
    yield "Rows were counted as if each were of another person. Where they are not, ranges are too narrow."
    beside = record.opinion.reference
    if beside is None:
        yield "The limits are the owner’s. No common yardstick was held beside them."
    else:
        yield f"The limits are the owner’s. Those of the reference, {beside.profile}, are conventions and not law."


def _of_the_figures(record: AuditRecord) -> Iterator[str]:
    asked = record.questionnaire
    if record.policy.statistics.decide_on == "point":
        yield "Chance was not allowed for: the policy lets the bare figures decide."
    if count := sum(isinstance(item, Unmeasured) for item in record.figures):
        yield f"{count_of(count, 'figure')} could not be measured: see above."
    if any(isinstance(item, Score) for item in record.figures):
        yield "Figures about the model as a whole were calculated once, by this tool alone."
    if asked is not None:
        confirmed = sum(one.confirmed for one in record.answers)
        yield f"Answers are what people say. A reviewer confirmed {confirmed} of {len(record.answers)}."
        if asked.drawn.opened < len(asked.drawn.items):
            yield f"Not every answer drawn for a closer look was opened: {asked.drawn.sentence}."


_LABELS = {
    "recorded_event": "The records say what was written down, which is not all that happened.",
    "past_decision": "The records say what was decided then, which is not what would have been right.",
}


def independence(reported: Reported) -> tuple[Entry, ...]:
    """Return who is known to have done what, and who is not."""
    record = reported.record
    policy, owner = record.policy, record.system.owner
    role = policy.dataset.role.replace("_", " ")
    chose = "the supplier" if policy.dataset.role == "vendor_supplied" else "not known to the record"
    return (
        Entry(
            "Who chose the cases",
            f"{capitalised(chose)}. The policy calls the data “{role}”: {ended(policy.dataset.provenance)}",
        ),
        Entry("Who set the limits", f"The policy names one owner of the system: {owner.name}, {owner.organisation}."),
        Entry(
            "Who ran the audit",
            _told(reported, Role.ASSESSOR, "The record does not name them, and nobody has signed as assessor."),
        ),
        Entry("Who reviewed", _told(reported, Role.INDEPENDENT_REVIEWER, "Nobody has signed as independent reviewer.")),
        Entry(
            "Interests",
            "Who paid, and who gains from which result, is not known to the record. What signers declare of it was not "
            "checked.",
        ),
    )


def _told(reported: Reported, role: Role, otherwise: str) -> str:
    signer = next((one for one in reported.judgement.signers if one.signature.role is role), None)
    if signer is None:
        return otherwise
    name = shortened(signer.name or "Someone whose key is not in the trust file", LONGEST_NAME)
    doubt = "" if signer.holds else " This signature does not hold."
    return f"{name} signed: “{signer.signature.meaning}” Nobody else vouches for it.{doubt}"
