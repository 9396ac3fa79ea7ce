"""What if the threshold were another? Rows are scored once, then decided and judged again with each threshold.

Information only: nothing is written, and nothing here is an audit. What an audit with such a threshold would find is
what stands here, because it is measured and judged by the same functions.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from fateaudit.counting import count
from fateaudit.counts import NOT_RECORDED, Counts, Outcome, total
from fateaudit.errors import UsageError
from fateaudit.evaluation import DRAWN, Scored, decide
from fateaudit.evidence import Evidence
from fateaudit.fairness import measure
from fateaudit.gathering import binnings_of, refuse_unknown_groups, refuse_unsuitable_checks
from fateaudit.loading import Asked, load_evaluation
from fateaudit.models import Terms, open_model
from fateaudit.policy import MetricCheck, Policy, PolicyFile, Principle, Verdict, judge, read_policy
from fateaudit.sweeping.cuts import MOST, choose, find_cuts
from fateaudit.sweeping.searching import CAVEAT, search_groups
from fateaudit.sweeping.turning import find_spans, find_turns, likely_met
from fateaudit.sweeping.values import Cut, Gap, GroupThreshold, NotSearched, Search, Span, Sweep, Tested, Turn

__all__ = [
    "CAVEAT",
    "MOST",
    "STEPS",
    "Cut",
    "Gap",
    "GroupThreshold",
    "NotSearched",
    "Search",
    "Span",
    "Sweep",
    "Tested",
    "Turn",
    "sweep",
]

FEWEST = 3
"""Everyone, the policy's own, nobody."""

STEPS = 40
"""Thresholds tested unless more are asked for. Each takes as long as measuring in an audit, second calculation
included; the places where verdicts turn are found between them all the same."""

Progress = Callable[[int, int], None]
"""Called with how many thresholds are tested, and of how many."""


def sweep(
    policy_path: str | Path,
    *,
    steps: int = STEPS,
    progress: Progress = lambda *_: None,
    terms: Terms | None = None,
) -> Sweep:
    """Return what `steps` thresholds, the policy's own among them, would give; all of them where there are fewer.

    `terms` says what a model may use, and whether one that runs its maker's code is opened.
    Raises UsageError when there are no scores, or nothing to judge, and whatever an audit raises on reading its inputs.
    """
    if not FEWEST <= steps <= MOST:
        raise UsageError(f"--steps {steps}: so many thresholds are not tested", hint=f"ask for {FEWEST} to {MOST}")
    source = read_policy(Path(policy_path))
    policy = source.policy
    _refuse_unsuitable(source)
    rows = _load(source, terms)
    cuts, decimals = find_cuts(rows.score, policy.decision)
    bench = _Bench(policy, rows, cuts)
    tested, turns, weighty = bench.test(choose(cuts, steps), progress)
    return Sweep(
        policy=policy,
        decimals=decimals,
        cuts=len(cuts),
        tested=tested,
        turns=turns,
        weighty=weighty,
        spans=find_spans(tested, weighty) if weighty else (),
        searches=search_groups(rows.attributes, rows.label, rows.score, policy),
    )


def _refuse_unsuitable(source: PolicyFile) -> None:
    """Refuse what an audit refuses in the fairness checks, with the line they stand on."""
    if not source.policy.metric_checks(Principle.FAIRNESS):
        raise UsageError(
            "the policy has no limit on fairness: no verdict depends on the threshold",
            where=[source.where("checks")],
            hint="add a check with principle: fairness",
        )
    refuse_unsuitable_checks(source, Principle.FAIRNESS)


def _load(source: PolicyFile, terms: Terms | None) -> Scored:
    """Open model and data and score every row, once."""
    policy = source.policy
    names = [attribute.name for attribute in policy.columns.sensitive]
    bins = binnings_of(policy)
    with open_model(source, terms) as model:
        evaluation, _ = load_evaluation(source, model, Asked(sample=DRAWN, keeps_scores=True))
        counts = evaluation.counts(names, bins=bins)
        rows = evaluation.scored(names, bins)
    refuse_unknown_groups(source, counts)
    if rows is None:
        raise UsageError(
            "there are no scores to move a threshold over: the data hold decisions only",
            where=[source.where("columns")],
            hint="give the model, or name a column of scores in columns.score",
        )
    if _count(rows, policy.decision.threshold, policy.decision.at).cells != counts.cells:
        raise UsageError(
            "the predictions in the data are not what the scores and the policy's threshold give",
            where=[source.where("columns", "prediction"), source.where("decision")],
            hint="write the threshold that is in use into decision.threshold, or leave columns.prediction out",
        )
    return rows


def _count(rows: Scored, threshold: float, at: str) -> Counts:
    decision = decide(rows.score, threshold, at).astype(np.int8)
    weights = None if rows.weight is None else (rows.weight, rows.weight * rows.weight)
    return count(rows.attributes, rows.label, decision, weights=weights)


def _decided_again(rows: Scored, threshold: float, at: str) -> Scored:
    """Return `rows` with the decisions that the threshold makes for those of them that were drawn."""
    drawn = rows.drawn
    if drawn is None or drawn.score is None:
        return replace(rows, drawn=None)
    decision = decide(drawn.score, threshold, at).astype(np.int8)
    return replace(rows, drawn=replace(drawn, decision=decision))


class _Bench:
    """Rows that can be decided again, and what was found when they were."""

    def __init__(self, policy: Policy, rows: Scored, cuts: Sequence[Cut]) -> None:
        self._policy, self._rows, self._cuts = policy, rows, cuts
        self._checks = {check.id: check for check in policy.metric_checks(Principle.FAIRNESS)}
        self.counts = cache(self._counts)
        self.tested = cache(self._tested)
        self.ask = cache(self._ask)
        self._done: set[int] = set()

    def test(
        self, places: Sequence[int], progress: Progress
    ) -> tuple[tuple[Tested, ...], tuple[Turn, ...], tuple[str, ...]]:
        """Return what each place gives, where verdicts turn, and which checks weigh.

        Places where all verdicts of weight should be met together are looked for between the turns, and tested too.
        """
        for done, place in enumerate(places):
            progress(done, len(places))
            self.tested(place)
        turns = tuple(turn for check in self._checks for turn in find_turns(check, places, self._cuts, self.ask))
        weighty = tuple(check.id for check in self._checks.values() if check.severity.is_material)
        lowest = {check: self.ask(places[0], check) for check in weighty}
        likely = likely_met(turns, lowest, self._cuts) if weighty else []
        added = {end for run in likely[: (MOST - len(places)) // 2] for end in (run[0], run[-1])}
        progress(len(places), len(places))
        return tuple(self.tested(place) for place in sorted({*places, *added})), turns, weighty

    def _counts(self, place: int) -> Counts:
        return _count(self._rows, self._cuts[place].threshold, self._policy.decision.at)

    def _measure(self, checks: Sequence[MetricCheck], place: int) -> tuple[Evidence, ...]:
        again = _decided_again(self._rows, self._cuts[place].threshold, self._policy.decision.at)
        return measure(checks, self.counts(place), self._policy, scored=again)

    def _ask(self, place: int, check: str) -> Verdict:
        """Return one verdict, measuring no more than it depends on."""
        if place in self._done or self._policy.statistics.family == "policy":
            return next(one.verdict for one in self.tested(place).findings if one.check == check)
        evidence = self._measure([self._checks[check]], place)
        return judge(self._checks[check], evidence, self._policy.statistics).verdict

    def _tested(self, place: int) -> Tested:
        policy, counts = self._policy, self.counts(place)
        checks = tuple(self._checks.values())
        evidence = self._measure(checks, place)
        findings = tuple(
            judge(check, [item for item in evidence if item.check == check.id], policy.statistics) for check in checks
        )
        self._done.add(place)
        labelled = total(counts.cells, lambda cell: cell.label is not None)
        return Tested(
            cut=self._cuts[place],
            counts=counts,
            evidence=evidence,
            findings=findings,
            agreed=total(counts.cells, lambda cell: cell.label is cell.decision),
            labelled=labelled,
            gaps=_gaps(counts, policy),
        )


def _gaps(counts: Counts, policy: Policy) -> tuple[Gap, ...]:
    """Return the widest gap in selection rates of each attribute with two groups that are large enough."""
    found = []
    for attribute in policy.columns.sensitive:
        rates = []
        for (group,), cells in counts.by_group((attribute.name,)).items():
            rows = total(cells, lambda _: True)
            if rows >= policy.statistics.min_group_size and group != NOT_RECORDED:
                rates.append((total(cells, lambda cell: cell.decision is Outcome.FAVOURABLE) / rows, group))
        if len(rates) > 1:
            (most_rate, most), (least_rate, least) = max(rates), min(rates)
            found.append(Gap(attribute.name, most, most_rate, least, least_rate))
    return tuple(found)
