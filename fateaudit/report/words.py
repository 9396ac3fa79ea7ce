"""Which words of a text go with a score: a table like that of the columns, and how it was made."""

from dataclasses import dataclass

from fateaudit.evidence import WordSeen, WordsSeen
from fateaudit.policy import Policy
from fateaudit.policy.scales import Scale, scale_of
from fateaudit.policy.wording import capitalised, count_of, listed, units
from fateaudit.report.columns import Row, in_a_sentence, points, width
from fateaudit.report.entries import Entry
from fateaudit.report.observations import LONGEST_NAME
from fateaudit.report.text import ended, shortened

ROUNDING = 1e-9

EVERYWHERE = 0.95
"""Of the texts, from which on a model has hardly seen one without the word."""

MOSTLY = 0.9
"""Of the size of what a word adds, its mean, from which on it is one direction and no mixture."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one column of texts."""

    column: str
    sentence: str
    rows: tuple[Row, ...]
    entries: tuple[Entry, ...]


def words(found: WordsSeen, policy: Policy, longest: float) -> Words:
    """Return the words of one column, their bars on the scale of `longest`."""
    scale = scale_of(policy, longest)
    return Words(
        column=in_a_sentence(found.column, policy),
        sentence=_first(found, policy, scale),
        rows=tuple(_row(one, longest, scale) for one in found.words),
        entries=tuple(_method(found, policy, scale)),
    )


def _row(one: WordSeen, longest: float, scale: Scale) -> Row:
    return Row(
        name=shortened(one.word, LONGEST_NAME),
        points=points(one.size, scale=scale),
        beside=(f"{one.texts:,}", _error(one, scale), _signed(one.direction, scale)),
        width=width(one.direction, longest),
        is_outlined=one.direction > 0,
    )


def _error(one: WordSeen, scale: Scale) -> str:
    return points(one.standard_error, beside=0.0, scale=scale) if one.standard_error else "0"


def _signed(value: float, scale: Scale) -> str:
    said = points(value, scale=scale)
    return said if value < 0 or float(said) == 0 else f"+{said}"


def _first(found: WordsSeen, policy: Policy, scale: Scale) -> str:
    if not found.words:
        return "No word stands in ten different texts: none is named."
    every = units(policy)
    top = next((one for one in found.words if not _is_everywhere(one, found)), found.words[0])
    start = "Over all" if top is found.words[0] else "But for words of nearly all"
    word = f"“{shortened(top.word, LONGEST_NAME)}”"
    return (
        f"{start} {every}, the word that moves the score most is {word}: where it stands, it takes a score "
        f"{_way(top)} by {points(top.size, scale=scale)}{'' if policy.gives_numbers else ' points of 100'} on average."
    )


def _way(one: WordSeen) -> str:
    if abs(one.direction) < MOSTLY * one.size:
        return "up or down"
    return "up" if one.direction > 0 else "down"


def _method(found: WordsSeen, policy: Policy, scale: Scale) -> list[Entry]:
    every = units(policy)
    rows = (
        f"all {found.of_rows:,} {every}"
        if found.texts == found.of_rows
        else f"{found.texts:,} of {found.of_rows:,} {every}, drawn at random"
    )
    entries = [
        Entry(
            "Moves" if policy.gives_numbers else "Points",
            f"How far a word takes a score, up or down, on average over the {every} that hold it (texts). In the mean, "
            "up and down cancel. Words come in the order of what they move over all.",
        ),
        Entry("Without words", _bare(found, scale)),
        Entry("Found by", f"Taking words out wherever they stand, {_how(found, policy)}. Over {rows}."),
        *_everywhere(found),
        *_held(found),
        Entry("Not named", _left_out(found)),
    ]
    if not found.second_route:
        return entries
    return [*entries, Entry("A second way", ended(capitalised(found.second_route)))]


def _bare(found: WordsSeen, scale: Scale) -> str:
    return (
        f"Texts without their words score {points(found.base, scale=scale)} on average, as they are "
        f"{points(found.mean, scale=scale)}; that and the words of a text add up to its score."
    )


def _is_everywhere(one: WordSeen, found: WordsSeen) -> bool:
    return one.texts >= EVERYWHERE * found.texts


def _everywhere(found: WordsSeen) -> list[Entry]:
    """Return words that nearly all texts hold: what a model does without them, it never learnt."""
    names = [f"“{shortened(one.word, LONGEST_NAME)}”" for one in found.words if _is_everywhere(one, found)]
    if not names:
        return []
    said = f"{listed(names)}: the model hardly ever saw a text without, so what it then does says little."
    return [Entry("In nearly all", said)]


def _held(found: WordsSeen) -> list[Entry]:
    if found.fidelity is None or found.by_chance is None:
        return []
    said = (
        f"Of how scores change when words are taken out at random, these figures account for "
        f"{_hundred(found.fidelity)} of 100 parts; dealt to wrong words, for {_hundred(found.by_chance)}."
    )
    if round(100 * found.fidelity) < 0:
        said += " Fewer than 0: to expect the same change of every text would be nearer. Do not rely on these figures."
    return [Entry("Believable", said)]


def _hundred(share: float) -> str:
    return "fewer than 0" if round(100 * share) < 0 else f"{round(100 * share)}"


def _how(found: WordsSeen, policy: Policy) -> str:
    if found.exact == found.texts:
        return "in every mixture"
    orders = "in random orders"
    few = count_of(found.exact, policy.columns.unit, units(policy))
    return f"{orders}; for {few} of at most eight words in every mixture" if found.exact else orders


def _left_out(found: WordsSeen) -> str:
    """Return which words stand nowhere here, and how much they would count."""
    more = f"{found.more:,} more could be, and come after these. " if found.more else ""
    if not found.left_out:
        return f"{more}Ten different texts or more hold every word."
    share = 100 * found.left_out_share
    part = "fewer than 1" if ROUNDING < share < 1 else f"{share:.0f}"
    return (
        f"{more}{count_of(found.left_out, 'word is', 'words are')} never named: fewer than ten different texts hold "
        f"them, or they are no plain words. They may be names or addresses. Of all that words move, theirs is {part} "
        "of 100 parts."
    )
