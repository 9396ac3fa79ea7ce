"""Checks of the model, as a whole or for each attribute: which limits suit them, and the claims of a limit."""

from collections.abc import Collection

from fateaudit.errors import PolicyError, did_you_mean
from fateaudit.evidence import Convention, PairClaim, Reason, Side, Subject, Unmeasured
from fateaudit.policy.checks import MetricCheck, Params
from fateaudit.policy.judging import limit_text


def refuse_unsuitable_score(
    check: MetricCheck, metrics: Collection[str], *, by_attribute: Collection[str] = (), at_most: Collection[str] = ()
) -> None:
    """Raise PolicyError for a metric that is not known, or for groups or a limit that do not go with it.

    Metrics `by_attribute` are measured for one attribute at a time, all others for the model as a whole; of those
    `at_most` less is better, so that at least so much of them is nothing to promise.
    """
    if check.metric not in metrics:
        raise PolicyError(
            f'{check.id}: there is no metric called "{check.metric}"',
            hint=did_you_mean(check.metric, metrics) or f"known are: {', '.join(sorted(metrics))}",
        )
    if check.metric in by_attribute:
        _refuse_unless_by_attribute(check)
    elif check.across != "overall" or check.params != Params():
        raise PolicyError(f"{check.id}: {check.metric} is about the model as a whole", hint="write across: overall")
    if check.metric in at_most and check.limit.min is not None:
        raise PolicyError(f"{check.id}: of {check.metric} less is better", hint="write max in place of min")
    if any(not 0 <= limit <= 1 for _, limit in check.limit.sides()):
        raise PolicyError(f"{check.id}: {check.metric} lies between 0 and 1", hint="write a limit between 0 and 1")


def _refuse_unless_by_attribute(check: MetricCheck) -> None:
    if check.params != Params():
        raise PolicyError(f"{check.id}: {check.metric} has no params", hint="remove params")
    if check.across == "overall":
        raise PolicyError(
            f"{check.id}: {check.metric} is measured for an attribute, not overall",
            hint="name attributes: across: [NAME], as in columns.sensitive",
        )
    joined = [of for of in check.attribute_sets() if len(of) > 1]
    if joined:
        raise PolicyError(
            f"{check.id}: {check.metric} is measured for one attribute at a time, not for {' × '.join(joined[0])}",
            hint=f"name them one by one: across: [{', '.join(joined[0])}]",
        )


def score_id(check: MetricCheck, of: tuple[str, ...] = ()) -> str:
    """Return the id of the evidence: "E-03/overall", or "E-03/colour" for an attribute."""
    return f"{check.id}/{'×'.join(of) or 'overall'}"


def score_claims(check: MetricCheck, low: float, high: float) -> tuple[PairClaim, ...]:
    """Return one claim for each end of the limit, for a number that lies between `low` and `high`.

    The end nearer to breaking nothing is that on the limit's good side: a number is not met only when all of its range
    is beyond the limit.
    """
    return tuple(
        PairClaim(side=side, limit=limit_text(limit), ends=(high, low) if side is Side.MIN else (low, high), beyond=())
        for side, limit in check.limit.sides()
    )


def unmeasured_score(
    check: MetricCheck, subject: Subject, reason: Reason, detail: str, of: tuple[str, ...] = ()
) -> Unmeasured:
    """Return the evidence that a number about the model, or for one attribute, could not be had."""
    return Unmeasured(
        id=score_id(check, of),
        check=check.id,
        metric=check.metric,
        subject=subject,
        convention=Convention.ABSOLUTE,
        of=of,
        reason=reason,
        detail=detail,
    )
