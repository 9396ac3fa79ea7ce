"""How the cost of each step grows with rows, groups, attributes and metrics."""

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

import pyarrow as pa

from fateaudit.counts import Counts
from fateaudit.evidence import Evidence
from fateaudit.fairness.looking import look
from fateaudit.gathering import count, load, measure_counts
from fateaudit.policy import PolicyFile, conclude, read_policy
from scaling.data import SHAPE, metrics_of, rows, write_policy
from scaling.effort import Effort
from scaling.left_out import timed_second_calculation, without_second_calculation
from scaling.table import Aim, Chapter, Table

SLACK = 1.3
"""What noise may add to a ratio before it counts as worse than linear."""

BRIEF = 0.02
"""Seconds of which nothing is said: there is only noise."""

PATIENCE = 60.0
"""Seconds that a step may be expected to take, should it grow with the square of groups; a longer one is left out."""

TIMES = 3
ENDINGS = {"rates": "", "worst pairs": "_difference", "worst ratios": "_ratio"}
"""What is measured of each metric, and how its name ends."""

STEPS = ("read", "scores kept", "counts", *ENDINGS, "fairlearn again", "subgroups", "verdicts")
NOTES = {
    "read": "rows to a small table",
    "scores kept": "the same with every row's score, for a metric of scores",
    "rates": "each group against a limit",
    "worst pairs": "the widest difference of two groups",
    "worst ratios": "the widest ratio",
    "fairlearn again": "the second calculation of the rates",
    "subgroups": "subgroups, reversals and uncovered columns",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One row of a table."""

    name: str
    size: float
    """What the cost should be proportional to, at most."""
    rows: int
    shape: tuple[int, ...]
    metrics: int = 1


def chapter(effort: Effort, folder: Path, say: Callable[[str], None]) -> Chapter:
    """Measure one table for each thing that grows."""
    found = [
        _table("rows", _by_rows(effort), folder, say),
        _table("groups", _by_groups(effort), folder, say),
        _table("attributes of 3 values", _by_attributes(effort), folder, say),
        _table("metrics", _by_metrics(effort), folder, say),
    ]
    meant = "; ".join(f"“{step}”: {meaning}" for step, meaning in NOTES.items())
    note = f"{found[0][0].note} Seconds; in brackets how many times those of the line before. {meant}."
    first = replace(found[0][0], note=note)
    return Chapter((first, *(table for table, _ in found[1:])), tuple(aim for _, aim in found))


def _by_rows(effort: Effort) -> Iterable[Case]:
    return (Case(f"{n:,}", n, n, SHAPE) for n in effort.growing_rows)


def _by_groups(effort: Effort) -> Iterable[Case]:
    return (Case(f"{math.prod(shape):,}", math.prod(shape), effort.rows, shape) for shape in effort.shapes)


def _by_attributes(effort: Effort) -> Iterable[Case]:
    return (Case(f"{n}", 3**n, effort.rows, (3,) * n) for n in range(1, effort.attributes + 1))


def _by_metrics(effort: Effort) -> Iterable[Case]:
    return (Case(f"{n}", n, min(effort.rows, 100_000), SHAPE, n) for n in effort.metrics)


def _table(what: str, cases: Iterable[Case], folder: Path, say: Callable[[str], None]) -> tuple[Table, Aim]:
    """Return seconds of each step, and how many times those of the line before; and the worst of those."""
    lines, worse, beyond = [], [], [1.0]
    before: tuple[Case, dict[str, float]] | None = None
    for case in cases:
        say(f"growth with {what}: {case.name}")
        seconds = _steps(case, folder, before)
        growth = case.size / before[0].size if before else 1.0
        earlier = before[1] if before else {}
        lines.append((case.name, f"{growth:.3g}", *(_cell(step, seconds, earlier, growth) for step in STEPS)))
        told = [step for step in STEPS if earlier.get(step) and seconds.get(step, 0.0) >= BRIEF]
        beyond += [seconds[step] / earlier[step] / max(growth, 1.0) for step in told]
        worse += [
            f"{step} from {before[0].name} to {case.name}"
            for step in told
            if before and _is_worse(step, seconds, earlier, growth)
        ]
        before = case, seconds
    said = f"Worse than linear (!): {'; '.join(worse)}." if worse else "No step that was measured is worse than linear."
    left_out = " “–”: left out, for it could take a minute or more." if any("–" in line for line in lines) else ""
    table = Table(f"Growth with {what}", (what, "linear would be", *STEPS), tuple(lines), f"{said}{left_out}")
    return table, Aim(f"growth with {what}: the worst step / linear", "at most", SLACK, max(beyond))


def _is_worse(step: str, seconds: Mapping[str, float], earlier: Mapping[str, float], growth: float) -> bool:
    if not earlier.get(step) or seconds.get(step, 0.0) < BRIEF:
        return False
    return seconds[step] > SLACK * max(growth, 1.0) * earlier[step]


def _cell(step: str, seconds: Mapping[str, float], earlier: Mapping[str, float], growth: float) -> str:
    if step not in seconds:
        return "–"
    ratio = f" ({seconds[step] / earlier[step]:.2g})" if earlier.get(step) else ""
    return f"{seconds[step]:.3g}{ratio}{' !' if _is_worse(step, seconds, earlier, growth) else ''}"


def _steps(case: Case, folder: Path, before: tuple[Case, dict[str, float]] | None) -> dict[str, float]:
    """Return the seconds of each step that there is time for."""
    table = rows(case.rows, case.shape, with_score=True)
    found: dict[str, float] = {}

    def take(step: str, work: Callable[[], object]) -> None:
        if step in _too_long(case, before):
            return
        found[step] = _seconds(work)

    source = _source(case, folder)
    evaluation, _ = load(source, None, data=table)
    counts = count(source.policy, evaluation)
    take("read", lambda: load(source, None, data=table))
    take("scores kept", _keeping_scores(case, folder, table))
    take("counts", lambda: count(source.policy, evaluation))
    evidence: list[tuple[PolicyFile, Sequence[Evidence]]] = []
    for step, ending in ENDINGS.items():
        with without_second_calculation():
            measured = _source(case, folder, ending)
            take(step, partial(_measured, measured, counts, evidence))
    if "fairlearn again" not in _too_long(case, before):
        found["fairlearn again"] = _seconds_of_second_calculation(source, counts)
    take("subgroups", lambda: look(source.policy, counts, evaluation))
    if evidence:
        judged, pieces = evidence[0]
        take("verdicts", partial(conclude, judged.policy, pieces))
    return found


def _measured(source: PolicyFile, counts: Counts, found: list[tuple[PolicyFile, Sequence[Evidence]]]) -> None:
    found.append((source, measure_counts(source.policy, counts)))


def _seconds_of_second_calculation(source: PolicyFile, counts: Counts) -> float:
    taken: list[float] = []

    def once() -> None:
        spent: list[float] = []
        with timed_second_calculation(spent):
            measure_counts(source.policy, counts)
        taken.append(sum(spent))

    _seconds(once)
    return median(taken)


def _keeping_scores(case: Case, folder: Path, table: pa.Table) -> Callable[[], object]:
    source = read_policy(write_policy(folder, shape=case.shape, metrics=["auc_difference"], score="score"))
    names = [attribute.name for attribute in source.policy.columns.sensitive]
    return lambda: load(source, None, data=table)[0].scored(names)


def _source(case: Case, folder: Path, ending: str = "") -> PolicyFile:
    return read_policy(write_policy(folder, shape=case.shape, metrics=metrics_of(case.metrics, ending)))


def _too_long(case: Case, before: tuple[Case, dict[str, float]] | None) -> set[str]:
    """Return the steps left out: those that were, and those that might take too long."""
    if before is None:
        return set()
    smaller, seconds = before
    growth = case.size / smaller.size
    expected = growth**2 if case.rows == smaller.rows else growth * 1.5
    return {step for step in STEPS if step not in seconds or seconds[step] * expected > PATIENCE}


def _seconds(work: Callable[[], object]) -> float:
    """Return the median of a few runs; a long one is not repeated."""
    taken: list[float] = []
    while len(taken) < TIMES and sum(taken) < 10:  # noqa: PLR2004 - seconds
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)
