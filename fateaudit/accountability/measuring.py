"""A policy's list of questions and the answers to it → evidence: one value a question, one on the list as a whole."""

from fateaudit.accountability.answers import AnswersFile
from fateaudit.accountability.assessing import assess
from fateaudit.accountability.reading import read_answers
from fateaudit.accountability.signals import draw_sample, find_signals
from fateaudit.accountability.situation import not_asked, situation_under
from fateaudit.artifacts import Artifact
from fateaudit.errors import PolicyError, placed
from fateaudit.evidence import Answered, Attestation, Questionnaire
from fateaudit.policy import ChecklistCheck, PolicyFile, System
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
    return file


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
        lacking=tuple(cause.sentence for cause in signatures.causes),
    )
    return (sheet, *answered)


def _attestation(signer: Signer) -> Attestation:
    signature = signer.signature
    return Attestation(
        role=signature.role,
        name=signer.name,
        fingerprint=signer.fingerprint,
        decision=signature.decision,
        conditions=signature.conditions,
        statement=signature.statement,
        time=signature.time,
        holds=signer.holds,
    )
