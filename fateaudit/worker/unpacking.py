"""What is inside a compressed file, unpacked in memory and no further than a bound."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from fateaudit.worker.problems import Problem, ProblemError

MOST_BYTES = 512 << 20

_EITHER = 32 + zlib.MAX_WBITS
"""zlib or gzip, whichever the bytes say."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The beginning of what is inside."""

    how: str
    content: bytes
    whole: bool


def unpack(content: bytes) -> Unpacked | None:
    """Return what is inside, MOST_BYTES at most; None for a compression that only a further library unpacks.

    Raises ProblemError for bytes that were not packed so.
    """
    for beginnings, how, unpacks in _KINDS:
        if content.startswith(beginnings):
            return _unpacked(content, how, unpacks)
    return None


def _unpacked(content: bytes, how: str, unpacks: Callable[[bytes], tuple[bytes, bool]]) -> Unpacked:
    try:
        inside, whole = unpacks(content)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError):
        raise ProblemError(Problem.DAMAGED) from None
    return Unpacked(how, inside, whole)


def _zlib(content: bytes) -> tuple[bytes, bool]:
    unpacks = zlib.decompressobj(_EITHER)
    return unpacks.decompress(content, MOST_BYTES), unpacks.eof


def _bz2(content: bytes) -> tuple[bytes, bool]:
    unpacks = bz2.BZ2Decompressor()
    return unpacks.decompress(content, MOST_BYTES), unpacks.eof


def _lzma(content: bytes) -> tuple[bytes, bool]:
    unpacks = lzma.LZMADecompressor()
    return unpacks.decompress(content, MOST_BYTES), unpacks.eof


_KINDS: tuple[tuple[bytes | tuple[bytes, ...], str, Callable[[bytes], tuple[bytes, bool]]], ...] = (
    (b"\x1f\x8b", "gzip", _zlib),
    (b"\x78", "zlib", _zlib),
    (b"BZh", "bzip2", _bz2),
    (b"\xfd7zXZ", "xz", _lzma),
    (b"\x5d\x00\x00", "lzma", _lzma),
)
