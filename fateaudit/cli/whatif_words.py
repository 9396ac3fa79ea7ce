"""A sweep over thresholds in words, as a table, as CSV and as JSON.

Only aggregates, and thresholds only as the sweep writes them, with three decimals or fewer: a row's exact score could
say whose it is. Counts of single groups stay inside: between two neighbouring thresholds they can differ by one person.
"""

import csv
import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fateaudit.policy import VERDICT_WORDS, Finding
from fateaudit.policy.scales import BESIDE
from fateaudit.policy.wording import attribute_name, frequency, group_name, listed, units

if TYPE_CHECKING:
    from fateaudit.sweeping import GroupThreshold, NotSearched, Search, Sweep, Tested

INFORMATION = "Information only, not an audit: nothing is recorded, and the policy stays as it is."
PICKED = (
    "A threshold that is picked because it does well on these rows does less well on others: "
    "audit it on rows that it was not picked on."
)
FOR_GROUPS = (
    "Thresholds for each group that would hold a rate equal between groups, found by fairlearn. Where there are two, a"
    " lot decides between them: equal scores can get different answers."
)
SHOWN = 10
"""Rows of the table in the terminal."""
ACROSS = 6
"""Checks beside each other in it."""

_AIMS = {
    "demographic_parity": "as many {favourable} in every group",
    "equalized_odds": "in every group equally often {favourable}, given what the records say",
}


def written(threshold: float, sweep: "Sweep") -> str:
    """Return a threshold as it is told: the policy's own as it stands there, others with the sweep's decimals."""
    own = sweep.policy.decision.threshold
    return repr(own) if threshold == own else f"{threshold:.{sweep.decimals}f}"


def table(sweep: "Sweep") -> list[str]:
    """Return about ten thresholds, the policy's own marked, with the verdict on each check."""
    shown = _shown(sweep.tested)
    lines: list[str] = []
    checks = [finding.check for finding in sweep.own.findings]
    for start in range(0, len(checks), ACROSS):
        beside = checks[start : start + ACROSS]
        lines += [""] * bool(lines)
        lines.append(
            f"{'threshold':>11}  {'of 100':>13}  {'agree':>13}  {'  '.join(f'{one:<11}' for one in beside)}".rstrip()
        )
        lines += [_line(one, sweep, beside) for one in shown]
    return lines


def _shown(tested: Sequence["Tested"]) -> list["Tested"]:
    """Return those at equal steps of rows selected, and always the policy's own."""
    if len(tested) <= SHOWN:
        return list(tested)
    high, low = tested[0].cut.selected, tested[-1].cut.selected
    aims = [high + (low - high) * step / (SHOWN - 2) for step in range(SHOWN - 1)]
    nearest = {min(range(len(tested)), key=lambda place: abs(tested[place].cut.selected - aim)) for aim in aims}
    return [one for place, one in enumerate(tested) if place in nearest or one.cut.is_own]


def _line(one: "Tested", sweep: "Sweep", beside: Sequence[str]) -> str:
    mark = "* " if one.cut.is_own else ""
    agree = "–" if one.agreement is None else frequency(one.agreement, 100)
    words = [f"{VERDICT_WORDS[finding.verdict]:<11}" for finding in one.findings if finding.check in beside]
    rate = frequency(one.selection_rate, 100)
    return f"{mark + written(one.cut.threshold, sweep):>11}  {rate:>13}  {agree:>13}  {'  '.join(words)}".rstrip()


def legend(sweep: "Sweep") -> list[str]:
    """Return what the columns are."""
    policy = sweep.policy
    above = BESIDE[policy.decision.at]
    lines = [
        f"*       the policy's own threshold; a score {above} it is {policy.words.favourable}",
        f"of 100  of every 100 {units(policy)}, how many would be {policy.words.favourable}",
    ]
    if not sweep.own.labelled:
        return [*lines, "agree   the data record no label to agree with"]
    which = units(policy) if sweep.own.labelled == sweep.rows else f"{units(policy)} with a label"
    return [*lines, f"agree   of every 100 {which}, how many would be decided as the records say"]


def said_turns(sweep: "Sweep", check: str) -> str:
    """Return where the verdict on `check` turns: "met up to 0.585; cannot tell from 0.586 to 0.700; …"."""
    turns = [turn for turn in sweep.turns if turn.check == check]
    if not turns:
        verdict = next(finding.verdict for finding in sweep.own.findings if finding.check == check)
        return f"{VERDICT_WORDS[verdict]} at every threshold tested"
    said = [f"{VERDICT_WORDS[turns[0].before]} up to {written(turns[0].last, sweep)}"]
    for turn, after in zip(turns, [*turns[1:], None], strict=True):
        first = written(turn.first, sweep)
        last = first if after is None else written(after.last, sweep)
        where = f"from {first}" if after is None else f"at {first}" if last == first else f"from {first} to {last}"
        said.append(f"{VERDICT_WORDS[turn.after]} {where}")
    return "; ".join(said)


def said_gaps(sweep: "Sweep") -> list[str]:
    """Return the widest gap of each attribute at the policy's own threshold, and how far it ranges over all others."""
    policy = sweep.policy
    lines = []
    for place, gap in enumerate(sweep.own.gaps):
        others = [one.gaps[place] for one in sweep.tested if not one.is_alike]
        most, least = (
            f"{frequency(rate, 100)} of 100 {group_name(policy, (gap.attribute,), (group,))}"
            for group, rate in ((gap.most, gap.most_rate), (gap.least, gap.least_rate))
        )
        widest = max((other.most_rate - other.least_rate for other in others), default=0.0)
        lines.append(
            f"{attribute_name(policy, (gap.attribute,))}: with the policy's threshold {most} and {least} are"
            f" {policy.words.favourable}; the widest gap at any threshold tested is {frequency(widest, 100)} in 100."
        )
    return lines


def said_spans(sweep: "Sweep") -> str:
    """Return at which thresholds every limit of weight on the groups is met at once."""
    if not sweep.weighty:
        return "No check on fairness is a blocker or a major: no limit of weight is set."
    what = f"every fairness limit of weight ({listed(sweep.weighty)}) at once"
    spans = [span for span in sweep.spans if not span.is_alike]
    if spans:
        where = listed([_said_span(span.low, span.high, sweep) for span in spans])
        return f"The tested thresholds that meet {what}: {where}."
    alike = " but one that decides alike for everyone" if sweep.spans else ""
    return f"No threshold tested{alike} meets {what}."


def _said_span(low: float, high: float, sweep: "Sweep") -> str:
    if math.isinf(low):
        return f"up to {written(high, sweep)}"
    if math.isinf(high):
        return f"from {written(low, sweep)}"
    first, last = written(low, sweep), written(high, sweep)
    return first if first == last else f"{first} to {last}"


def said_search(sweep: "Sweep", search: "Search | NotSearched") -> list[str]:
    """Return what was found for one attribute and constraint, one line a group."""
    policy = sweep.policy
    aim = _AIMS[search.constraint].format(favourable=policy.words.favourable)
    head = f"{attribute_name(policy, (search.attribute,))}, {aim}"
    groups = getattr(search, "groups", None)
    if groups is None:
        return [f"  {head}: {search.because}"]  # type: ignore[union-attr]  # what has no groups says why
    return [f"  {head}: {_agreement(search)}", *(f"    {_said_group(one, search.attribute, sweep)}" for one in groups)]


def _agreement(search: Any) -> str:
    agreed, own, best = (
        frequency(rate, 100) for rate in (search.agreement, search.own_agreement, search.best_agreement)
    )
    return (
        f"{agreed} of 100 decided as the records say;"
        f" the policy's threshold gives {own}, the single one that agrees most {best}"
        + (f" (on {search.rows:,} rows, drawn by the policy's seed)" if search.is_drawn else "")
    )


def _said_group(one: "GroupThreshold", attribute: str, sweep: "Sweep") -> str:
    name = group_name(sweep.policy, (attribute,), (one.group,))
    said = [
        _said_threshold(threshold, sweep) + (f" for {frequency(share, 100)} of 100" if one.is_randomised else "")
        for threshold, share in one.thresholds
    ]
    if one.by_lot is not None:
        said.append(f"whatever the score for {frequency(one.by_lot[0], 100)} of 100")
    drawn = ", by lot" if one.is_randomised else ""
    return f"{name}: {listed(said)}{drawn}; {frequency(one.selection_rate, 100)} of 100 {sweep.policy.words.favourable}"


def _said_threshold(threshold: float, sweep: "Sweep") -> str:
    less_is_better, words = sweep.policy.decision.less_is_better, sweep.policy.words
    if math.isinf(threshold):
        return f"{'everyone' if (threshold < 0) is not less_is_better else 'nobody'} {words.favourable}"
    return f"{'below' if less_is_better else 'above'} {threshold:.{sweep.decimals}f}"


def as_csv(sweep: "Sweep") -> str:
    """Return one line a threshold: rates, verdicts, values and gaps; no counts and no groups."""
    values, gaps = list(sweep.own.values), [gap.attribute for gap in sweep.own.gaps]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    checks = [finding.check for finding in sweep.own.findings]
    head = ["threshold", "is_policys_own", "selection_rate", "agreement"]
    writer.writerow([*head, *checks, *values, *(f"gap:{name}" for name in gaps)])
    for one in sweep.tested:
        widths = [f"{gap.most_rate - gap.least_rate:.6f}" for gap in one.gaps]
        writer.writerow(
            [
                written(one.cut.threshold, sweep),
                "yes" if one.cut.is_own else "no",
                f"{one.selection_rate:.6f}",
                "" if one.agreement is None else f"{one.agreement:.6f}",
                *(finding.verdict.value for finding in one.findings),
                *("" if one.values[name] is None else f"{one.values[name]:.6f}" for name in values),
                *widths,
            ]
        )
    return out.getvalue()


def as_data(sweep: "Sweep", caveat: Sequence[str]) -> dict[str, Any]:
    """Return the same for a program, with the caveat."""
    return {
        "information_only": INFORMATION,
        "policy_threshold": sweep.policy.decision.threshold,
        "at": sweep.policy.decision.at,
        "decide_differently": sweep.cuts,
        "thresholds": [_tested_data(one, sweep) for one in sweep.tested],
        "turns": [
            {
                "check": turn.check,
                "before": turn.before.value,
                "up_to": _number(turn.last, sweep),
                "after": turn.after.value,
                "from": _number(turn.first, sweep),
            }
            for turn in sweep.turns
        ],
        "limits_of_weight": sweep.weighty,
        "all_met": [
            {"from": _number(span.low, sweep), "to": _number(span.high, sweep), "decides_alike": span.is_alike}
            for span in sweep.spans
        ],
        "conclusion": said_spans(sweep),
        "by_group": {"caveat": caveat, "found": [_search_data(one, sweep) for one in sweep.searches]},
        "note": PICKED,
    }


def _number(value: float | None, sweep: "Sweep") -> float | str | None:
    """Return a threshold or value as JSON can hold it."""
    if value is None or math.isfinite(value):
        own = sweep.policy.decision.threshold
        return value if value is None or value == own else float(f"{value:.{sweep.decimals}f}")
    return "any higher" if value > 0 else "any lower"


def _tested_data(one: "Tested", sweep: "Sweep") -> dict[str, Any]:
    def finding(found: Finding) -> dict[str, Any]:
        return {
            "verdict": found.verdict.value,
            "because": found.because,
            "values": {name: of(name) for name in found.evidence},
        }

    def of(name: str) -> float | str | None:
        value = one.values[name]
        return value if value is None or math.isfinite(value) else "infinite"

    return {
        "threshold": _number(one.cut.threshold, sweep),
        "is_policys_own": one.cut.is_own,
        "decides_alike": one.is_alike,
        "selection_rate": one.selection_rate,
        "agreement": one.agreement,
        "checks": {found.check: finding(found) for found in one.findings},
        "gaps": {gap.attribute: gap.most_rate - gap.least_rate for gap in one.gaps},
    }


def _search_data(search: Any, sweep: "Sweep") -> dict[str, Any]:
    head = {"attribute": search.attribute, "constraint": search.constraint}
    if not hasattr(search, "groups"):
        return {**head, "not_searched": search.because}
    return {
        **head,
        "rows": search.rows,
        "agreement": search.agreement,
        "agreement_of_policy_threshold": search.own_agreement,
        "agreement_of_best_single_threshold": search.best_agreement,
        "groups": [
            {
                "group": one.group,
                "randomised": one.is_randomised,
                "thresholds": [{"above": _number(at, sweep), "share": share} for at, share in one.thresholds],
                "by_lot": None if one.by_lot is None else {"share": one.by_lot[0], "favourable": one.by_lot[1]},
                "selection_rate": one.selection_rate,
            }
            for one in search.groups
        ],
    }
