"""The facts of one matter for the section on findings: what was seen, in how many cases, and how sure that is.

Nothing here says whether a limit is met for good reason: that is for the limits, and for people, to say.
"""

import math
from fractions import Fraction

from fateaudit.evidence import Estimate, Measurement, Part, Score, Side, Unmeasured
from fateaudit.policy import Policy, Verdict, sides_to_judge
from fateaudit.policy.wording import attribute_name, capitalised, could_be, count_of, group_name, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report import estimates, scores
from fateaudit.report.entries import Entry
from fateaudit.report.frequencies import frequency_of
from fateaudit.report.limits import why_untold
from fateaudit.report.observations import LONGEST_NAME, Observation, compared
from fateaudit.report.text import ended, lowered, shortened

MOST_NAMED = 4
LONGEST_COUNTED = 140
SAW, MANY, SURE = "What we saw", "How many", "How sure"


def facts(one: Observation, record: AuditRecord, per: int) -> tuple[Entry, ...]:
    """Return what was seen, in how many cases and how sure that is, with every rate out of `per`."""
    match one.evidence:
        case Measurement() as item if compared(one):
            told = (
                _saw(item, compared(one), record.policy, per),
                _how_many(one, item, record.policy),
                _how_sure(one, item, record.policy, per),
            )
        case Score() as item:
            told = (_saw_of_model(item), _how_many_of_model(item, record), _how_sure_of_model(one, item, record.policy))
        case Estimate() as item:
            told = (
                estimates.told(item),
                estimates.how_many(item, record.policy),
                _how_sure_of(one, item, record.policy),
            )
        case Unmeasured() | Measurement():
            told = _nothing(one, record)
    return tuple(map(Entry, (SAW, MANY, SURE), told))


def _saw(item: Measurement, parts: tuple[Part, ...], policy: Policy, per: int) -> str:
    """Return "45 of every 100 arrests of non-citizens are not suggested for release. For citizens it is 13."."""
    first, *others = (frequency_of(part, item, policy, per) for part in parts)
    counted = shortened(item.subject.counted, LONGEST_COUNTED)
    said = [f"{capitalised(first.count)} of every {per:,} {first.whose} {counted}."]
    said += [f"For {other.short} it is {other.count}." for other in others]
    return " ".join(said)


def _how_many(one: Observation, item: Measurement, policy: Policy) -> str:
    """Return the counts of the groups that are compared, and how many more than at the other group's rate."""
    parts = compared(one)
    said = [f"{_counts(part, item, policy)}." for part in parts]
    if len(parts) > 1:
        expected = _expected(parts[0], parts[1])
        more = _more(parts[0].numerator - expected)
        name = _name(parts[1], item, policy)
        said.append(f"At the rate of {name} it would be {expected:,} of the {parts[0].denominator:,}: {more}.")
        said += _other_groups(item, parts, policy)
    else:
        said += [*_within(one, item, parts[0]), *_others_named(one, item, parts[0], policy)]
    return " ".join([*said, *_set_aside(item, policy)])


def _counts(part: Part, item: Measurement, policy: Policy) -> str:
    return f"{capitalised(_name(part, item, policy))}: {part.numerator:,} of {part.denominator:,}"


def _name(part: Part, item: Measurement, policy: Policy) -> str:
    return shortened(group_name(policy, item.of, part.group), LONGEST_NAME)


def _expected(part: Part, against: Part) -> int:
    """Return how many of a group would be counted if the rate of another were its own, to the nearest whole number."""
    exact = Fraction(part.denominator * against.numerator, against.denominator)
    return math.floor(exact + Fraction(1, 2))


def _more(difference: int) -> str:
    """Return what the data hold beside what they would hold: "128 more in the data", "20 fewer in the data"."""
    if difference == 0:
        return "the same number"
    return f"the data have {abs(difference):,} {'more' if difference > 0 else 'fewer'}"


def _other_groups(item: Measurement, shown: tuple[Part, ...], policy: Policy) -> list[str]:
    """Return the counts of the other groups that were judged, those first that are farthest from the same rate."""
    apart = [
        (part.numerator - _expected(part, shown[1]), part) for part in item.parts if part.judged and part not in shown
    ]
    ranked = sorted(apart, key=lambda one: (-abs(one[0]), one[1].group))
    said = [f"{_counts(part, item, policy)}; {_more(more)}." for more, part in ranked[:MOST_NAMED]]
    return [*said, *_left(len(ranked) - len(said))]


def _left(number: int) -> list[str]:
    return [f"{count_of(number, 'more group')} {_stand(number)} under “Everyone counted”."] if number > 0 else []


def _stand(number: int) -> str:
    return "stands" if number == 1 else "stand"


def _within(one: Observation, item: Measurement, part: Part) -> list[str]:
    """Return how many would be within a limit on the number itself."""
    said = []
    for side, limit in sides_to_judge(one.check, item.convention):
        exact = limit * part.denominator
        whole = math.ceil(exact) if side is Side.MIN else math.floor(exact)
        bound = "at least" if side is Side.MIN else "at most"
        said.append(f"Within the limit: {bound} {min(max(whole, 0), part.denominator):,}.")
    return said


def _others_named(one: Observation, item: Measurement, shown: Part, policy: Policy) -> list[str]:
    """Return the other groups that a limit on each group's own number is about."""
    named = [part for part in item.parts if part.group in one.ruling.groups and part.group != shown.group]
    said = [f"{_counts(part, item, policy)}." for part in named[:MOST_NAMED] if part.judged]
    return [*said, *_left(len(named) - MOST_NAMED)]


def _set_aside(item: Measurement, policy: Policy) -> list[str]:
    """Return who decided nothing, with their numbers."""
    small = [
        f"{_name(part, item, policy)} ({part.denominator:,})"
        for part in item.parts
        if part.set_aside == "too_few" and part.cases
    ]
    missing = sum(part.cases for part in item.parts if part.set_aside == "not_recorded")
    excluded = [f"{_name(part, item, policy)} ({part.cases:,})" for part in item.parts if part.set_aside == "excluded"]
    said = [f"Too few to judge: {listed(small, MOST_NAMED)}."] if small else []
    said += [f"Set aside by the policy: {listed(excluded, MOST_NAMED)}."] if excluded else []
    return [*said, *([f"Not recorded: {missing:,}."] if missing else [])]


def _how_sure(one: Observation, item: Measurement, policy: Policy, per: int) -> str:
    """Return what chance could make of the numbers, and whether the answer stands in spite of it."""
    allowed = [
        f"{could_be(part, per).removeprefix('could be ')} for {_name(part, item, policy)}" for part in compared(one)
    ]
    return f"Chance alone allows {' and '.join(allowed)}. {_stands(one, policy)}"


def _stands(one: Observation, policy: Policy) -> str:
    """Return how the limit and what chance allows lie to each other; nothing is called sure by its figure alone."""
    if policy.statistics.decide_on == "point":
        return "The owner asked that the figures alone decide. Chance was not allowed for."
    match one.ruling.verdict:
        case Verdict.NOT_MET:
            return "Allowing for that, the answer stays beyond the limit."
        case Verdict.MET:
            return "Allowing for that, the answer stays within the limit."
        case Verdict.CANNOT_TELL:
            return f"It could not be judged: {ended(why_untold(one, policy))}"


def _saw_of_model(item: Score) -> str:
    said = scores.told(item)
    return said if item.baseline is None else f"{said} Something worthless would get {scores.worthless(item)}."


def _how_many_of_model(item: Score, record: AuditRecord) -> str:
    papers = record.insights.documentation
    if item.metric != scores.BY_PAPERS or papers is None:
        return f"This is about {_about(item.of, record.policy)}. It counts no {units(record.policy)}."
    fields = [shortened(field.replace("_", " "), LONGEST_NAME) for field in papers.missing]
    if not fields:
        return "No field is empty."
    return f"{count_of(len(fields), 'field')} {'says' if len(fields) == 1 else 'say'} nothing: {listed(fields)}."


def _about(of: tuple[str, ...], policy: Policy) -> str:
    return f"the model and {lowered(attribute_name(policy, of))}" if of else "the model as a whole"


def _how_sure_of_model(one: Observation, item: Score, policy: Policy) -> str:
    between = scores.between(item)
    if between.startswith("counted"):
        return "It was counted. Chance plays no part."
    said = f"It is {scores.value(item)}. Chance alone allows {between}."
    return f"{said} {_stands(one, policy)}"


def _how_sure_of(one: Observation, item: Estimate, policy: Policy) -> str:
    return f"It is {estimates.value(item)}. Chance alone allows {estimates.between(item)}. {_stands(one, policy)}"


def _nothing(one: Observation, record: AuditRecord) -> tuple[str, str, str]:
    """Return what is said where nothing was measured: an absence is no good sign."""
    why = ended(capitalised(why_untold(one, record.policy)))
    rows = count_of(record.counts.rows, record.policy.columns.unit, units(record.policy))
    many = f"This is about {_about(one.of, record.policy)}." if one.is_about_the_model else f"The file has {rows}."
    return f"Nothing could be measured. {why}", many, "Not at all. Not knowing is no good sign."
