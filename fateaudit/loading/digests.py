"""Digests of ids, with which two parties compare rows that neither shows the other: written here, and read back.

A digest is keyed by a salt (HMAC-SHA-256, RFC 2104, cut to 128 bits), so that digests made with another salt, and
tables of digests made beforehand, are of no use. It hides an id only as far as the id cannot be guessed: whoever has
file and salt can try every number of a short register.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from fateaudit.errors import DamagedFileError, PolicyError

HEAD = "fateaudit digests 1"
_ALGORITHM = "sha256"
_BYTES = 16
_FILE = re.compile(
    rf"{HEAD}\nrows (\d{{1,15}})\nwithout an id (\d{{1,15}})\nsalt ([0-9a-f]{{32}})\nseal ([0-9a-f]{{32}})\n\n"
    r"((?:[0-9a-f]{32}\n)+)"
)
_NUMBER = re.compile(r"(-?)0*([0-9]+)(?:\.0+)?")


@dataclass(frozen=True, slots=True)
class Digests:
    """What a file of digests says."""

    digests: frozenset[bytes]
    rows: int
    """Rows that they were made of."""
    unnamed: int
    """Of these, the rows without an id."""


def as_id(value: str) -> str:
    """Return an id as both sides compare it: without odd forms, unseen marks, capitals, spaces, zeros before a number.

    What is alike in all but these is taken for the same row: one match too many is looked into, one too few is not.
    Nothing is left of what is no id.
    """
    # Copied from a page or a spreadsheet, an id may bring marks that nobody sees.
    seen = value if value.isascii() else "".join(one for one in value if unicodedata.category(one) != "Cf")
    plain = " ".join(unicodedata.normalize("NFKC", seen).split()).casefold()
    number = _NUMBER.fullmatch(plain)
    return f"{number[1]}{number[2]}" if number else plain


def digest(value: str, salt: str) -> bytes:
    """Return the digest of an id."""
    return _keyed(salt, "id", as_id(value).encode("utf-8", "surrogatepass"))


def write_digests(values: Iterable[str | None], salt: str) -> bytes:
    """Return the file of the digests of `values`, one a row of training, None where a row has no id; in no order."""
    rows, unnamed, found = 0, 0, set[bytes]()
    for value in values:
        rows += 1
        is_named = value is not None and as_id(value) != ""
        unnamed += not is_named
        if value is not None and is_named:
            found.add(digest(value, salt))
    lines = _lines(found)
    head = f"{HEAD}\nrows {rows}\nwithout an id {unnamed}\n"
    seal = _keyed(salt, "seal", (head + lines).encode()).hex()
    return f"{head}salt {_keyed(salt, 'salt', b'').hex()}\nseal {seal}\n\n{lines}".encode()


def is_digests(content: bytes) -> bool:
    """Return whether a file says that it holds digests."""
    return content.startswith(HEAD.encode())


def read_digests(content: bytes, salt: str, name: str) -> Digests:
    """Return the digests in a file.

    Raises PolicyError for another salt than they were made with, which would find nobody and look as if nobody was
    there; DamagedFileError for a file that is not whole.
    """
    found = _FILE.fullmatch(content.decode("ascii", "replace"))
    if found is None:
        raise _damaged(name, "it does not have the form that `fateaudit digests` writes")
    rows, unnamed, lines = int(found[1]), int(found[2]), found[5]
    if not hmac.compare_digest(found[3], _keyed(salt, "salt", b"").hex()):
        raise PolicyError(
            f"{name} was made with another salt than the policy names",
            hint="write training.salt exactly as whoever made the digests typed it: capitals and spaces count",
        )
    head = f"{HEAD}\nrows {rows}\nwithout an id {unnamed}\n"
    if not hmac.compare_digest(found[4], _keyed(salt, "seal", (head + lines).encode()).hex()):
        raise _damaged(name, "its digests are not the ones that were written")
    return Digests(frozenset(map(bytes.fromhex, lines.split())), rows, unnamed)


def _lines(found: Collection[bytes]) -> str:
    return "".join(f"{one.hex()}\n" for one in sorted(found))


def _keyed(salt: str, what: str, message: bytes) -> bytes:
    """Return a keyed digest; `what` keeps one use of the salt apart from another."""
    return hmac.digest(salt.encode(), what.encode() + b"\0" + message, _ALGORITHM)[:_BYTES]


def _damaged(name: str, how: str) -> DamagedFileError:
    return DamagedFileError(f"{name} cannot be relied on: {how}", hint="take a fresh copy from whoever made it")
