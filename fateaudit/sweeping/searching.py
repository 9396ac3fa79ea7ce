"""Thresholds for each group that hold a rate equal between groups, as fairlearn's ThresholdOptimizer finds them.

They tell how far apart groups are, and are no advice: `CAVEAT` goes wherever they are shown.
"""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fateaudit.counting import Coded
from fateaudit.counts import NOT_RECORDED
from fateaudit.evaluation import decide
from fateaudit.policy import Policy
from fateaudit.sweeping.values import GroupThreshold, NotSearched, Search

CONSTRAINTS = ("demographic_parity", "equalized_odds")

CAVEAT = (
    "Different thresholds for different groups treat people differently by the attribute itself.",
    "That is unlawful in many places without a specific basis, and it needs everyone's attribute when deciding.",
    "They are shown to tell how far apart the groups are under this model. They are not advice to use them.",
)

MAX_ROWS = 50_000
"""Rows that are searched; of more, so many are drawn by the policy's seed."""

_NEVER = 1e-9
"""A share as small as this is what rounding left over."""

Scores = NDArray[np.float64]
Codes = NDArray[np.int64]
Labels = NDArray[np.int8]


def search_groups(
    attributes: Sequence[Coded], label: Labels, score: Scores, policy: Policy
) -> tuple[Search | NotSearched, ...]:
    """Return what each constraint asks for, for each attribute of which two groups with labels can be judged."""
    found: list[Search | NotSearched] = []
    for attribute in attributes:
        kept, rows = _judged(attribute, label, policy)
        why_not = _why_not(attribute, kept, label[rows], attribute.codes[rows], policy)
        for constraint in CONSTRAINTS:
            if why_not:
                found.append(_not(attribute, constraint, why_not))
            else:
                found.append(
                    _search(attribute, constraint, kept, label[rows], score[rows], attribute.codes[rows], policy)
                )
    return tuple(found)


def _judged(attribute: Coded, label: Labels, policy: Policy) -> tuple[list[int], Codes]:
    """Return the codes of the groups that are large enough, in the policy's order, and the rows to search."""
    labelled = label >= 0
    numbers = np.bincount(attribute.codes[labelled], minlength=len(attribute.values))
    kept = [
        code
        for code, value in enumerate(attribute.values)
        if value != NOT_RECORDED and numbers[code] >= policy.statistics.min_group_size
    ]
    rows = np.flatnonzero(labelled & np.isin(attribute.codes, kept))
    if len(rows) > MAX_ROWS:
        rows = np.sort(np.random.default_rng(policy.statistics.seed).choice(rows, MAX_ROWS, replace=False))
    return sorted(kept, key=lambda code: policy.attribute(attribute.name).order(attribute.values[code])), rows


def _why_not(attribute: Coded, kept: list[int], label: Labels, codes: Codes, policy: Policy) -> str:
    """Return why there is nothing to search; nothing when there is."""
    if len(kept) < 2:  # noqa: PLR2004 - a gap needs two groups
        return f"fewer than two groups have {policy.statistics.min_group_size} rows with a label"
    one_sided = [attribute.values[code] for code in kept if len(np.unique(label[codes == code])) < 2]  # noqa: PLR2004 - both sides
    return f"every label of the group {one_sided[0]} is on the same side" if one_sided else ""


def _search(  # noqa: PLR0913, PLR0917 - what is searched, and for what
    attribute: Coded, constraint: str, kept: list[int], label: Labels, score: Scores, codes: Codes, policy: Policy
) -> Search | NotSearched:
    own = decide(score, policy.decision.threshold, policy.decision.at)
    # fairlearn selects what is above a threshold.
    score = -score if policy.decision.less_is_better else score
    try:
        found = _optimise(constraint, label, score, codes)
        groups = tuple(_threshold(found[code], attribute.values[code], score[codes == code]) for code in kept)
        if policy.decision.less_is_better:
            groups = tuple(_turned(group) for group in groups)
        chance = np.zeros(len(score))
        for code in kept:
            chance[codes == code] = _chance(found[code], score[codes == code])
    except Exception as error:  # noqa: BLE001 - a library's failure is told here, and its text may quote the data
        return _not(attribute, constraint, f"fairlearn failed ({type(error).__name__})")
    return Search(
        attribute=attribute.name,
        constraint=constraint,
        groups=groups,
        agreement=float(np.where(label == 1, chance, 1 - chance).mean()),
        own_agreement=float((own == (label == 1)).mean()),
        best_agreement=_best_agreement(label, score),
        rows=len(score),
        is_drawn=len(score) == MAX_ROWS,
    )


def _not(attribute: Coded, constraint: str, because: str) -> NotSearched:
    return NotSearched(attribute.name, constraint, f"could not be computed: {because}")


def _optimise(constraint: str, label: Labels, score: Scores, codes: Codes) -> dict[int, Any]:
    """Return fairlearn's answer for each group: how often which of two thresholds is used, and how often neither."""
    from fairlearn.postprocessing import ThresholdOptimizer  # noqa: PLC0415 - heavy: 3 s
    from sklearn.base import BaseEstimator  # noqa: PLC0415 - heavy

    class Given(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
        """An estimator whose output is its one column: the scores were made before."""

        def fit(self, _: Any, __: Any = None) -> "Given":
            return self

        def predict(self, rows: Any) -> Scores:
            return np.asarray(rows, np.float64)[:, 0]

        def __sklearn_is_fitted__(self) -> bool:
            return True

    optimiser = ThresholdOptimizer(
        estimator=Given(), constraints=constraint, objective="accuracy_score", prefit=True, predict_method="predict"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        optimiser.fit(score.reshape(-1, 1), label.astype(int), sensitive_features=codes)
    return {int(code): answer for code, answer in optimiser.interpolated_thresholder_.interpolation_dict.items()}


def _used(answer: Any) -> tuple[tuple[float, float], ...]:
    """Return (threshold, share of the rows it is used for), the same one only once."""
    shares: dict[float, float] = {}
    by_score = 1 - _by_lot(answer)
    for share, operation in ((answer.p0, answer.operation0), (answer.p1, answer.operation1)):
        if operation.operator != ">":
            raise ValueError(operation.operator)
        if share > _NEVER and by_score > _NEVER:
            threshold = float(operation.threshold)
            shares[threshold] = shares.get(threshold, 0.0) + by_score * float(share)
    return tuple(sorted(shares.items()))


def _by_lot(answer: Any) -> float:
    """Return the share of the rows whose score is not looked at."""
    share = float(answer.get("p_ignore", 0.0))
    return share if share > _NEVER else 0.0


def _chance(answer: Any, score: Scores) -> Scores:
    """Return how likely each row is decided favourably."""
    chance = np.full(len(score), _by_lot(answer) * float(answer.get("prediction_constant", 0.0)))
    for threshold, share in _used(answer):
        chance += share * (score > threshold)
    return chance


def _threshold(answer: Any, group: str, score: Scores) -> GroupThreshold:
    lot = _by_lot(answer)
    return GroupThreshold(
        group=group,
        rows=len(score),
        thresholds=_used(answer),
        by_lot=(lot, float(answer.prediction_constant)) if lot else None,
        selection_rate=float(_chance(answer, score).mean()),
    )


def _turned(group: GroupThreshold) -> GroupThreshold:
    """Return thresholds of negative scores as those of the scores, below which a decision is favourable."""
    return replace(group, thresholds=tuple(sorted((-threshold, share) for threshold, share in group.thresholds)))


def _best_agreement(label: Labels, score: Scores) -> float:
    """Return the agreement of the one threshold for everyone that agrees most often with the labels."""
    order = np.argsort(score, kind="stable")
    ordered, favourable = score[order], (label[order] == 1).astype(np.int64)
    # With the first k rows refused: those of them labelled adverse, and the others labelled favourable, agree.
    agreed = (
        np.concatenate([[0], np.cumsum(1 - favourable)])
        + favourable.sum()
        - np.concatenate([[0], np.cumsum(favourable)])
    )
    # Between equal scores there is no threshold.
    is_cut = np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])
    return float(agreed[is_cut].max() / len(score))
