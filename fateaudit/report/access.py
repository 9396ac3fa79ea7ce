"""What the auditor had of the model, in words: a file, code of its maker that was run, an address, or outputs alone."""

from fateaudit.policy.wording import listed
from fateaudit.record import AuditRecord

OUTPUTS_ALONE = "predictions_only"

RUN_HERE: dict[str, str] = {
    "file": "The model was run here.",
    "pickle": "The model was run here. It is a pickle: opening it ran its maker’s code, in a locked process.",
    "callable": "The model was run here. It is a program: its maker’s code was run, in a locked process.",
    "endpoint": "The model was asked at its own address, on another machine. "
    "All rows were sent there, with the columns that it reads.",
}
"""How the model came to its outputs."""

SPEAKS_AGAINST: dict[str, str] = {
    "file": "A model can be made to answer otherwise when it is tested. Locking it up does not show that.",
    "pickle": "The model is a pickle: its maker’s code was run to open it. Locked up, it was kept from this "
    "machine’s files, but it can answer otherwise when it is tested.",
    "callable": "The model is a program: its maker’s code was run. Locked up, it was kept from this machine’s files, "
    "but it can answer otherwise when it is tested.",
    "endpoint": "The model answered from another machine. That what answered is the model in use is not shown, and it "
    "can answer otherwise when it is tested.",
}
"""What having it so does not show."""

REACHED: dict[str, str] = {
    "file": "the model file was run here",
    "pickle": "the model, a pickle, was opened and run here",
    "callable": "the model, a program, was run here",
    "endpoint": "the model was asked where it runs, and its file was not at hand",
}
"""Completes "Evidence level 4 of 4: "."""

_PARTS: dict[str, str] = {
    "file": "Steps named in its file",
    "pickle": "Steps named in its file",
    "callable": "The function that was asked",
    "endpoint": "What the address calls it",
}


def was_asked(record: AuditRecord) -> bool:
    """Return whether the model itself gave the outputs, here or on another machine."""
    return record.access.model != OUTPUTS_ALONE


def has_file(record: AuditRecord) -> bool:
    """Return whether the model was in the auditor's hands."""
    return record.access.model not in {OUTPUTS_ALONE, "endpoint"}


def seen_of(record: AuditRecord) -> str:
    """Return what could not be asked of a model that was at hand; nothing where all of it could."""
    if record.access.is_open or not was_asked(record):
        return ""
    return (
        "Its parts could not be asked: its reasons were worked out from its outputs alone, and a decision can be "
        "followed only from what goes in to what comes out."
    )


def made_of(record: AuditRecord) -> str:
    """Return what the model is made of, as it says itself; nothing where it does not say."""
    kind, parts = record.access.model, record.access.description
    return f"{_PARTS[kind]}: {listed(parts)}." if kind != OUTPUTS_ALONE and parts else ""
