"""Checks of the model as a whole: which limits suit them, and the claims that a limit is judged by."""

from collections.abc import Collection

from fateaudit.errors import PolicyError, did_you_mean
from fateaudit.evidence import Convention, PairClaim, Reason, Side, Subject, Unmeasured
from fateaudit.policy.checks import MetricCheck, Params
from fateaudit.policy.judging import limit_text


def refuse_unsuitable_score(check: MetricCheck, metrics: Collection[str]) -> None:
    """Raise PolicyError for a metric that is not known, or for groups or a limit that do not go with it."""
    if check.metric not in metrics:
        raise PolicyError(
            f'{check.id}: there is no metric called "{check.metric}"',
            hint=did_you_mean(check.metric, metrics) or f"known are: {', '.join(sorted(metrics))}",
        )
    if check.across != "overall" or check.params != Params():
        raise PolicyError(f"{check.id}: {check.metric} is about the model as a whole", hint="write across: overall")
    if any(not 0 <= limit <= 1 for _, limit in check.limit.sides()):
        raise PolicyError(f"{check.id}: {check.metric} lies between 0 and 1", hint="write a limit between 0 and 1")


def score_claims(check: MetricCheck, low: float, high: float) -> tuple[PairClaim, ...]:
    """Return one claim for each end of the limit, for a number that lies between `low` and `high`.

    The end nearer to breaking nothing is that on the limit's good side: a number is not met only when all of its range
    is beyond the limit.
    """
    return tuple(
        PairClaim(side=side, limit=limit_text(limit), ends=(high, low) if side is Side.MIN else (low, high), beyond=())
        for side, limit in check.limit.sides()
    )


def unmeasured_score(check: MetricCheck, subject: Subject, reason: Reason, detail: str) -> Unmeasured:
    """Return the evidence that a number about the model as a whole could not be had."""
    return Unmeasured(
        id=f"{check.id}/overall",
        check=check.id,
        metric=check.metric,
        subject=subject,
        convention=Convention.ABSOLUTE,
        of=(),
        reason=reason,
        detail=detail,
    )
