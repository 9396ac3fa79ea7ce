"""What a reader is told of a model's reasons, with a limit on them or without → insights."""

from __future__ import annotations

from collections.abc import Sequence

from fateaudit import evidence as told
from fateaudit.counts import NOT_RECORDED
from fateaudit.evidence import Contribution, Example, GapParts, Insights, NotTold, Reason
from fateaudit.evidence import Importances as ToldImportances
from fateaudit.explainability.attributes import OfAttribute
from fateaudit.explainability.by_group import ByGroup
from fateaudit.explainability.conditional import Curve
from fateaudit.explainability.decision_gap import DecisionGap
from fateaudit.explainability.example_cases import Value
from fateaudit.explainability.explained import Explained
from fateaudit.explainability.flips import Flips
from fateaudit.explainability.importances import Importances
from fateaudit.explainability.proxies import Proxies
from fateaudit.explainability.reasons import Reasons
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.word_telling import tell_words, words_not_told

MOST_PROXIES = 8
"""Columns told for one attribute, those of the largest risk."""

MOST_COLUMNS = 3
"""Columns whose weight is told for each group."""


def tell(explained: Explained) -> Insights:
    """Return what explanations tell: importances, gaps and what goes with them, examples; and what they cannot."""
    importances = explained.importances
    ofs = explained.attributes
    return Insights(
        importances=None
        if isinstance(importances, Unexplained)
        else _importances(importances[1], explained.second_route),
        gaps=tuple(_gap(one.attribute, one.gap) for one in ofs if not isinstance(one.gap, Unexplained)),
        wrong_gaps=tuple(_gap(one.attribute, one.wrong) for one in ofs if not isinstance(one.wrong, Unexplained)),
        examples=tuple(_example(one) for one in explained.reasons if not isinstance(one, Unexplained)),
        proxies=tuple(_proxies(one.proxies) for one in ofs if not isinstance(one.proxies, Unexplained)),
        flips=tuple(_flips(one.flips) for one in ofs if not isinstance(one.flips, Unexplained)),
        by_group=tuple(_by_group(one.by_group) for one in ofs if not isinstance(one.by_group, Unexplained)),
        curves=()
        if isinstance(explained.curves, Unexplained)
        else tuple(_curve(one, explained) for one in explained.curves),
        words=tell_words(explained.words),
        not_told=(*_missing(explained), *words_not_told(explained.words)),
    )


def _missing(explained: Explained) -> list[NotTold]:
    missing = []
    if isinstance(explained.importances, Unexplained):
        missing.append(NotTold(what="which columns move the output", because=explained.importances.detail))
    for one in explained.attributes:
        missing += _missing_of(one)
    missing += [
        NotTold(what="reasons for an example case", because=one.detail)
        for one in explained.reasons
        if isinstance(one, Unexplained)
    ]
    if isinstance(explained.curves, Unexplained):
        missing.append(NotTold(what="a score with one column at another value", because=explained.curves.detail))
    return missing


def _missing_of(one: OfAttribute) -> list[NotTold]:
    """Return what could not be told of an attribute, once: proxies need a gap, and flips a column that is read."""
    if isinstance(one.gap, Unexplained):
        return [NotTold(what=f"which columns carry the difference by {one.attribute}", because=one.gap.detail)]
    parts: Sequence[tuple[str, object]] = (
        (f"which columns carry the difference by {one.attribute} in what the records contradict", one.wrong),
        (f"whether a column stands in for {one.attribute}", one.proxies),
        (f"what changing {one.attribute} alone changes", one.flips),
        (f"whether reasons are as good for every group of {one.attribute}", one.by_group),
    )
    return [
        NotTold(what=what, because=part.detail)
        for what, part in parts
        if isinstance(part, Unexplained) and part.reason is not Reason.NOT_APPLICABLE
    ]


def _importances(found: Importances, second_route: str) -> ToldImportances:
    return ToldImportances(
        columns=tuple(
            Contribution(column=one.column, value=one.mean, standard_error=one.standard_error) for one in found.columns
        ),
        rows=found.rows,
        of_rows=found.of_rows,
        settled=found.settled,
        base=found.base,
        route=found.route.value,
        gap=found.gap,
        background=found.background,
        background_is_all=found.background_is_all,
        refused=tuple(f"{one.route}: {one.because}" for one in found.refused),
        second_route=second_route,
    )


def _gap(attribute: str, found: DecisionGap) -> GapParts:
    return GapParts(
        attribute=attribute,
        first=found.first,
        second=found.second,
        value=found.value,
        parts=tuple(
            Contribution(column=one.column, value=one.value, standard_error=one.standard_error) for one in found.parts
        ),
        rows=sum(found.rows),
        of_rows=sum(found.of_rows),
        route=found.route.value,
    )


def _example(found: Reasons) -> Example:
    return Example(
        kind=found.case.kind.value,
        inputs=tuple((name, _said(value)) for name, value in found.case.values),
        score=found.case.score,
        values=found.values,
        rows_alike=found.case.rows_alike,
        sentence=found.sentence,
        caution=found.caution,
    )


def _said(value: Value) -> str:
    return NOT_RECORDED if value is None else f"{value:g}" if isinstance(value, float) else value


def _curve(found: Curve, explained: Explained) -> told.CurveSeen:
    case = [one for one in explained.reasons if not isinstance(one, Unexplained)][-1].case
    return told.CurveSeen(
        column=found.column,
        case=case.kind.value,
        points=tuple(
            told.CurvePoint(
                value=_said(point.value),
                # With the digits that are shown, like an example's: no more than these are told of anybody.
                number=float(_said(point.value)) if isinstance(point.value, float) else None,
                score=point.score,
                mean=point.mean,
                rows=0 if point.is_few else point.rows,
                is_own=point.is_own,
            )
            for point in found.points
        ),
    )


def _proxies(found: Proxies) -> told.ProxiesSeen:
    return told.ProxiesSeen(
        attribute=found.attribute,
        first=found.first,
        second=found.second,
        columns=tuple(
            told.ProxySeen(
                column=one.column,
                risk=one.risk,
                interval=one.interval,
                auc=one.auc,
                share=one.share,
                stands_out=one.stands_out,
            )
            for one in found.columns[:MOST_PROXIES]
        ),
        chance=found.chance,
        rows=found.rows,
        explained=found.explained,
    )


def _flips(found: Flips) -> told.FlipsSeen:
    return told.FlipsSeen(
        attribute=found.attribute,
        rows=found.rows,
        changed=found.changed,
        became_favourable=found.became_favourable,
        interval=found.interval,
    )


def _by_group(found: ByGroup) -> told.ReasonsByGroup:
    return told.ReasonsByGroup(
        attribute=found.attribute,
        columns=found.columns[:MOST_COLUMNS],
        groups=tuple(
            told.ReasonsOfGroup(
                group=one.group,
                rows=one.rows,
                fidelity=one.fidelity,
                interval=one.interval,
                importances=one.importances[:MOST_COLUMNS],
            )
            for one in found.groups
        ),
        gap=found.gap,
        interval=found.interval,
        baseline=found.baseline,
    )
