"""Made-up cases: what goes in, and what the score is made of."""

from dataclasses import dataclass

from fateaudit.evidence import Example
from fateaudit.policy import Policy
from fateaudit.policy.scales import Scale, scale_of
from fateaudit.policy.wording import capitalised, count_of, units
from fateaudit.report.columns import MOST, Row, name_of, points, width
from fateaudit.report.text import ended, shortened

KINDS = {"typical": "A made-up case: typical", "borderline": "A made-up case: nearest to the line"}

LONGEST_VALUE = 30
NEAR = 1e-9
"""A score this near the line was rounded in the record: which side it was on is not said."""


@dataclass(frozen=True, slots=True)
class Case:
    """One made-up case."""

    heading: str
    sentence: str
    caution: str
    alike: str
    rows: tuple[Row, ...]


def case(example: Example, policy: Policy, longest: float) -> Case:
    """Return an example with its columns, those that move its score most first."""
    given = dict(example.inputs)
    ranked, scale = sorted(example.values, key=lambda entry: -abs(entry[1])), scale_of(policy, longest)
    rows = [
        Row(
            name=name_of(column, policy),
            points=_moved(value, scale),
            beside=(shortened(given.get(column, "not known"), LONGEST_VALUE),),
            width=width(value, longest),
            is_outlined=value > 0,
        )
        for column, value in ranked[:MOST]
    ]
    if rest := ranked[MOST:]:
        value = sum(one for _, one in rest)
        name = count_of(len(rest), "other column together", "other columns together")
        rows.append(Row(name, _moved(value, scale), ("",), "", is_outlined=False))
    return Case(
        heading=KINDS[example.kind],
        sentence=f"{ended(example.sentence)} {_decided(example.score, policy, scale)}".strip(),
        caution=ended(example.caution),
        alike=_alike(example.rows_alike, policy),
        rows=tuple(rows),
    )


def _moved(value: float, scale: Scale) -> str:
    said = points(abs(value), scale=scale)
    if float(said) == 0:
        return said
    return f"{said} {'higher' if value > 0 else 'lower'}"


def _decided(score: float, policy: Policy, scale: Scale) -> str:
    line = policy.decision.threshold
    if abs(score - line) < NEAR * max(1.0, abs(line)):
        return f"The line is at {points(line, scale=scale)}, where this score is."
    is_better = score < line if policy.decision.less_is_better else score > line
    outcome = policy.words.favourable if is_better else policy.words.adverse
    own, other = (points(one, beside=beside, scale=scale) for one, beside in ((score, line), (line, score)))
    return f"Its score is {own} and the line is at {other}: {outcome}."


def _alike(rows: int, policy: Policy) -> str:
    if not rows:
        return f"Not one of the {units(policy)} in the data says the same."
    said = count_of(rows, policy.columns.unit, units(policy))
    return f"{capitalised(said)} in the data {'say' if rows > 1 else 'says'} the same, so it is nobody's own case."
