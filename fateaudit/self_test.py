"""Known answers, computed again in every run, as cryptographic modules do before they are used.

Tests show that the program was right where it was built. These show that it is right here, today, with the libraries
that are installed. Each answer was published, can be checked by hand, or is held in the tests against a calculation
that does not use the routine it guards. They are few and quick: a sample of the test suite, and no substitute for it.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fateaudit.counts import Cell, Counts, Outcome
from fateaudit.errors import AuditFailedError
from fateaudit.evidence import Evidence, Measurement, Unmeasured
from fateaudit.evidence.self_tested import SelfTest
from fateaudit.explainability import Attributions, Game, explain
from fateaudit.fairness import measure
from fateaudit.intervals import (
    miettinen_nurminen_difference,
    miettinen_nurminen_ratio,
    newcombe,
    proportion_bounds,
    proportion_test,
    ratio_bounds,
    ratio_test,
    wilson,
    worst_pair,
)
from fateaudit.policy import MetricCheck, Policy, judge

Answer = tuple[float | str, ...]


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A computation, and what must come out."""

    compute: Callable[[], Answer]
    expected: Answer
    digits: int = 6
    """Decimals that `expected` is given to: half a unit of the last is allowed, and nothing more."""

    def is_given(self) -> bool:
        """Whether the computation still gives this answer; one that raises anything does not."""
        try:
            answer = self.compute()
        except Exception:  # noqa: BLE001 - whatever is broken may break in any way, and must be named, not passed on
            return False
        return len(answer) == len(self.expected) and all(map(self._is_same, answer, self.expected))

    def _is_same(self, one: float | str, expected: float | str) -> bool:
        if isinstance(one, str) or isinstance(expected, str):
            return one == expected
        # Infinity minus itself is not a number, and a number that is none is never within anything.
        return one == expected or abs(one - expected) <= 0.51 * 10**-self.digits


def wilson_interval() -> Answer:
    """Wilson (1927): 81 of 263, and 0 of 20 (Newcombe 1998, tables of single proportions)."""
    return (*wilson(81, 263), *wilson(0, 20))


def newcombe_interval() -> Answer:
    """Newcombe (1998), Table II: 56/70 against 48/80, and 10/10 against 0/20, method 10."""
    return (*newcombe(56, 70, 48, 80), *newcombe(10, 10, 0, 20))


def miettinen_nurminen_interval() -> Answer:
    """Ratio of 7/34 to 1/34, and of 10/10 to 0/20, which has no upper end; difference of 12/40 and 48/80."""
    ratios = (*miettinen_nurminen_ratio(7, 34, 1, 34), *miettinen_nurminen_ratio(10, 10, 0, 20))
    return (*ratios, *miettinen_nurminen_difference(12, 40, 48, 80))


def e_test() -> Answer:
    """6/60 and 0/20 against 240/800, "at least 0.8": the score and both p-values."""
    few, none = ratio_test(6, 60, 240, 800, limit=0.8), ratio_test(0, 20, 240, 800, limit=0.8)
    return few.z, few.p_below, few.p_above, none.z, none.p_below


def deciding_bounds() -> Answer:
    """6/60 against 240/800: the range that decides at .05 below and .0125 above, the inversion of the E-tests."""
    return ratio_bounds(6, 60, 240, 800, alpha_low=0.05, alpha_high=0.0125)


def exact_binomial() -> Answer:
    """8 heads in 10 throws: 56 and 1,013 of 1,024; 0 of 20 has the upper bound 1 − .05^(1/20)."""
    tested = proportion_test(8, 10, limit=0.5)
    return (tested.p_above, tested.p_below, *proportion_bounds(0, 20, alpha_low=0.05, alpha_high=0.05))


def worst_pair_ends() -> Answer:
    """45/150, 60/150 and 30/150: the extreme pair by the studentised range, as a ratio and as a difference."""
    groups = [(45, 150), (60, 150), (30, 150)]
    ratio, difference = worst_pair(groups, measure="ratio"), worst_pair(groups, measure="difference")
    return (ratio.value, *ratio.interval, difference.value, *difference.interval)


def not_met() -> Answer:
    """6/60 is surely beyond four fifths of 240/800, in a family of four claims, and is named; 66/220 is not."""
    return _verdict(_FOUR_FIFTHS, reference=(240, 800), a=(66, 220), b=(6, 60))


def cannot_tell() -> Answer:
    """With 9 of the 60 selected the ratio is one half, and yet too few rows to say."""
    return _verdict(_FOUR_FIFTHS, reference=(240, 800), a=(9, 60))


def met() -> Answer:
    """Two groups near parity, large enough to say so of each (p_within 9.1e-7 and .0037)."""
    return _verdict(_FOUR_FIFTHS, reference=(3000, 10_000), a=(580, 2000), b=(252, 900))


def upper_limit() -> Answer:
    """12/100 against 100/2000 under "at most 1.25", in a family of four claims.

    The normal tail, .012338, would say not met at .05/4; the E-test, .018955, cannot tell.
    """
    p_value = ratio_test(12, 100, 100, 2000, limit=1.25).p_above
    verdict, *groups = _verdict({"max": 1.25}, reference=(100, 2000), a=(12, 100), b=(100, 2000))
    return p_value, verdict, *groups


def exactly_the_limit() -> Answer:
    """36/100 to 45/100 is exactly 0.80, which is met, and in binary fractions is less; 359/1000 is not met."""
    point = {"statistics": {"min_group_size": 1, "decide_on": "point"}}
    return (
        *_verdict(_FOUR_FIFTHS, point, reference=(45, 100), a=(36, 100)),
        *_verdict(_FOUR_FIFTHS, point, reference=(45, 100), a=(359, 1000)),
    )


def undefined_rate() -> Answer:
    """Nobody selected is a ratio of 0 to 0; nobody recorded as positive is a rate of 0 to 0: neither is a number."""
    nobody = _measured({"metric": "selection_rate_ratio", "limit": _FOUR_FIFTHS}, _counts(a=(0, 40), b=(0, 50)))
    unlabelled = _measured({"metric": "true_positive_rate_difference", "limit": {"max": 0.1}}, _guide(without="a"))
    rates = [part.rate for part in unlabelled.parts] if isinstance(unlabelled, Measurement) else []
    return _reason(nobody), *("undefined" if rate is None else rate for rate in rates)


def highest_rate_reference() -> Answer:
    """Impact ratios as in New York's Local Law 144, to the highest rate: 60, 45, 48 and 51 of 100 (UGESP Q&A 12)."""
    groups = _counts(a=(45, 100), b=(48, 100), c=(51, 100), d=(60, 100))
    item = _measured({"metric": "selection_rate_ratio", "limit": _FOUR_FIFTHS}, groups)
    assert isinstance(item, Measurement)  # noqa: S101 - anything else is a failed answer
    values = [part.value for part in item.parts if part.value is not None]
    return item.value, *values, *(item.reference or ())


def second_calculation() -> Answer:
    """Ratio, difference and true positive rates of the 18 cases in fairlearn's user guide, by us and by fairlearn."""
    said: list[float | str] = []
    for metric, limit in (("selection_rate_ratio", _FOUR_FIFTHS), ("selection_rate_difference", {"max": 0.1})):
        item = _measured({"metric": metric, "limit": limit}, _guide())
        assert isinstance(item, Measurement)  # noqa: S101 - anything else is a failed answer
        said += [item.value, item.second_calculation.value]
    item = _measured({"metric": "true_positive_rate", "limit": {"max": 0.9}}, _guide())
    assert isinstance(item, Measurement)  # noqa: S101 - as above
    return *said, *(part.rate or 0.0 for part in item.parts), item.second_calculation.value


def linear_attribution() -> Answer:
    """2·x + 3·y − z + 10, a weighted sum: each value is coef × (x − mean), and the base is the mean output."""
    import numpy as np  # noqa: PLC0415 - beside the table it is for
    import pyarrow as pa  # noqa: PLC0415 - heavy, and loaded by now wherever there are rows

    rows = pa.table({"x": [0.0, 1.0, 2.0, 5.0], "y": [1.0, -1.0, 3.0, 5.0], "z": [4.0, 0.0, 0.0, 0.0]})
    coef = {"x": 2.0, "y": 3.0, "z": -1.0}

    def predict(table: pa.Table) -> Any:
        return 10 + sum(coef[name] * np.asarray(table[name]) for name in table.column_names)

    found = explain(Game.from_tables(predict, rows))
    assert isinstance(found, Attributions)  # noqa: S101 - anything else is a failed answer
    return found.base, *found.values[0].tolist(), *found.values[3].tolist()


_FOUR_FIFTHS = {"min": 0.8}

ANSWERS: dict[str, KnownAnswer] = {
    "wilson_interval": KnownAnswer(wilson_interval, (0.255289, 0.366210, 0, 0.161125)),
    "newcombe_interval": KnownAnswer(newcombe_interval, (0.052431, 0.333873, 0.679086, 1)),
    "miettinen_nurminen_interval": KnownAnswer(
        miettinen_nurminen_interval, (1.208568, 43.032972, 6.032810, math.inf, -0.462683, -0.111025)
    ),
    "e_test": KnownAnswer(e_test, (-2.496818, 0.003811, 0.996317, -2.504434, 0.001764)),
    "deciding_bounds": KnownAnswer(deciding_bounds, (0.163763, 0.712474)),
    "exact_binomial": KnownAnswer(exact_binomial, (0.0546875, 0.9892578125, 0, 0.1391083407), digits=10),
    "worst_pair_ends": KnownAnswer(worst_pair_ends, (0.5, 0.363702, 0.775279, 0.2, 0.076153, 0.282535)),
    "not_met": KnownAnswer(not_met, ("not_met", "b")),
    "cannot_tell": KnownAnswer(cannot_tell, ("cannot_tell", "a")),
    "met": KnownAnswer(met, ("met",)),
    "upper_limit": KnownAnswer(upper_limit, (0.018955, "cannot_tell", "a", "b")),
    "exactly_the_limit": KnownAnswer(exactly_the_limit, ("met", "not_met", "a")),
    "undefined_rate": KnownAnswer(undefined_rate, ("not_applicable", "undefined", 0.6, 0.4)),
    "highest_rate_reference": KnownAnswer(highest_rate_reference, (0.75, 0.75, 0.80, 0.85, "d"), digits=10),
    "second_calculation": KnownAnswer(second_calculation, (2 / 3, 2 / 3, 0.25, 0.25, 0.5, 0.6, 0.4, 0.6), digits=10),
    "linear_attribution": KnownAnswer(linear_attribution, (19, -4, -3, -3, 6, 9, 1), digits=9),
}
"""Every known answer by its name, which is what a report says when it fails."""


def run_self_test(answers: Mapping[str, KnownAnswer] = ANSWERS) -> SelfTest:
    """Compute every known answer again and say which came out otherwise. No clock, no files, no randomness."""
    failed = tuple(name for name, answer in answers.items() if not answer.is_given())
    return SelfTest(passed=len(answers) - len(failed), failed=failed)


def refuse_failed(self_test: SelfTest) -> None:
    """Raise AuditFailedError unless every answer was right: figures from such a program are worth nothing."""
    if not self_test.holds:
        raise AuditFailedError(
            "the self-test failed: known answers come out otherwise on this machine",
            where=self_test.failed or ["nothing was tested"],
            hint="install the pinned libraries again (requirements/), and report this if it stays",
        )


def _verdict(limit: dict[str, float], changes: Mapping[str, Any] | None = None, **groups: tuple[int, int]) -> Answer:
    """Return the verdict on selection rates against the group `reference`, and the groups that make it so."""
    params = {"convention": "to_reference", "reference": {"group": "reference"}}
    policy = _policy({"metric": "selection_rate_ratio", "limit": limit, "params": params}, changes or {})
    (check,) = policy.metric_checks()
    finding = judge(check, measure([check], _counts(**groups), policy), policy.statistics)
    return finding.verdict.value, *(name for group in finding.groups for name in group)


def _measured(check: Mapping[str, Any], counts: Counts) -> Evidence:
    policy = _policy(check, {})
    checks: tuple[MetricCheck, ...] = policy.metric_checks()
    (item,) = measure(checks, counts, policy)
    return item


def _reason(item: Evidence) -> str:
    return item.reason.value if isinstance(item, Unmeasured) else "measured"


def _policy(check: Mapping[str, Any], changes: Mapping[str, Any]) -> Policy:
    nobody = {"name": "self-test", "role": "none", "organisation": "none"}
    system = {"name": "self-test", "purpose": "known answers", "category": "prediction_analysis", "owner": nobody}
    made_up = {"id": "F-01", "principle": "fairness", "across": ["group"], "severity": "blocker", "why": "known"}
    attribute = {"name": "group", "label": "Group"}
    columns = {"label": "label", "favourable": "yes", "label_kind": "outcome", "unit": "case", "sensitive": [attribute]}
    written = {
        "version": 1,
        "system": {**system, "stage": "evaluation", "autonomy": "advisory"},
        "model": {"path": "none"},
        "dataset": {"path": "none", "provenance": "made up", "role": "synthetic"},
        "columns": {**columns, "positive": "favourable", "prediction": "prediction"},
        "statistics": {"min_group_size": 1},
        "checks": [{**made_up, **check}],
    }
    return Policy.model_validate_json(json.dumps({**written, **changes}))


def _counts(**groups: tuple[int, int]) -> Counts:
    """Return counts of groups given as (selected, all), each case labelled as it was decided."""
    cells = []
    for name, (selected, n) in groups.items():
        for side, number in ((Outcome.FAVOURABLE, selected), (Outcome.ADVERSE, n - selected)):
            cells.append(Cell(group=(name,), label=side, decision=side, n=number))
    return _table(cells)


def _guide(*, without: str = "") -> Counts:
    """Return the 18 cases of fairlearn's user guide; the group `without` has no label on the positive side."""
    sides = {"0": Outcome.ADVERSE, "1": Outcome.FAVOURABLE}
    cases = zip("bbabbcccaacabccbcc", "011110101000111111", "001011100111100110", strict=True)
    return _table(
        [
            Cell(group=(group,), label=sides["0" if group == without else label], decision=sides[decision], n=1)
            for group, label, decision in cases
        ]
    )


def _table(cells: list[Cell]) -> Counts:
    rows = sum(cell.n for cell in cells)
    return Counts(rows=rows, weighted=False, attributes=("group",), joint=True, cells=tuple(cells), histograms=())
