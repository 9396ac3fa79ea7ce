"""The passphrase of a key: asked hidden on a terminal, or taken from the environment; never an argument."""

import getpass
import os
import sys
import warnings

import typer

from fateaudit.errors import UsageError

VARIABLE = "FATEAUDIT_PASSPHRASE"

MAX_BYTES = 1_000
"""The library that encrypts the key takes no more than 1,023."""


def choose_passphrase() -> str:
    """Return a passphrase for a new key; on a terminal it is typed twice."""
    if not _is_terminal():
        return _from_environment()
    passphrase = _typed("Passphrase for the new key: ")
    if _typed("The same again: ") != passphrase:
        raise UsageError("the two passphrases differ", hint="type the command again; no key was made")
    return passphrase


def ask_passphrase(key: str) -> str:
    """Return the passphrase of the key in the file `key`."""
    return _typed(f"Passphrase of {key}: ") if _is_terminal() else _from_environment()


def _is_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _typed(prompt: str) -> str:
    try:
        with warnings.catch_warnings():
            # Where typing cannot be hidden, getpass only warns, and shows it.
            warnings.simplefilter("error", getpass.GetPassWarning)
            return _usable(getpass.getpass(prompt))
    except getpass.GetPassWarning:
        raise UsageError(
            "this terminal cannot hide what is typed", hint=f"give the passphrase in the variable {VARIABLE}"
        ) from None
    except EOFError:
        raise typer.Abort from None


def _from_environment() -> str:
    passphrase = os.environ.get(VARIABLE)
    if not passphrase:
        raise UsageError(
            "a passphrase is needed, and there is no terminal to ask for it",
            hint=f"type the command in a terminal, or give the passphrase in the variable {VARIABLE}",
        )
    return _usable(passphrase)


def _usable(passphrase: str) -> str:
    try:
        is_short_enough = len(passphrase.encode()) <= MAX_BYTES
    except UnicodeEncodeError:
        raise UsageError("this passphrase is not UTF-8 text", hint="type it in ordinary characters") from None
    if not is_short_enough:
        raise UsageError("this passphrase is too long", hint="four words with spaces between them are enough")
    return passphrase
