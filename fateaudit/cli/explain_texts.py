"""The words of one case, as lines of text and as data. Nothing is calculated here."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from fateaudit.policy.wording import count_of

if TYPE_CHECKING:
    from fateaudit.explainability import Unexplained
    from fateaudit.explainability.words import WordValues

MOST = 20
"""Words that are printed; as data, all are."""

LONGEST = 30

TAKEN_OUT = "A word is taken out wherever it stands, and all else stays. No word is a cause."


def texts_in_words(found: tuple[tuple[str, "WordValues | Unexplained"], ...]) -> Iterator[str]:
    """Yield the lines about each text: those words first that move the score most."""
    from fateaudit.explainability import Unexplained  # noqa: PLC0415 - heavy, and loaded by now

    for column, one in found:
        yield ""
        if isinstance(one, Unexplained):
            yield f"What the words of {column} add cannot be told: {one.detail}."
            continue
        yield f"The same score by the words of {column}, all other columns as they are:"
        yield from _table(one)
        yield TAKEN_OUT
        if max(one.noise) > 0:
            yield f"These values are estimates, to within about {1.96 * max(one.noise):.6f}."


def _table(one: "WordValues") -> Iterator[str]:
    ranked = sorted(zip(one.words, one.values, strict=True), key=lambda entry: (-abs(entry[1]), entry[0]))
    rows = [("without its words", f"{one.base:.6f}")]
    rows += [(_short(word), _signed(value)) for word, value in ranked[:MOST]]
    if rest := ranked[MOST:]:
        several = count_of(len(rest), "word that moves it less", "words that move it less")
        rows.append((several, _signed(sum(value for _, value in rest))))
    rows.append(("the score", f"{one.score:.6f}"))
    wide = max(len(name) for name, _ in rows)
    return (f"  {name:<{wide}}  {value:>9}" for name, value in rows)


def _signed(value: float) -> str:
    return f"{value:+.6f}".replace("-", "\N{MINUS SIGN}")


def _short(word: str) -> str:
    return word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…"


def texts_as_data(found: tuple[tuple[str, "WordValues | Unexplained"], ...]) -> dict[str, object]:
    """Return the same for a program, by column, every number in full."""
    from fateaudit.explainability import Unexplained  # noqa: PLC0415 - as above

    return {
        column: {"not_told": one.detail}
        if isinstance(one, Unexplained)
        else {
            "caution": TAKEN_OUT,
            "base": one.base,
            "values": dict(zip(one.words, one.values, strict=True)),
            "standard_errors": dict(zip(one.words, one.noise, strict=True)),
            "gathered": one.gathered,
            "route": one.route.value,
        }
        for column, one in found
    }
