"""One made-up case, followed from what goes in to its decision, stage by stage; a stage not seen is named, with why."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fateaudit.evidence import Insights, Step, Trace
from fateaudit.policy import Policy
from fateaudit.policy.scales import BESIDE, OTHER_SIDE, as_written
from fateaudit.policy.wording import count_of
from fateaudit.record import AuditRecord
from fateaudit.report.columns import name_of
from fateaudit.report.text import shortened

TITLES = {
    "input": "Goes in",
    "encoded": "As numbers",
    "weighed": "Weighed",
    "score": "Score",
    "threshold": "The line",
    "decision": "Decision",
}
"""The six stages, in order."""

LONGEST_VALUE = 30
MOST_STEPS = 8
MOST_ODDS = 700.0
ROUNDED = 1e-4
"""The record holds the steps of a trace rounded to six digits."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the way."""

    heading: str
    sentence: str
    heads: tuple[str, str]
    rows: tuple[tuple[str, str], ...]
    """A name and a value each; none where nothing was seen."""
    more: str


@dataclass(frozen=True, slots=True)
class Followed:
    """The way of one made-up case."""

    lede: str
    stages: tuple[Stage, ...]


def followed(record: AuditRecord) -> Followed | None:
    """Return the way of the case that the record follows; None where it follows none."""
    trace = record.insights.trace
    if trace is None:
        return None
    seen = len(trace.stages)
    return Followed(
        lede=f"{_which(trace, record.insights)} {seen} of {len(TITLES)} stages can be seen. {_hand(trace)}".strip(),
        stages=tuple(_stage(number, name, trace, record) for number, name in enumerate(TITLES, 1)),
    )


def _stage(number: int, name: str, trace: Trace, record: AuditRecord) -> Stage:
    steps = [step for step in trace.steps if step.stage == name]
    heading = f"{number}. {TITLES[name]}"
    if not steps:
        return Stage(heading, f"Not seen: {_why_unseen(name, trace, record)}", ("", ""), (), "")
    shown = _shown(steps, trace)
    left = len(steps) - len(shown)
    weight = " of less weight" if "weighed" in trace.stages else ""
    return Stage(
        heading=heading,
        sentence=_explained(name, steps, trace, record),
        heads=_HEADS.get(name, ("", "")),
        rows=tuple(_row(step, record.policy) for step in shown) if name in _HEADS else (),
        more=f"And {left:,} more{weight}, which are in the record." if left else "",
    )


_HEADS = {
    "input": ("What the model reads", "In this case"),
    "encoded": ("Number", "Value"),
    "weighed": ("Number", "Weight × value"),
}
"""What stands over the values of a stage that has several."""


def _shown(steps: Sequence[Step], trace: Trace) -> list[Step]:
    """Return the steps that are shown: of a long stage those that weigh most, or come first; always how it adds up."""
    weights = {step.name: abs(_number(step.value)) for step in trace.steps if step.stage == "weighed"}
    sums = [step for step in steps if step.stage == "weighed" and step.name in _SUMS]
    others = [step for step in steps if step not in sums]
    # Where nothing is weighed, a number that is not 0 says more of the case than one that is.
    heaviest = sorted(
        others, key=lambda step: (-_or_nothing(weights.get(step.name, math.nan)), _number(step.value) == 0)
    )[:MOST_STEPS]
    return [step for step in steps if step in heaviest or step in sums]


_SUMS = {"intercept": "Starting value", "sum": "Sum"}


def _row(step: Step, policy: Policy) -> tuple[str, str]:
    match step.stage:
        case "input":
            return name_of(step.name, policy), shortened(step.value, LONGEST_VALUE)
        case "weighed" if step.name in _SUMS:
            return _SUMS[step.name], _printed(step.value)
        case _:
            return shortened(step.name, LONGEST_VALUE), _printed(step.value)


def _explained(name: str, steps: Sequence[Step], trace: Trace, record: AuditRecord) -> str:
    policy, value = record.policy, steps[0].value
    match name:
        case "input":
            return f"The case as the model reads it: {count_of(len(steps), 'column')}. Nobody is this case."
        case "encoded":
            return (
                "The model’s first steps turn the columns into numbers, because only numbers can be weighed. Of a long "
                "list, those at 0 are left out."
            )
        case "weighed":
            return (
                "Each number is multiplied by a weight that was fixed in training, and all is added up. What is below "
                "0 lowers the sum, what is above 0 raises it."
            )
        case "score":
            unit = "a number in the model’s own unit" if policy.gives_numbers else "a number from 0 to 1"
            return f"The model gives {_printed(value)}, {unit}.{_formula(trace)}"
        case "threshold":
            at = BESIDE[policy.decision.at]
            line = as_written(policy.decision.threshold)
            return f"The policy drew the line before the test: {at} {line} is {policy.words.favourable}."
        case _:
            return _decided(value, policy)


def _decided(value: str, policy: Policy) -> str:
    if value == "favourable":
        return f"The score lies {BESIDE[policy.decision.at]} the line: {policy.words.favourable}."
    if value == "adverse":
        return f"The score lies {OTHER_SIDE[policy.decision.at]} the line: {policy.words.adverse}."
    return f"The record says: {shortened(value, LONGEST_VALUE)}."


def _why_unseen(name: str, trace: Trace, record: AuditRecord) -> str:
    if name not in _HEADS or name == "input":
        return "the record does not hold it."
    if not record.access.is_open:
        return "the model is closed. Its parts could not be asked, only what goes in and what comes out."
    if name == "weighed" and "encoded" in trace.stages:
        last = record.access.description[-1:] or ("the last step",)
        return (
            f"{shortened(last[0], LONGEST_VALUE)} is no sum of weights. The numbers above go through rules that are "
            "too many to follow by hand; the stand-in shows a simpler way to nearly the same scores."
        )
    return "this step gave no answer when it was asked about the case."


def _which(trace: Trace, insights: Insights) -> str:
    given = tuple((step.name, step.value) for step in trace.steps if step.stage == "input")
    same = next((one for one in insights.examples if one.inputs == given), None)
    if same is None:
        return "A made-up case, step by step."
    return f"The made-up case {'that is typical' if same.kind == 'typical' else 'nearest to the line'}, step by step."


def _hand(trace: Trace) -> str:
    """Return whether the weights that were read lead to the model's own score."""
    if trace.recomputed:
        return "Calculated by hand from these weights, the score is the model's own."
    if "weighed" in trace.stages:
        return "The weights that were read do not give the model's own score."
    return "The way from what goes in to the score cannot be calculated by hand."


def _formula(trace: Trace) -> str:
    """Return how the sum becomes the score, where it is the usual way."""
    sums = [_number(step.value) for step in trace.steps if step.stage == "weighed" and step.name == "sum"]
    scores = [_number(step.value) for step in trace.steps if step.stage == "score"]
    if not trace.recomputed or not sums or not scores or not abs(sums[0]) < MOST_ODDS:
        return ""
    odds = 1 / (1 + math.exp(-sums[0]))
    if abs(odds - scores[0]) < ROUNDED:
        return " It is 1 ÷ (1 + e to the power of minus the sum)."
    return " It is 1 ÷ (1 + e to the power of the sum)." if abs(1 - odds - scores[0]) < ROUNDED else ""


def _or_nothing(number: float) -> float:
    return 0.0 if math.isnan(number) else number


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _printed(value: str) -> str:
    said = shortened(value, LONGEST_VALUE)
    return said if math.isnan(_number(value)) else said.replace("-", "\N{MINUS SIGN}")
