"""What was tested: the system, the better outcome, the data and who of them was judged, the decision, the limits."""

from dataclasses import dataclass

from fateaudit.evidence import Attestation
from fateaudit.policy import Policy, System
from fateaudit.policy.scales import where_favourable
from fateaudit.policy.wording import capitalised, count_of, units
from fateaudit.record import AuditRecord
from fateaudit.report import exclusions
from fateaudit.report.access import OUTPUTS_ALONE, RUN_HERE, made_of, seen_of
from fateaudit.report.entries import Entry
from fateaudit.report.text import date_in_words, ended, moment
from fateaudit.signing import Decision

DIGEST_SHOWN = 16
"""Digits of a digest here; the annex has all 64."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the audit."""

    role: str
    name: str
    digest: str


@dataclass(frozen=True, slots=True)
class Tested:
    """Everything that section 2 says."""

    system: tuple[Entry, ...]
    outcome: tuple[Entry, ...]
    data: tuple[Entry, ...]
    least: int
    """The fewest rows of a group that is judged."""
    lines: tuple[exclusions.Line, ...]
    decision: tuple[str, ...]
    limits: tuple[Entry, ...]
    files: tuple[File, ...]
    more_files: str


def tested(record: AuditRecord) -> Tested:
    """Return what was tested, in full: page 1 may have it shortened."""
    return Tested(
        system=_system(record.policy),
        outcome=_outcome(record.policy),
        data=_data(record),
        least=record.policy.statistics.min_group_size,
        lines=exclusions.lines(record),
        decision=_decision(record),
        limits=_limits(record),
        files=_files(record),
        more_files=_more_files(record),
    )


_CATEGORIES: dict[str, str] = {
    "prediction_analysis": "Prediction and analysis",
    "recognition": "Recognition of people, things or sounds",
    "exploration": "Search and exploration of data",
    "communication": "Communication with people",
}
_STAGES: dict[str, str] = {
    "concept": "An idea; not built yet",
    "prototype": "A prototype, built to try it out",
    "evaluation": "Under evaluation",
    "approved": "Released for use, as its owner states",
}
_AUTONOMY: dict[str, str] = {
    "advisory": "A person. The system only advises.",
    "human_in_loop": "The system, after a person has agreed.",
    "human_on_loop": "The system, while a person watches and can stop it.",
    "fully_autonomous": "The system alone. Nobody has to agree.",
}


def _system(policy: Policy) -> tuple[Entry, ...]:
    system, card = policy.system, policy.model_card
    by_makers = [
        Entry(term, ended(_joined(card[field])))
        for term, field in (("Makers' words", "intended_use"), ("Makers: not for", "out_of_scope"))
        if card.get(field)
    ]
    return (
        Entry("Name", system.name),
        Entry("Purpose", system.purpose),
        Entry("Not for", "; ".join(system.not_for) or "Nothing was named."),
        *by_makers,
        Entry("Kind", _CATEGORIES[system.category]),
        Entry("Stage", _STAGES[system.stage]),
        Entry("Who decides", f"{_AUTONOMY[system.autonomy]} This is what its owner states."),
        Entry("Owner", _owner(system)),
    )


def _joined(written: str | tuple[str, ...]) -> str:
    return written if isinstance(written, str) else "; ".join(written)


def _owner(system: System) -> str:
    return f"{system.owner.name}, {system.owner.role}, {system.owner.organisation}"


_KINDS: dict[str, str] = {
    "outcome": "What happened afterwards. Whether it was written down rightly was not tested.",
    "recorded_event": "What was written down. That is not all that happened.",
    "past_decision": "What was decided then. That is not what would have been right.",
}


def _outcome(policy: Policy) -> tuple[Entry, ...]:
    columns, words = policy.columns, policy.words
    if columns.label is None:
        records = "Nothing of what happened: no column for it was named."
    else:
        where = f"The column is “{columns.label}”, and “{columns.favourable}” in it means the better outcome."
        records = f"{_KINDS[columns.label_kind]} {where}"
    return (
        Entry("Better", f"{ended(capitalised(words.favourable))} The owner said so; nothing was guessed."),
        Entry("Worse", ended(capitalised(words.adverse))),
        Entry("Records say", records),
    )


_ROLES: dict[str, str] = {
    "holdout": "Kept back from training, as its owner states.",
    "historical": "Past cases. Whether the model was trained on them was not checked.",
    "vendor_supplied": "Chosen by the supplier. Yours may differ.",
    "synthetic": "Made up. They say nothing about real people.",
}


def _data(record: AuditRecord) -> tuple[Entry, ...]:
    policy, every = record.policy, units(record.policy)
    rows = count_of(record.counts.rows, policy.columns.unit, every)
    unlabelled = sum(cell.n for cell in record.counts.cells if cell.label is None)
    labels = (
        f"{record.counts.rows - unlabelled:,} have one; {unlabelled:,} have none. It is what the records say."
        if policy.columns.label is not None
        else "None was named, so none was used."
    )
    several = "" if policy.columns.unit == "person" else " Whether one person is in several rows was not looked at."
    missing = [f"{one.name}: {one.rows:,}." for one in exclusions.not_recorded(record)]
    return (
        Entry("Source", policy.dataset.provenance),
        Entry("Role", _ROLES[policy.dataset.role]),
        Entry("In the file", f"{rows}. A row is one {policy.columns.unit}.{several}"),
        Entry("Decision", f"All {record.counts.rows:,} have one. A row without it would have stopped the audit."),
        Entry("Label", labels),
        Entry("Not recorded", " ".join(missing)),
    )


def _decision(record: AuditRecord) -> tuple[str, ...]:
    """Return how a case gets its decision."""
    columns = record.policy.columns
    if record.access.model != OUTPUTS_ALONE:
        agreed = ["The outputs that the data give are the same."] if columns.prediction else []
        said = f"{RUN_HERE[record.access.model]} It gives each {columns.unit} a score from 0 to 1."
        return (said, *_threshold(record.policy), *agreed, *filter(None, [made_of(record), seen_of(record)]))
    absent = "The model was not at hand."
    if columns.prediction is not None:
        return (absent, f"Its outputs were taken as the data give them, in the column “{columns.prediction}”.")
    return (
        absent,
        f"Its scores were taken as the data give them, in the column “{columns.score}”.",
        *_threshold(record.policy),
    )


def _threshold(policy: Policy) -> tuple[str, str]:
    words, line = policy.words, f"{policy.decision.threshold:g}"
    at, other = policy.decision.at, {">=": "<", ">": "<=", "<=": ">", "<": ">="}
    return (
        f"{capitalised(where_favourable(at, line))}, the output is: {words.favourable}.",
        f"{capitalised(where_favourable(other[at], line))}: {words.adverse}.",
    )


def _limits(record: AuditRecord) -> tuple[Entry, ...]:
    """Return how many limits there are, and what shows when they were fixed."""
    checks = record.policy.metric_checks()
    weighty = sum(check.severity.is_material for check in checks)
    sheet, file = record.questionnaire, record.artifact("policy")
    asked = f" So can a list of {count_of(len(sheet.asked), 'question')}." if sheet else ""
    return (
        Entry("Number", f"Its owner set {len(checks):,}. Of these, {weighty:,} can decide the result.{asked}"),
        Entry("When", "This version cannot show when the limits were written."),
        Entry("Signed", _signed(record)),
        *([Entry("Their file", f"Its digest begins {file.sha256[:DIGEST_SHOWN]}; see below.")] if file else []),
    )


_DECISIONS = {
    Decision.ACCEPT: "accepted",
    Decision.ACCEPT_WITH_CONDITIONS: "accepted with conditions",
    Decision.REFUSE: "refused",
}


def _signed(record: AuditRecord) -> str:
    """Return whose signatures on the answers, made before the run, cover the file of limits."""
    ran = moment(record.created)
    sheet = record.questionnaire
    before = [one for one in (sheet.signed if sheet else ()) if one.holds and moment(one.time) <= ran]
    if not before:
        return "No signature from before the run that could be believed covers them."
    said = " ".join(f"{_signature(one)}." for one in before)
    return f"Signatures on the answers cover them. {said} The times are those of the signers' computers."


def _signature(one: Attestation) -> str:
    name = one.name or "Somebody who is not named"
    time = f"{date_in_words(one.time)}, {moment(one.time):%H:%M} UTC"
    return f"{name} ({one.role.words}), {_DECISIONS[one.decision]}: {time}"


_FILES = {"model": "Model", "dataset": "Data", "policy": "Limits", "checklist": "Questions", "answers": "Answers"}


def _files(record: AuditRecord) -> tuple[File, ...]:
    found = [(role, record.artifact(role)) for role in _FILES]
    return tuple(File(_FILES[role], file.name, file.sha256[:DIGEST_SHOWN]) for role, file in found if file)


def _more_files(record: AuditRecord) -> str:
    shown = len(_files(record))
    more = len(record.artifacts) - shown
    rest = f" It also lists {count_of(more, 'file')} of evidence for the answers." if more else ""
    return f"A digest is the fingerprint of a file. The annex has each in full.{rest}"
