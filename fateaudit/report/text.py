"""Hostile text → text that can be printed: what is invisible is shown, what is too long is shortened, dates are said.

Names and groups come from a vendor's data. A control character in them could reverse the digits beside it on paper.
"""

import re
import unicodedata
from datetime import UTC, datetime

from fateaudit.errors import DamagedFileError

_SHOWN_BY_NUMBER = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_KEPT = frozenset("\t\n\u200c\u200d")
"""Tab and line feed are spaces in print; the two joiners belong to Persian words and to emoji."""

_RTL = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff"
_RTL_RUN = re.compile(f"[{_RTL}](?:[{_RTL}\\s\u200c\u200d]*[{_RTL}])?")
_ISOLATE, _END_ISOLATE = "\u2067", "\u2069"

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def readable(value: object) -> object:
    """Return text as it may be printed; anything that is not text, or is markup made here, stays what it is.

    Invisible characters are written as [U+202E]. Words that run from right to left are isolated, so that a number
    that follows them keeps its place.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):
        return value
    shown = "".join(_shown(character) for character in value)
    return _RTL_RUN.sub(lambda run: f"{_ISOLATE}{run.group()}{_END_ISOLATE}", shown)


def _shown(character: str) -> str:
    if character in _KEPT or unicodedata.category(character) not in _SHOWN_BY_NUMBER:
        return character
    return f"[U+{ord(character):04X}]"


def shortened(text: str, most: int) -> str:
    """Return `text` cut at a word to at most `most` characters, with an ellipsis where something was left out."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    cut = flat[: most - 1]
    at_word = cut.rpartition(" ")[0]
    return f"{at_word if len(at_word) > most // 2 else cut}…"


def lowered(text: str) -> str:
    """Return a label or title as it stands inside a sentence: "Sex" becomes "sex", "HIV status" stays."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def ended(text: str) -> str:
    """Return `text` as a sentence: with a full stop, unless it ends in a mark of its own."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def moment(created: str) -> datetime:
    """Return the time of the audit. Raises DamagedFileError for text that is no time with a time zone."""
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        when = datetime.min  # noqa: DTZ901 - refused in the next line, like any other without a time zone
    if when.tzinfo is None:
        raise DamagedFileError(
            "the record does not say when the audit was made", hint="run the audit again, or take a fresh copy"
        )
    return when.astimezone(UTC)


def date_in_words(created: str) -> str:
    """Return "21 November 2026"."""
    when = moment(created)
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"
