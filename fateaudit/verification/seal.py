"""What closes an audit's folder: the signed list of all files, and the files that the report carries."""

from fateaudit.artifacts import sha256
from fateaudit.errors import FateauditError
from fateaudit.signing import MANIFEST, open_manifest, read_attachments
from fateaudit.signing.rules import wrong_listing
from fateaudit.standing import RECORD, judge_manifest
from fateaudit.verification.folder import REPORT, Folder, audited, read_file


def check_manifest(found: Folder, now: str) -> None:
    """Hold the signed list of files against the files, and its signature against the time."""
    if found.trust is None:
        return
    if found.manifest is None:
        found.unlisted = True
        return
    try:
        item = open_manifest(found.manifest, MANIFEST, found.trust)
    except FateauditError as error:
        found.wrong.append(error.message)
        return
    found.wrong += wrong_listing(item, found.files)
    if found.record is not None:
        found.wrong += judge_manifest(item, found.signed, audited(found.record, found.content), now=now)


def check_report(found: Folder) -> None:
    """Compare what the PDF carries with the folder's files, when the list of files vouches for all of them."""
    if found.wrong or found.unlisted or found.trust is None:
        return
    content = read_file(found, REPORT)
    if content is None:
        found.wrong.append(f"{REPORT} is missing")
        return
    found.notes.append(
        f"what stands on the pages of {REPORT} was not read; to be sure of it, draw it again from {RECORD}"
    )
    try:
        attached = {(name, sha256(embedded)) for name, embedded in read_attachments(content, REPORT)}
    except FateauditError as error:
        found.wrong.append(error.message)
        return
    if RECORD not in {name for name, _ in attached}:
        found.wrong.append(f"{REPORT} does not carry {RECORD}")
    known = set(found.files.values())
    for name, digest in sorted(attached):
        if name == RECORD and digest != found.files.get(RECORD):
            found.wrong.append(f"{REPORT} carries another {RECORD} than the one beside it")
        elif digest not in known:
            found.wrong.append(f"{REPORT} carries {name}, which is not in the folder")
