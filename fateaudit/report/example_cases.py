"""Made-up cases: what goes in, what its score is made of, and the way of one of them to its decision."""

import math
from dataclasses import dataclass

from fateaudit.evidence import Example, Insights, Step, Trace
from fateaudit.policy import Policy
from fateaudit.policy.wording import capitalised, count_of, units
from fateaudit.report.columns import MOST, Row, name_of, points, width
from fateaudit.report.text import ended, shortened

KINDS = {"typical": "A made-up case: typical", "borderline": "A made-up case: near the line"}

LONGEST_VALUE = 30
MOST_STEPS = 8
MOST_ODDS = 700.0
ROUNDED = 1e-4
"""The record holds the steps of a trace rounded to six digits."""

NEAR = 1e-9
"""A score this near the line was rounded in the record: which side it was on is not said."""

STAGES = {
    "input": "Goes in",
    "encoded": "As numbers",
    "weighed": "As numbers",
    "score": "Score",
    "threshold": "Line",
    "decision": "Decision",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One made-up case."""

    heading: str
    sentence: str
    caution: str
    alike: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One line of the way from input to decision."""

    stage: str
    """Only on the first line of a stage."""
    name: str
    value: str
    weighed: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The way of one made-up case."""

    sentence: str
    lines: tuple[Way, ...]
    more: str
    has_weights: bool


def case(example: Example, policy: Policy, longest: float) -> Case:
    """Return an example with its columns, those that move its score most first."""
    given = dict(example.inputs)
    ranked = sorted(example.values, key=lambda entry: -abs(entry[1]))
    rows = [
        Row(
            name=name_of(column, policy),
            points=_moved(value),
            beside=(shortened(given.get(column, "not known"), LONGEST_VALUE),),
            width=width(value, longest),
            is_outlined=value > 0,
        )
        for column, value in ranked[:MOST]
    ]
    if rest := ranked[MOST:]:
        value = sum(one for _, one in rest)
        name = count_of(len(rest), "other column together", "other columns together")
        rows.append(Row(name, _moved(value), ("",), "", is_outlined=False))
    return Case(
        heading=KINDS[example.kind],
        sentence=f"{ended(example.sentence)} {_decided(example.score, policy)}".strip(),
        caution=ended(example.caution),
        alike=_alike(example.rows_alike, policy),
        rows=tuple(rows),
    )


def _moved(value: float) -> str:
    said = points(abs(value))
    if float(said) == 0:
        return "0.0"
    return f"{said} {'higher' if value > 0 else 'lower'}"


def _decided(score: float, policy: Policy) -> str:
    line = policy.decision.threshold
    if abs(score - line) < NEAR:
        return f"The line is at {points(line)}, where this score is."
    outcome = policy.words.favourable if score > line else policy.words.adverse
    return f"Its score is {points(score, beside=line)} and the line is at {points(line, beside=score)}: {outcome}."


def _alike(rows: int, policy: Policy) -> str:
    if not rows:
        return f"Not one of the {units(policy)} in the data says the same."
    said = count_of(rows, policy.columns.unit, units(policy))
    return f"{capitalised(said)} in the data {'say' if rows > 1 else 'says'} the same, so it is nobody's own case."


def followed(trace: Trace, insights: Insights, policy: Policy) -> Followed:
    """Return the way of one case, each step on a line, a number and its weight beside each other."""
    weights = {step.name: step.value for step in trace.steps if step.stage == "weighed"}
    numbers = {step.name for step in trace.steps if step.stage == "encoded"}
    steps = [step for step in trace.steps if step.stage != "weighed" or step.name not in numbers]
    kept = _kept(steps, weights)
    lines, last = [], ""
    for step in (step for step in steps if step in kept):
        stage = STAGES.get(step.stage, step.stage)
        lines.append(_line(step, "" if stage == last else stage, weights, policy))
        last = stage
    left = len(steps) - len(lines)
    return Followed(
        sentence=f"{_which(trace, insights)} {_seen(trace)}",
        lines=tuple(lines),
        more=f"And {left:,} more values of less weight, which are in the record." if left else "",
        has_weights=bool(weights),
    )


def _kept(steps: list[Step], weights: dict[str, str]) -> set[Step]:
    """Return the steps that are shown: of long stages only those that weigh most, or come first."""
    kept = set[Step]()
    for stage in {step.stage for step in steps}:
        of_stage = [step for step in steps if step.stage == stage]
        kept |= set(sorted(of_stage, key=lambda step: -_size(weights.get(step.name, "")))[:MOST_STEPS])
    return kept


def _size(value: str) -> float:
    number = abs(_number(value))
    return 0.0 if math.isnan(number) else number


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _printed(value: str) -> str:
    said = shortened(value, LONGEST_VALUE)
    return said if math.isnan(_number(value)) else said.replace("-", "\N{MINUS SIGN}")


def _line(step: Step, stage: str, weights: dict[str, str], policy: Policy) -> Way:
    value = _printed(step.value)
    name = shortened(step.name, LONGEST_VALUE)
    match step.stage:
        case "weighed":
            return Way(stage, {"intercept": "Starting value", "sum": "Sum"}.get(step.name, name), "", value)
        case "encoded":
            return Way(stage, name, value, _printed(weights.get(step.name, "")))
        case "input":
            return Way(stage, name_of(step.name, policy), shortened(step.value, LONGEST_VALUE), "")
        case "threshold":
            return Way(stage, {">=": "At or above", ">": "Above"}.get(step.name, name), value, "")
        case "decision":
            words = {"favourable": policy.words.favourable, "adverse": policy.words.adverse}
            return Way(stage, capitalised(words.get(step.value, step.value)), "", "")
        case _:
            return Way(stage, "Of 1", value, "")


def _which(trace: Trace, insights: Insights) -> str:
    given = tuple((step.name, step.value) for step in trace.steps if step.stage == "input")
    same = next((one for one in insights.examples if one.inputs == given), None)
    if same is None:
        return "A made-up case, step by step."
    return f"The made-up case {'that is typical' if same.kind == 'typical' else 'near the line'}, step by step."


def _formula(trace: Trace) -> str:
    """Return how the sum becomes the score, where it is the usual way."""
    sums = [_number(step.value) for step in trace.steps if step.stage == "weighed" and step.name == "sum"]
    scores = [_number(step.value) for step in trace.steps if step.stage == "score"]
    if not sums or not scores or not abs(sums[0]) < MOST_ODDS:
        return ""
    odds = 1 / (1 + math.exp(-sums[0]))
    if abs(odds - scores[0]) < ROUNDED:
        return " It is 1 ÷ (1 + e to the power of minus the sum)."
    return " It is 1 ÷ (1 + e to the power of the sum)." if abs(1 - odds - scores[0]) < ROUNDED else ""


def _seen(trace: Trace) -> str:
    if trace.recomputed:
        return f"Calculated by hand from these weights, the score is the model's own.{_formula(trace)}"
    if "weighed" in trace.stages:
        return "The weights that were read do not give the model's own score."
    return "The inside of the model could not be seen: only what goes in and what comes out."
