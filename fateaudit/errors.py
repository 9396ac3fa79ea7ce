"""Every failure a user can cause, and what to do about it.

    FateauditError
    ├── UsageError              2  something typed or written must change
    │   ├── PolicyError            the policy file, with the line
    │   └── ColumnError            a column or value that the data does not have
    └── AuditFailedError        1  the input itself is damaged, or a step failed
        ├── DamagedFileError       truncated, altered, unreadable, not what it says it is
        ├── RefusedModelError      a model file that would run code, or is not the pinned one
        ├── UnusableDataError      rows that cannot be audited: none, or scores that are not numbers
        └── MissingLibraryError    a system library or an extra that is not installed

An error says what, where, and what to type. It never carries a value found in a row: this is police data. Names that
come out of a file are shown, not obeyed: here is the one place where they are made harmless for a terminal.
"""

import difflib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import IntEnum

MAX_SHOWN = 800
"""Characters of one line of an error: a name in a damaged file can be as long as the file."""

MAX_NAME = 200
"""Characters of a name that is worth comparing with another: the comparison takes time by the square."""


class ExitCode(IntEnum):
    """What a command answers to the shell.

    Python and typer exit 1 on a crash and 2 on bad usage, so a verdict has a code that no accident can produce.
    When several hold: 1, 2, 5, 3, 4, 0.
    """

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_MET = 3
    CANNOT_TELL = 4
    NOT_VERIFIED = 5
    INTERRUPTED = 130


class FateauditError(Exception):
    """A failure with a remedy."""

    exit_code = ExitCode.FAILED

    def __init__(self, message: str, *, where: Iterable[str] = (), hint: str = "") -> None:
        self.message = printable(message)
        super().__init__(self.message)
        self.where = tuple(printable(line) for line in where)
        """Lines under the message: file and line, or what the file does hold."""
        self.hint = printable(hint)
        """What to type or change. Every error that reaches a user has one."""

    def __str__(self) -> str:
        """Return the whole paragraph as it is printed after `error: `."""
        return "\n".join(
            [self.message, *(f"  {line}" for line in self.where), *([f"  {self.hint}"] if self.hint else [])]
        )


class UsageError(FateauditError):
    """Something typed or written must change."""

    exit_code = ExitCode.USAGE


class PolicyError(UsageError):
    """The policy file says something that cannot be audited."""


class ColumnError(UsageError):
    """The policy or the model names a column or value that the data does not have."""


class AuditFailedError(FateauditError):
    """The audit could not be carried out."""


class DamagedFileError(AuditFailedError):
    """A file is truncated, altered, or not what it says it is."""


class RefusedModelError(AuditFailedError):
    """A model file was not opened, because opening it could run code or because it is not the pinned one."""


class UnusableDataError(AuditFailedError):
    """The rows cannot be audited as they are."""


class MissingLibraryError(AuditFailedError):
    """A system library or an optional package is not installed."""


def printable(text: str) -> str:
    r"""Return `text` as one line of moderate length in which nothing acts on a terminal or hides.

    Line breaks, escape sequences, characters without width and odd spaces are written out: `\x1b`, `\u202e`.
    """
    shown = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in shown
    )


def as_seen(text: str) -> str:
    """Return a name without what a reader does not see: capitals, odd spaces, marks, zero widths."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())


@contextmanager
def placed(where: str) -> Iterator[None]:
    """Say, in any error that comes out of the block, where the thing is written that it is about."""
    try:
        yield
    except FateauditError as error:
        raise type(error)(error.message, where=[*filter(None, [where]), *error.where], hint=error.hint) from None


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that was probably meant, or None when none is near."""
    by_folded = {name.casefold(): name for name in known if len(name) <= MAX_NAME}
    near = difflib.get_close_matches(word[:MAX_NAME].casefold(), by_folded, n=1, cutoff=0.5)
    return by_folded[near[0]] if near else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `Did you mean "sex"?` for the nearest of `known`, or nothing when none is near."""
    near = nearest(word, known)
    return f'Did you mean "{near}"?' if near is not None else ""
