"""fairlearn's MetricFrame, Aequitas and ours on the same frame: 80 groups, ten metrics."""

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pandas as pd

from fateaudit.counts import Counts, Outcome
from fateaudit.fairness.rates import RATES as RULES
from fateaudit.gathering import count, measure_counts
from fateaudit.intervals import newcombe, wilson
from fateaudit.loading import load_evaluation
from fateaudit.policy import PolicyFile, read_policy
from scaling import peers
from scaling.data import RATES, SHAPE, metrics_of, names_of, rows, write_policy
from scaling.effort import Effort
from scaling.left_out import without_second_calculation
from scaling.table import Aim, Chapter, Table
from scaling.timing import Side, by_turns, timed

TITLES = {
    "fairlearn": "fairlearn MetricFrame: 10 metrics, no interval",
    "aequitas": "Aequitas crosstabs: its 12 metrics, no interval",
    "counts": "ours: counts alone",
    "rates": "ours: counts, 10 rates, Wilson and Newcombe intervals",
    "checks": "ours: counts, 10 checks with tests, bounds and planning",
    "twice": "ours: the same, every figure again by fairlearn on the cells",
}
HEAD = ("rows", "side", "fairlearn's time / this", "Aequitas' time / this", "seconds, this run")
EVERY = names_of(SHAPE)


def counted(source: PolicyFile, frame: pd.DataFrame) -> Counts:
    """Count the rows as an audit does."""
    return count(source.policy, load_evaluation(source, None, data=frame)[0])


def rates(source: PolicyFile, frame: pd.DataFrame) -> dict[str, list[float]]:
    """Return ten rates of 80 groups, once each has its interval, and its difference to all others together has one."""
    groups = counted(source, frame).by_group(EVERY).values()
    found = {}
    for name in RATES:
        tallies = [RULES[name].count(cells, Outcome.FAVOURABLE) for cells in groups]
        all_hits, all_cases = (sum(column) for column in zip(*tallies, strict=True))
        for hits, cases in tallies:
            wilson(hits, cases)
            newcombe(hits, cases, all_hits - hits, all_cases - cases)
        found[name] = [hits / cases for hits, cases in tallies]
    return found


def checks(source: PolicyFile, frame: pd.DataFrame) -> None:
    """Measure ten checks as an audit does, without the second calculation."""
    with without_second_calculation():
        measure_counts(source.policy, counted(source, frame))


def checks_twice(source: PolicyFile, frame: pd.DataFrame) -> None:
    """Measure the same with it."""
    measure_counts(source.policy, counted(source, frame))


def chapter(effort: Effort, folder: Path, say: Callable[[str], None], python: Path | None) -> Chapter:
    """Measure every size; `python` is an interpreter that has Aequitas."""
    source = read_policy(write_policy(folder, metrics=metrics_of(10)))
    lines, aims = [], []
    for n in effort.in_memory:
        say(f"other tools on {n:,} rows")
        frame = rows(n).to_pandas()
        if peers.fairlearn_rates(frame) != rates(source, frame):
            raise AssertionError("the rates differ")
        with ExitStack() as stack:
            sides: dict[str, Side] = {"fairlearn": timed(partial(peers.fairlearn_rates, frame))}
            if python is not None:
                sides["aequitas"] = stack.enter_context(peers.aequitas(python, frame, folder))
            sides["counts"] = timed(partial(counted, source, frame))
            sides["rates"] = timed(partial(rates, source, frame))
            sides["checks"] = timed(partial(checks, source, frame))
            sides["twice"] = timed(partial(checks_twice, source, frame))
            timings = by_turns(sides, effort.rounds)
        others = [name for name in ("fairlearn", "aequitas") if name in sides]
        for name in sides:
            ratios = [str(timings.ratio(other, name)) if name != other else "1" for other in others]
            ratios += ["not measured"] * (2 - len(ratios))
            lines.append((f"{n:,}", TITLES[name], *ratios, f"{timings.middle(name):.3g}"))
        aims.append(
            Aim.of(f"in memory, {n:,} rows: fairlearn / ours", "at least", 300, timings.ratio("fairlearn", "rates"))
        )
        if python is not None:
            aims.append(
                Aim.of(f"in memory, {n:,} rows: ours / Aequitas", "below", 1, timings.ratio("rates", "aequitas"))
            )
    return Chapter((Table("80 groups × 10 metrics in memory", HEAD, tuple(lines), _note(python)),), tuple(aims))


def _note(python: Path | None) -> str:
    why = "Aequitas was not measured." if python is None else ""
    theirs = (
        "It needs pandas below 3 and cannot be installed beside our versions: it ran in an environment and a process "
        "of its own, by turns with the others, its 80 groups joined to one column beforehand."
    )
    return (
        "The same data frame for all; the ten rates of ours equal fairlearn's bit for bit. The aims are those of "
        f"“counts, 10 rates”, whose intervals are of each rate and of its difference to all others. {why or theirs}"
    )
