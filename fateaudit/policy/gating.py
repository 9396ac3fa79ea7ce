"""May this ship? The policy's gate applied to findings: an exit code and its one-line reason."""

from collections.abc import Sequence

from fateaudit.documents import Frozen
from fateaudit.errors import ExitCode
from fateaudit.policy.judging import Finding, Verdict
from fateaudit.policy.opinion import FeatureResult, Opinion, names_of
from fateaudit.policy.schema import Policy


class GateResult(Frozen):
    """What `fateaudit gate` answers."""

    exit_code: ExitCode
    reason: str
    """Why the code is not 0; empty when it is."""
    untold: tuple[str, ...] = ()
    """Checks that could not be told and that the policy lets pass all the same."""
    passed_by_waiver: tuple[str, ...] = ()
    """Checks that would have stopped the gate and are accepted until a day (rule R8)."""


def apply_gate(policy: Policy, findings: Sequence[Finding], opinion: Opinion) -> GateResult:
    """Return the exit code that the policy's gate gives these findings.

    Nothing passes because nothing was checked: with no check at or above `fail_on`, or none that could be told,
    the answer is *cannot tell* even where the policy lets single ones pass. Features about which the policy does not
    ask enough for an opinion stay out, as those do that were not audited: a gate holds the limits that somebody set.
    A stop condition (rule R7) shuts it whatever the limits say. Waivers are not known here: see `waiving`.
    """
    gated = [finding for finding in findings if finding.severity.at_least(policy.gate.fail_on)]
    not_met = [finding.check for finding in gated if finding.verdict is Verdict.NOT_MET]
    untold = [finding.check for finding in gated if finding.verdict is Verdict.CANNOT_TELL]
    if not_met:
        return GateResult(exit_code=ExitCode.NOT_MET, reason=f"not met: {names_of(not_met)}")
    if opinion.stops:
        return GateResult(exit_code=ExitCode.NOT_MET, reason="; ".join(opinion.stops))
    if not gated:
        return GateResult(
            exit_code=ExitCode.CANNOT_TELL, reason=f"no check weighs {policy.gate.fail_on} or more: nothing was judged"
        )
    if untold and (policy.gate.cannot_tell == "fail" or len(untold) == len(gated)):
        return GateResult(exit_code=ExitCode.CANNOT_TELL, reason=f"cannot tell: {names_of(untold)}")
    without = [
        name
        for name, feature in opinion.features.items()
        if feature.result is FeatureResult.NO_OPINION and name not in opinion.missing
    ]
    if without and policy.gate.cannot_tell == "fail":
        return GateResult(exit_code=ExitCode.CANNOT_TELL, reason=f"no opinion on {', '.join(without)}")
    return GateResult(exit_code=ExitCode.OK, reason="", untold=tuple(untold))


_ORDER = (
    ExitCode.FAILED,
    ExitCode.USAGE,
    ExitCode.NOT_VERIFIED,
    ExitCode.NOT_MET,
    ExitCode.CANNOT_TELL,
    ExitCode.OK,
)
"""Which code is given when several hold."""


def combine(results: Sequence[GateResult]) -> GateResult:
    """Return one answer for several questions: the code that comes first, and the reasons in the order of their codes.

    So findings that are met do not hide a signature that does not hold, nor the other way round.
    """
    ordered = sorted(results, key=lambda result: _ORDER.index(result.exit_code))
    is_passed = ordered[0].exit_code is ExitCode.OK
    return GateResult(
        exit_code=ordered[0].exit_code,
        reason="; ".join(result.reason for result in ordered if result.reason),
        untold=tuple(name for result in results for name in result.untold),
        passed_by_waiver=tuple(name for result in results for name in result.passed_by_waiver if is_passed),
    )
