"""A finished audit checked: files, signatures, and whether the findings follow from the evidence.

From the outside in: the signed list of files, what the PDF carries, the signatures, the record, the inputs. Whatever is
damaged becomes a sentence that names the file and the cause; nothing here raises for what a file holds. The PDF is
opened only when the signed list vouches for it.
"""

from dataclasses import dataclass
from pathlib import Path

from fateaudit.errors import ExitCode, printable
from fateaudit.signing import MANIFEST
from fateaudit.standing import QUORUM, Audited, Cause, Judgement, Lack, Standing, judge_standing
from fateaudit.verification.folder import (
    REPORT,
    TRUST,
    Folder,
    audited,
    open_folder_signatures,
    read_folder,
    read_record,
    read_trust_file,
)
from fateaudit.verification.papers import check_record
from fateaudit.verification.seal import check_manifest, check_report

__all__ = ["REPORT", "TRUST", "VerificationResult", "audited", "examine", "verify"]


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """What a folder is worth, and everything that speaks against it."""

    judgement: Judgement
    problems: tuple[str, ...]
    """One sentence each, naming the file and the cause; empty when everything holds."""
    notes: tuple[str, ...]
    """What could not be looked at, because it is not in the folder."""
    demonstration: bool
    files: int
    trust_digest: str | None
    """The sha256 of the trust file: what a reader compares with what the signers' organisation publishes."""

    @property
    def standing(self) -> Standing:
        """The standing, this folder's files included."""
        return self.judgement.standing

    @property
    def exit_code(self) -> ExitCode:
        """0 when everything holds today, a refusal and a demonstration included; 5 otherwise."""
        return ExitCode.NOT_VERIFIED if self.problems else ExitCode.OK


def verify(folder: Path, *, now: str, trust_pin: str | None = None) -> VerificationResult:
    """Check the folder of a finished audit at the time `now` (`2026-11-21T12:00:00Z`).

    `trust_pin` is the sha256 of the trust file as the reader knows it; it goes beside the one that the policy pins.
    Raises UsageError when there is no such folder.
    """
    found = read_folder(folder)
    read_record(found)
    read_trust_file(found, trust_pin)
    wrong = open_folder_signatures(found)
    check_manifest(found, now)
    check_report(found)
    found.wrong += wrong
    check_record(found)
    return _result(found, now)


def examine(folder: Path, *, now: str, trust_pin: str | None = None) -> Judgement:
    """Say what the signatures in a folder make of its record; the list of files and the PDF are not looked at.

    For the report, which is made before both. Raises UsageError when there is no such folder.
    """
    found = read_folder(folder)
    read_record(found)
    read_trust_file(found, trust_pin)
    found.wrong += open_folder_signatures(found)
    check_record(found)
    return _judge(found, now)


def _judge(found: Folder, now: str) -> Judgement:
    causes = [Cause(Lack.BROKEN, sentence) for sentence in found.wrong]
    if found.unlisted:
        causes.append(Cause(Lack.MISSING, f"{MANIFEST} is missing: nobody has signed the list of files"))
    # Where nothing could be opened, who has not signed cannot be said.
    quorum = () if found.envelopes and (found.trust is None or found.record is None) else QUORUM
    if found.record is None:
        nothing = Audited(created=now, demonstration=False, inputs=frozenset(), digest="")
        return judge_standing(nothing, (), now=now, causes=causes, quorum=quorum)
    known = audited(found.record, found.content)
    return judge_standing(known, found.signed, now=now, causes=causes, quorum=quorum)


def _result(found: Folder, now: str) -> VerificationResult:
    judgement = _judge(found, now)
    trust = found.files.get(TRUST)
    wrong = [cause.sentence for cause in judgement.causes]
    if judgement.beneath is Standing.LAPSED:
        wrong.append(f"the acceptance ended on {judgement.valid_to}")
    return VerificationResult(
        judgement=judgement,
        problems=tuple(dict.fromkeys(map(printable, wrong))),
        notes=tuple(printable(note) for note in found.notes),
        demonstration=found.record is not None and found.record.demonstration,
        files=len(found.files),
        trust_digest=trust,
    )
