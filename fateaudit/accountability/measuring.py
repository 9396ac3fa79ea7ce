"""A policy's list of questions and the answers to it → evidence: one value a question, one on the list as a whole."""

from collections.abc import Iterator

from fateaudit.accountability.answers import AnswersFile
from fateaudit.accountability.assessing import assess
from fateaudit.accountability.checklist import Checklist
from fateaudit.accountability.reading import read_answers
from fateaudit.accountability.signals import draw_sample, find_signals
from fateaudit.accountability.situation import not_asked, situation_under
from fateaudit.artifacts import Artifact
from fateaudit.errors import PolicyError, did_you_mean, placed
from fateaudit.evidence import Answered, Attestation, Questionnaire
from fateaudit.policy import ChecklistCheck, PolicyFile, System
from fateaudit.signing import Role
from fateaudit.standing import Judgement, Signer


def read_policy_answers(source: PolicyFile, check: ChecklistCheck) -> AnswersFile:
    """Return the answers that the policy's check names, before anything is measured.

    Raises PolicyError when they answer another list, or speak of another system or stage than the policy.
    """
    where = source.where("checks", source.policy.checks.index(check))
    with placed(where):
        file = read_answers(source.folder / check.answers)
    answered = file.checklist.checklist.id
    if answered != check.checklist:
        raise PolicyError(
            f"{check.id} asks for the answers to {check.checklist}, and {check.answers} answers {answered}",
            where=[where, file.document.where("checklist", "id")],
            hint="name the list that was answered, or the file that answers this one",
        )
    situation_under(file, source.policy.system)
    _refuse_loose_waivers(source, check, file.checklist.checklist)
    return file


def _refuse_loose_waivers(source: PolicyFile, check: ChecklistCheck, checklist: Checklist) -> None:
    """Refuse waivers of questions that the list does not have, and of those that end the matter (rule R7)."""
    ids = [f"{check.id}/{item.id}" for item in checklist.items]
    for index, waiver in enumerate(source.policy.waivers):
        list_id, slash, question = waiver.check.partition("/")
        if not slash or list_id != check.id:
            continue
        item = checklist.item(question)
        where = [source.where("waivers", index, "check")]
        if item is None:
            raise PolicyError(
                f"a waiver names {waiver.check}, and {checklist.id} has no such question",
                where=where,
                hint=did_you_mean(waiver.check, ids) or f"see `fateaudit checklist show {checklist.id}`",
            )
        if item.stop:
            raise PolicyError(
                f"{waiver.check} is a question that can end the matter, and nobody can accept that it is open",
                where=where,
                hint="remove the waiver; find out, and have the answer reviewed",
            )
        if item.severity == "blocker" and source.policy.system.stage == "approved":
            raise PolicyError(
                f"{waiver.check} is a blocker, and the system is approved: it cannot be waived then",
                where=where,
                hint="remove the waiver; an approved system keeps its blockers",
            )


def artifacts_of(file: AnswersFile) -> tuple[Artifact, ...]:
    """Return the answers, the wording they were given to, and each evidence file under the name it is cited by."""
    cited = [
        Artifact(
            role="evidence", name=one.name, media_type="application/octet-stream", size=one.size, sha256=one.sha256
        )
        for one in file.manifest()
    ]
    return (file.artifact, file.checklist.artifact, *cited)


def measure(
    check: ChecklistCheck, file: AnswersFile, system: System, signatures: Judgement
) -> tuple[Questionnaire | Answered, ...]:
    """Return the evidence for `check`: the list as a whole first, then every question asked, unanswered ones too."""
    situation = situation_under(file, system)
    answered = assess(file, situation, check=check.id)
    checklist, wording = file.checklist.checklist, file.checklist.artifact
    sheet = Questionnaire(
        id=check.id,
        check=check.id,
        checklist=checklist.id,
        version=checklist.version,
        sha256=wording.sha256,
        title=checklist.title,
        flags=dict(sorted(file.preamble.flags.items())),
        asked=tuple(one.item for one in answered),
        not_asked=not_asked(checklist, situation),
        signals=find_signals(answered, autonomy=system.autonomy).sentences(),
        drawn=draw_sample(answered, file.digest_of_what_was_said()),
        required=check.require.signed_by,
        signed=tuple(map(_attestation, signatures.signers)),
        lacking=(*(cause.sentence for cause in signatures.causes), *_wrong_people(file, signatures)),
    )
    return (sheet, *answered)


def _attestation(signer: Signer) -> Attestation:
    signature = signer.signature
    return Attestation(
        role=signature.role,
        person=signature.person,
        name=signer.name,
        fingerprint=signer.fingerprint,
        decision=signature.decision,
        conditions=signature.conditions,
        statement=signature.statement,
        time=signature.time,
        holds=signer.holds,
    )


def _wrong_people(file: AnswersFile, signatures: Judgement) -> Iterator[str]:
    """Yield every difference between the people of the answers and those who signed them."""
    people = file.preamble.people
    signed = {signer.signature.role.value: signer for signer in signatures.signers}
    for role, signer in signed.items():
        named = [person for person in people if person.role.value == role]
        alike = [person for person in named if (person.id, person.name) == (signer.signature.person, signer.name)]
        if len(named) != 1 or not alike:
            words = signer.signature.role.words
            yield f"the answers do not name {signer.name or 'the signer'} as their one {words}, and they signed as that"
    reviewers = {answer.review.by for answer in file.answers.values() if answer.review is not None}
    if Role.INDEPENDENT_REVIEWER.value in signed:
        reviewer = signed[Role.INDEPENDENT_REVIEWER.value].signature.person
        for other in sorted(reviewers - {reviewer}):
            yield f"{file.person(other).name} reviewed answers and has not signed for it"


def refuse_later(file: AnswersFile, created: str) -> None:
    """Raise PolicyError for an answer or a review that is dated after the audit: nobody can have given it yet."""
    for item_id, answer in file.answers.items():
        for place, day in (("at",), answer.at), (("review", "at"), answer.review.at if answer.review else None):
            if day is not None and day.rstrip("Z") > created[: len(day.rstrip("Z"))]:
                raise PolicyError(
                    f"{item_id} is dated {day}, after this audit of {created}",
                    where=[file.document.where("answers", item_id, *place)],
                    hint="write the day on which it was answered or reviewed",
                )
