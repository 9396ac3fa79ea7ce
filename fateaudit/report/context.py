"""What stands beside the figures of a check: how many rows would settle it, whom nobody recorded, wrong records."""

import math
from collections.abc import Sequence

from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Measurement
from fateaudit.policy import Policy, Verdict
from fateaudit.policy.wording import attribute_name, units, units_of
from fateaudit.report.entries import Entry
from fateaudit.report.observations import Observation, compared
from fateaudit.report.text import shortened

LONGEST_TOLD = 500
LONGEST_ROWS = 150
EXACT = 10
"""Up to so many times, a tenth is said."""

_LABEL_FREE = "The figures do not depend on what the records say."


def beside_figures(ones: Sequence[Observation], policy: Policy) -> tuple[Entry, ...]:
    """Return one row for each kind of context that the figures of one check have."""
    items = [(one, one.evidence) for one in ones if isinstance(one.evidence, Measurement)]
    untold = [(one, item) for one, item in items if one.ruling.verdict is Verdict.CANNOT_TELL]
    settle = [(one, item.planning.sentence) for one, item in untold if item.planning]
    missing = [(one, item.missing.sentence) for one, item in items if item.missing]
    records = [(one, item.label_bias.sentence) for one, item in items if item.label_bias]
    told = [("To settle it", settle), ("Not recorded", missing), ("Wrong records", records)]
    rows = [Entry(term, _told(said, policy, is_split=len(ones) > 1)) for term, said in told if said]
    return (*rows, *([Entry("Wrong records", _LABEL_FREE)] if items and not records else []))


def _told(said: Sequence[tuple[Observation, str]], policy: Policy, *, is_split: bool) -> str:
    """Return the sentences, each after the attribute that it is about where a check has several."""
    sentences = [(attribute_name(policy, one.of), shortened(text, LONGEST_TOLD)) for one, text in said]
    return " ".join(f"{name}: {text}" if is_split else text for name, text in sentences)


def whose_group_to_find(one: Observation) -> int:
    """Return how many rows of nobody's group keep the answer open; 0 where most of it is others."""
    item, groups = one.evidence, one.ruling.groups
    if not isinstance(item, Measurement) or item.missing is None or not any(NOT_RECORDED in group for group in groups):
        return 0
    left_out = sum(part.cases for part in item.parts if part.group in groups)
    return item.missing.rows if 2 * item.missing.rows >= left_out else 0


def rows_to_gather(one: Observation, policy: Policy) -> str:
    """Return "about 340 more arrests of Black people", what would settle it; empty where no number is known to."""
    item, parts = one.evidence, compared(one)
    planning = item.planning if isinstance(item, Measurement) else None
    if not isinstance(item, Measurement) or planning is None or not parts or parts[0].group != planning.group:
        return ""
    if any(not part.judged and part.group in one.ruling.groups for part in item.parts):
        return ""
    if planning.growth is not None:
        return f"about {_times(planning.growth)} times as many {units(policy)} of both groups"
    needed = planning.others or planning.to_meet or planning.to_not_meet
    grown = planning.against if planning.others else planning.group
    rows = next(part.denominator for part in item.parts if part.group == grown)
    if needed is None or needed <= rows:
        return ""
    whose = f"{units_of(policy, item.of, grown or ())} {item.subject.among}".strip()
    return f"about {needed - rows:,} more {shortened(whose, LONGEST_ROWS)}"


def _times(growth: float) -> str:
    return f"{math.ceil(growth):,}" if growth > EXACT else f"{math.ceil(10 * growth) / 10:g}"
