"""A policy's limits beside those of the reference: which are looser, by how much, and which are not there at all.

Nothing is judged here. A limit may be looser for a good reason; what matters is that a reader can see it.
"""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Side
from fateaudit.policy.checks import MetricCheck, Params
from fateaudit.policy.harm import HARM
from fateaudit.policy.schema import Policy

FAR = 2
"""A limit more than so many times as far from parity is far looser: this tool's own convention."""


class Beside(StrEnum):
    """How a policy's limit compares with the reference's."""

    SAME = "same"
    STRICTER = "stricter"
    LOOSER = "looser"
    FAR_LOOSER = "far_looser"
    MISSING = "missing"


BESIDE_WORDS = {
    Beside.SAME: "same",
    Beside.STRICTER: "stricter",
    Beside.LOOSER: "looser",
    Beside.FAR_LOOSER: "far looser",
    Beside.MISSING: "not in this policy",
}


@dataclass(frozen=True, slots=True)
class LimitBeside:
    """One limit of the reference, over one attribute or over everyone, and what the policy has beside it."""

    reference: MetricCheck
    of: tuple[str, ...]
    own: MetricCheck | None
    """The policy's strictest check of weight on the same thing."""
    beside: Beside
    other_ways: tuple[str, ...]
    """Checks of weight that limit the same rate in another way: by a difference in place of a ratio, say."""

    @property
    def is_lighter(self) -> bool:
        """Whether the policy gives its limit less weight than the reference does."""
        return self.own is not None and not self.own.severity.at_least(self.reference.severity)


def compare_limits(policy: Policy, reference: Policy) -> tuple[LimitBeside, ...]:
    """Return each limit of `reference` beside the policy's on the same metric and attribute, in its order."""
    positive = policy.columns.coded_positive
    return tuple(
        _beside(check, of, policy, positive) for check in reference.metric_checks() for of in check.attribute_sets()
    )


def _beside(check: MetricCheck, of: tuple[str, ...], policy: Policy, positive: Outcome) -> LimitBeside:
    wanted = _rate(check.metric, positive)
    alike = [
        own
        for own in policy.metric_checks()
        if own.severity.is_material and of in own.attribute_sets() and _is_alike(_rate(own.metric, positive), wanted)
    ]
    comparable = [(distance, own) for own in alike if (distance := _distance(own, check, positive)) is not None]
    least = _distance(check, check, positive)
    if not comparable or least is None:
        return LimitBeside(check, of, None, Beside.MISSING, tuple(own.id for own in alike))
    distance, own = min(comparable, key=lambda one: one[0])
    return LimitBeside(check, of, own, _compared(distance, least, kind=wanted.kind), ())


def _compared(distance: Fraction, least: Fraction, *, kind: str) -> Beside:
    """Compare two distances from parity: factors for ratios, where twice as far is the square, else differences."""
    if distance == least:
        return Beside.SAME
    if distance < least:
        return Beside.STRICTER
    far = least**FAR if kind == "_ratio" else FAR * least
    return Beside.FAR_LOOSER if distance > far else Beside.LOOSER


@dataclass(frozen=True, slots=True)
class _Rate:
    """A metric by the rate it is made of, under one name for a rate and for 1 less it."""

    name: str
    is_rest: bool
    """Whether the metric is of 1 less the rate of that name."""
    kind: str


def _rate(metric: str, positive: Outcome) -> _Rate:
    kind = next((ending for ending in ("_ratio", "_difference") if metric.endswith(ending)), "")
    name = metric.removesuffix(kind)
    name, is_rest = (HARM[positive] | _SELECTED).get(name, (name, False))
    return _Rate(name, is_rest, kind)


_SELECTED = {"adverse_rate": ("selection_rate", True)}
"""The other metric that is 1 less another one's rate, whichever side is called positive."""


def _is_alike(one: _Rate, wanted: _Rate) -> bool:
    """Whether both are about the same rate. A ratio of the other side is not: on the common side it is nearly blind."""
    return one.name == wanted.name and (one.is_rest == wanted.is_rest or one.kind != "_ratio")


def _distance(own: MetricCheck, like: MetricCheck, positive: Outcome) -> Fraction | None:
    """Return how far from parity a limit allows, as a factor for ratios; None for one that cannot be compared.

    Groups are held against the best-off one, or as the worst pair, in which case a ratio of 0.80 and one of 1.25 are
    the same limit. The end of a limit on a rate is the end that the other limit has.
    """
    rate, wanted = _rate(own.metric, positive), _rate(like.metric, positive)
    if rate.kind != wanted.kind or not _is_plain(own.params):
        return None
    ends = dict(own.limit.sides())
    if rate.kind:
        if len(ends) != 1:
            return None
        (end,) = ends.values()
        if rate.kind == "_difference":
            return abs(end)
        return max(end, 1 / end) if end > 0 else None
    if rate.is_rest != wanted.is_rest:
        ends = {_OTHER[side]: 1 - end for side, end in ends.items()}
    side = next(side for side, _ in like.limit.sides())
    if side not in ends:
        return None
    return ends[side] if side is Side.MAX else 1 - ends[side]


_OTHER = {Side.MIN: Side.MAX, Side.MAX: Side.MIN}


def _is_plain(params: Params) -> bool:
    """Whether nothing but the best-off group is named: no reference group, and nothing that sets groups aside."""
    if params.convention is Convention.TO_REFERENCE:
        return False
    return params.model_copy(update={"convention": None}) == Params()
