"""How the model decides: only what the record holds; what is absent is said to be."""

from collections.abc import Iterable
from dataclasses import dataclass

from fateaudit.evidence import Insights, Score
from fateaudit.policy import Policy
from fateaudit.policy.scales import as_written, where_favourable
from fateaudit.policy.wording import capitalised, limit_in_words, listed
from fateaudit.record import AuditRecord
from fateaudit.report import scores
from fateaudit.report.access import was_asked
from fateaudit.report.checks import found
from fateaudit.report.columns import in_a_sentence, points
from fateaudit.report.curves import Curves, curves
from fateaudit.report.entries import Entry
from fateaudit.report.example_cases import Case, case
from fateaudit.report.observations import LONGEST_NAME, observations, titled
from fateaudit.report.rankings import Gap, Ranking, gap, ranking
from fateaudit.report.shapes import IN_A_TABLE, VERDICT_SHAPES
from fateaudit.report.standing_in import beside
from fateaudit.report.text import ended, lowered, shortened
from fateaudit.report.words import Words, words
from fateaudit.report.wrong_gaps import WrongGaps, wrong_gaps

MOST_NAMED = 8
"""Columns that the first sentence names."""


@dataclass(frozen=True, slots=True)
class Held:
    """A number about the whole model beside its limit."""

    check: str
    title: str
    found: str
    worthless: str
    limit: str
    word: str
    shape: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """The section, in the order in which it is read."""

    lede: str
    has_points: bool
    """Whether anything stands in it that could be taken for a cause."""
    points: str
    """What parts of a score are called: points, or numbers in the model's own unit."""
    head: str
    """The same above a column of them."""
    bars: str
    """Which bars can be held against each other."""
    ranking: Ranking | None
    words: tuple[Words, ...]
    gaps: tuple[Gap, ...]
    wrong_gaps: WrongGaps | None
    cases: tuple[Case, ...]
    curves: Curves | None
    held: tuple[Held, ...]
    absent: str
    not_told: tuple[Entry, ...]


def deciding(record: AuditRecord) -> Deciding:
    """Return how the model decides, as far as the record tells."""
    told, policy = record.insights, record.policy
    longest, longest_gap = _longest(told, policy)
    route = told.importances.route if told.importances else ""
    return Deciding(
        lede=_lede(record),
        has_points=bool(told.importances or told.gaps or told.examples),
        points="Numbers" if policy.gives_numbers else "Points",
        head="Moves" if policy.gives_numbers else "Points",
        bars="Bars of scores share one scale" if policy.gives_numbers else "All bars share one scale",
        ranking=ranking(told.importances, policy, longest) if told.importances else None,
        words=tuple(words(one, policy, longest) for one in told.words),
        gaps=tuple(gap(one, policy, longest_gap, route, beside(told, one, policy)) for one in told.gaps),
        wrong_gaps=wrong_gaps(told, policy),
        cases=tuple(case(one, policy, longest) for one in told.examples),
        curves=curves(told, policy),
        held=_held(record),
        absent=_absent(told),
        not_told=tuple(Entry(capitalised(one.what), ended(capitalised(one.because))) for one in told.not_told),
    )


def _longest(told: Insights, policy: Policy) -> tuple[float, float]:
    """Return the largest number that has a bar, of scores and of gaps: one scale for both, where both are of 100."""
    scores, gaps = _longest_score(told), _size([one.value for found in told.gaps for one in found.parts])
    return (scores, gaps) if policy.gives_numbers else (max(scores, gaps), max(scores, gaps))


def _longest_score(told: Insights) -> float:
    values = [one.value for one in told.importances.columns] if told.importances else []
    values += [value for example in told.examples for _, value in example.values]
    values += [word.direction for seen in told.words for word in seen.words]
    return _size(values)


def _size(values: Iterable[float]) -> float:
    return max((abs(value) for value in values), default=0.0)


def _lede(record: AuditRecord) -> str:
    policy = record.policy
    if not was_asked(record):
        return "The model was not at hand, only its outputs. What stands here is what could be told without it."
    threshold = policy.decision.threshold
    line = as_written(threshold) if policy.gives_numbers else points(threshold)
    at = where_favourable(policy.decision.at, line)
    what = "number in a unit of its own" if policy.gives_numbers else "score from 0 to 100"
    start = f"The model gives each {policy.columns.unit} a {what}. {capitalised(at)} it says: "
    return f"{start}{policy.words.favourable}. {_reads(record.insights, policy)}".strip()


def _reads(told: Insights, policy: Policy) -> str:
    """Return which columns the model reads, and which sensitive ones it does not."""
    if told.importances:
        columns = [one.column for one in told.importances.columns]
    elif told.examples:
        columns = [column for column, _ in told.examples[0].inputs]
    else:
        return ""
    names = listed([in_a_sentence(column, policy) for column in columns], MOST_NAMED)
    number = f"{len(columns):,} columns" if len(columns) > 1 else "one column"
    said = f"It reads {number}: {names}."
    unread = [
        lowered(shortened(one.label, LONGEST_NAME)) for one in policy.columns.sensitive if one.name not in columns
    ]
    if not unread:
        return said
    return f"{said} {capitalised(listed(unread))} {'is' if len(unread) == 1 else 'are'} not among them."


def _held(record: AuditRecord) -> tuple[Held, ...]:
    policy = record.policy
    return tuple(
        Held(
            check=one.check.id,
            title=shortened(titled(one, policy), 120),
            found=found(one),
            worthless=scores.worthless(one.evidence) if isinstance(one.evidence, Score) else "",
            limit=limit_in_words(one.check.limit),
            word=capitalised(IN_A_TABLE[one.ruling.verdict]),
            shape=VERDICT_SHAPES[one.ruling.verdict],
        )
        for one in observations(record)
        if one.is_about_the_model
    )


def _absent(told: Insights) -> str:
    parts: dict[str, object] = {
        "what moves the score": told.importances,
        "what differences between groups go with": told.gaps,
        "example cases": told.examples,
        "the way of one case": told.trace,
        "a simple stand-in": told.surrogate,
        "what is documented": told.documentation,
    }
    missing = [name for name, part in parts.items() if not part]
    if not missing:
        return ""
    said = f"Not told: {listed(missing)}."
    return said if told.not_told else f"{said} The record does not say why."
