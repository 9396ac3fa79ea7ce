"""How the model decides: only what the record holds; what is absent is said to be."""

from dataclasses import dataclass

from fateaudit.evidence import Documentation, Insights, Score, Surrogate
from fateaudit.policy import Policy
from fateaudit.policy.wording import capitalised, limit_in_words, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report import scores
from fateaudit.report.access import was_asked
from fateaudit.report.checks import found
from fateaudit.report.columns import in_a_sentence, points
from fateaudit.report.entries import Entry
from fateaudit.report.example_cases import Case, Followed, case, followed
from fateaudit.report.observations import LONGEST_NAME, observations, titled
from fateaudit.report.rankings import Gap, Ranking, gap, ranking
from fateaudit.report.shapes import IN_A_TABLE, VERDICT_SHAPES
from fateaudit.report.standing_in import beside
from fateaudit.report.text import ended, lowered, shortened

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
    ranking: Ranking | None
    gaps: tuple[Gap, ...]
    cases: tuple[Case, ...]
    trace: Followed | None
    surrogate: str
    held: tuple[Held, ...]
    documentation: tuple[Entry, ...]
    absent: str
    not_told: tuple[Entry, ...]


def deciding(record: AuditRecord) -> Deciding:
    """Return how the model decides, as far as the record tells."""
    told, policy = record.insights, record.policy
    longest = _longest(told)
    route = told.importances.route if told.importances else ""
    return Deciding(
        lede=_lede(record),
        has_points=bool(told.importances or told.gaps or told.examples),
        ranking=ranking(told.importances, policy, longest) if told.importances else None,
        gaps=tuple(gap(one, policy, longest, route, beside(told, one, policy)) for one in told.gaps),
        cases=tuple(case(one, policy, longest) for one in told.examples),
        trace=followed(told.trace, told, policy) if told.trace else None,
        surrogate=_surrogate(told.surrogate, policy) if told.surrogate else "",
        held=_held(record),
        documentation=_documentation(told.documentation) if told.documentation else (),
        absent=_absent(told),
        not_told=tuple(Entry(capitalised(one.what), ended(capitalised(one.because))) for one in told.not_told),
    )


def _longest(told: Insights) -> float:
    """Return the largest number that has a bar: one scale for the whole section."""
    values = [one.value for one in told.importances.columns] if told.importances else []
    values += [one.value for found in told.gaps for one in found.parts]
    values += [value for example in told.examples for _, value in example.values]
    return max((abs(value) for value in values), default=0.0)


def _lede(record: AuditRecord) -> str:
    policy, line = record.policy, points(record.policy.decision.threshold)
    if not was_asked(record):
        return "The model was not at hand, only its outputs. What stands here is what could be told without it."
    at = f"at {line} or more" if policy.decision.at == ">=" else f"above {line}"
    start = f"The model gives each {policy.columns.unit} a score from 0 to 100. {capitalised(at)} it says: "
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


def _surrogate(found: Surrogate, policy: Policy) -> str:
    names = {"tree": "a tree of at most four questions in a row", "points": "a table of points"}
    low, high = (_hundred(end) for end in found.interval)
    other = "points" if found.by == "tree" else "tree"
    return (
        f"{capitalised(names.get(found.by, found.by))} repeats {_hundred(found.value)} of every 100 parts of how the "
        f"scores differ (could be {low} to {high}), on {units(policy)} it had not seen. {capitalised(names[other])} "
        f"repeats {_hundred(getattr(found, other))}. One fitted to shuffled scores repeats {_hundred(found.baseline)}."
    )


def _hundred(share: float) -> str:
    return "fewer than 0" if round(100 * share) < 0 else f"{round(100 * share)}"


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


def _documentation(found: Documentation) -> tuple[Entry, ...]:
    every = len(found.present) + len(found.missing)
    entries = [
        Entry("Says something", f"{len(found.present)} of {every} fields: {_fields(found.present)}."),
        Entry("Missing", f"{capitalised(_fields(found.missing))}."),
    ]
    if found.unknown:
        entries.append(Entry("Not asked for", f"{capitalised(_fields(found.unknown))}: misspelt, perhaps."))
    return tuple(entries)


def _fields(names: tuple[str, ...]) -> str:
    return listed([shortened(name.replace("_", " "), LONGEST_NAME) for name in names]) or "none"


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
