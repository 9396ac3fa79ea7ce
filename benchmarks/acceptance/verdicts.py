"""Verdicts of whole audits: false "not met" with every group on the limit, false "met" with one just beyond it.

Against a named reference the groups are independent once the reference's count is known, so the chance of a false "not
met" is also summed exactly from the p-values. The audits are drawn, and go from counts to finding.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from acceptance.audits import REFERENCE, audit, policy, quickly, to_reference
from acceptance.effort import SEED, Effort
from acceptance.limit_tests import Situation, p_values
from acceptance.methods import Methods
from acceptance.table import Row, standard_error
from fateaudit.policy import Verdict

AIM = 0.06
ALPHA = 0.05
SIDES = 2
"""A limit against a named group is read two-sided, so a family has two claims a group."""
FAMILIES = (
    Situation(30, 2_000, 0.17025, 0.8, "below"),
    Situation(50, 2_000, 0.3, 0.8, "below"),
    Situation(100, 1_000, 0.3, 1.25, "above"),
    Situation(300, 300, 0.2, 1.25, "above"),
)
"""Group and reference of the families that are summed exactly, with 4 and with 20 such groups."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Groups on a limit or just beyond it, and the verdict that would be wrong."""

    id: str
    title: str
    check: Mapping[str, Any]
    groups: Mapping[str, tuple[float, int]]
    """True rate and size of each group."""
    wrong: Verdict


def _with_reference(rate: float, n: int, reference: tuple[float, int], groups: int) -> dict[str, tuple[float, int]]:
    return {REFERENCE: reference, **{f"g{place:02}": (rate, n) for place in range(groups)}}


def _scenes_not_met() -> Iterator[Scene]:
    """Yield families in which every group is on the limit, or as many as can be."""
    for groups in (4, 20):
        for way, limit in (("below", 0.8), ("above", 1.25)):
            family = _with_reference(0.3 * limit, 50, (0.3, 2_000), groups)
            title = f"{groups} groups of 50 on {limit:g} of a reference of 2,000"
            yield Scene(f"not_met_{way}_{groups}", title, FOUR_FIFTHS, family, NOT_MET)
    family = {f"g{place}": (0.85, 100) for place in range(4)}
    yield Scene("not_met_level_4", "4 groups of 100 on an absolute limit", AT_MOST, family, NOT_MET)
    family = _with_reference(0.4, 100, (0.5, 100), 3)
    yield Scene("not_met_pair_4", "to the best-off of 4 groups of 100, three on 0.8 of it", BEST_OFF, family, NOT_MET)
    family = {f"g{place:02}": (0.3 + 0.1 * (place % 2), 80) for place in range(20)}
    yield Scene("not_met_pair_20", "widest gap of 20 groups of 80, half of them 0.1 below", WIDEST, family, NOT_MET)


def _scenes_met() -> Iterator[Scene]:
    """Yield families in which one group is just beyond the limit and the others are surely within it."""
    for way, ratio in (("below", 0.799), ("above", 1.251)):
        family = {**_with_reference(0.5, 500, (0.5, 1_000), 3), "beyond": (0.5 * ratio, 500)}
        yield Scene(f"met_{way}_4", f"4 groups of 500, three at parity, one at {ratio:g}", FOUR_FIFTHS, family, MET)
    # A rate at which 25 of 30 has a mid-p-value just under .05: the worst case that was found for a known reference.
    family = {**_with_reference(0.86975, 300, (0.86975, 50_000), 1), "beyond": (0.86975 * 0.7999, 30)}
    yield Scene("met_known_2", "a group of 30 at 0.7999 of a reference of 50,000", FOUR_FIFTHS, family, MET)
    family = {**{f"g{place}": (0.95, 300) for place in range(3)}, "beyond": (0.849, 300)}
    yield Scene("met_level_4", "4 groups of 300, three far within an absolute limit", AT_MOST, family, MET)
    family = {**_with_reference(0.5, 400, (0.5, 400), 2), "beyond": (0.5 * 0.799, 400)}
    yield Scene("met_pair_4", "to the best-off of 4 groups of 400, one at 0.799 of it", BEST_OFF, family, MET)


FOUR_FIFTHS, BEST_OFF = to_reference(min=0.8), {"metric": "selection_rate_ratio", "limit": {"min": 0.8}}
WIDEST = {"metric": "selection_rate_difference", "limit": {"max": 0.1}, "params": {"convention": "between_groups"}}
AT_MOST = {"metric": "adverse_rate", "limit": {"max": 0.15}}
NOT_MET, MET = Verdict.NOT_MET, Verdict.MET
SCENES = (*_scenes_not_met(), *_scenes_met())


def rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield the exact family-wise chances, then what audits came to."""
    yield _exactly(methods, effort)
    different = 0
    with quickly(methods):
        drawn = [(scene, _draws(scene, effort.audits, place)) for place, scene in enumerate(SCENES)]
        found = [_verdicts(scene, draws) for scene, draws in drawn]
    for (scene, draws), verdicts in zip(drawn, found, strict=True):
        share = sum(verdict is scene.wrong for verdict in verdicts) / len(verdicts)
        title = f'false "{scene.wrong.replace("_", " ")}", audits: {scene.title}'
        yield Row(scene.id, title, "at most", AIM, share, len(draws), "audits", standard_error(share, len(draws)))
        again = _verdicts(scene, draws[: effort.in_full])
        different += sum(one is not other for one, other in zip(verdicts, again, strict=False))
    title = "audits with nothing left out that end in another verdict"
    yield Row("in_full", title, "at most", 0, different, effort.in_full * len(SCENES), "audits")


def _exactly(methods: Methods, effort: Effort) -> Row:
    """Return the highest chance that any of 4 or 20 groups, all on the limit, is said to be beyond it."""
    chances, tables = {}, 0
    for one in effort.of(FAMILIES):
        values = p_values(methods.ratio_test, one)
        tables += values.looked_up
        for groups in (4, 20):
            single = values.rejects(ALPHA / (SIDES * groups), one.on_the_limit)
            chances[f"{groups} groups, {one}"] = float(values.chances() @ (1 - (1 - single) ** groups))
    worst = max(chances, key=lambda at: chances[at])
    title = 'family-wise false "not met", all groups on the limit: highest'
    return Row("family_wise", title, "at most", AIM, chances[worst], tables, "tables", at=worst)


def _verdicts(scene: Scene, draws: list[dict[str, tuple[int, int]]]) -> list[Verdict]:
    rules = policy(scene.check)
    return [audit(rules, one).verdict for one in draws]


def _draws(scene: Scene, number: int, place: int) -> list[dict[str, tuple[int, int]]]:
    random = np.random.default_rng([SEED, 4, place])
    rates, sizes = zip(*scene.groups.values(), strict=True)
    drawn = random.binomial(sizes, rates, (number, len(sizes)))
    return [dict(zip(scene.groups, zip(map(int, one), sizes, strict=True), strict=True)) for one in drawn]
