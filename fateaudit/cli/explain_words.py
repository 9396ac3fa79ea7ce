"""One case explained, as lines of text and as data. Nothing is calculated here."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fateaudit.cli.explain_texts import texts_as_data, texts_in_words
from fateaudit.counts import NOT_RECORDED
from fateaudit.policy.scales import BESIDE, as_written, own_scale
from fateaudit.policy.wording import capitalised, count_of, listed, units

if TYPE_CHECKING:
    from fateaudit.explainability import Attributions, Change, Curve, Recourse, Suggestion
    from fateaudit.explainability.example_cases import Value
    from fateaudit.explaining import CaseExplained
    from fateaudit.policy import Policy

LONGEST = 30
MINUS = "\N{MINUS SIGN}"

NOR = "Nor do they say whether the decision is right. Columns that go together share points by a convention."
NUMBERS_NOR = "Nor do they say whether the decision is right. Columns that go together share them by a convention."
"""What Shapley values are not, beside causes; both are said once."""

KEPT = "sensitive, or immutable in the policy"
KEPT_TOO = "sensitive, immutable in the policy, or a text"

NO_ADVICE = "This is what this model would answer, asked again. It is no advice, and promises nothing."


def in_words(found: "CaseExplained") -> list[str]:
    """Return the lines that are printed; a reader meets the decision first."""
    return [
        *_decision(found),
        "",
        *_reasons(found),
        *texts_in_words(found.words),
        *([] if found.recourse is None else ["", *_recourse(found)]),
        *(["", *_curves(found)] if found.curves else []),
    ]


def _decision(found: "CaseExplained") -> Iterator[str]:
    policy = found.policy
    yield f"{policy.system.name}: {policy.columns.unit} {found.case}, with model and data of audit {found.audit_id}."
    if policy.demonstration:
        yield "DEMONSTRATION. Nobody may rely on it."
    words = policy.words.favourable if found.is_favourable else policy.words.adverse
    side = BESIDE[policy.decision.at]
    score, line = _beside_line(found.score, policy), policy.decision.threshold
    yield f"Decision: {words}. The score is {score}; {side} {line:g} it is favourable."


def _beside_line(score: float, policy: "Policy") -> str:
    """Return a score with six digits, or with all of them where six would put it on the line."""
    said = as_written(float(f"{score:.9g}")) if policy.gives_numbers else f"{score:.6f}"
    return repr(score) if float(said) == policy.decision.threshold != score else said


def _reasons(found: "CaseExplained") -> Iterator[str]:
    from fateaudit.explainability import Unexplained  # noqa: PLC0415 - heavy, and loaded by now

    made_of = found.attributions
    if isinstance(made_of, Unexplained):
        yield f"What moved the score cannot be told: {made_of.detail}."
        return
    yield found.sentence
    yield from _cautions(found.policy)
    yield ""
    yield from _table(found, made_of)
    yield f"The average case is that of {count_of(found.background, 'row')} of the audited data{_as_recorded(found)}."
    if max(made_of.noise) > 0:
        yield f"These values are estimates, to within about {1.96 * max(made_of.noise):.6f}."


def _cautions(policy: "Policy") -> tuple[str, str]:
    from fateaudit.explainability import NOT_A_CAUSE, NUMBERS_NO_CAUSE  # noqa: PLC0415 - as above

    return (NUMBERS_NO_CAUSE, NUMBERS_NOR) if policy.gives_numbers else (NOT_A_CAUSE, NOR)


def _as_recorded(found: "CaseExplained") -> str:
    if found.is_same_base is None:
        return ""
    return ", as in the record" if found.is_same_base else ", and not what the record says: other versions, perhaps"


def _table(found: "CaseExplained", made_of: "Attributions") -> Iterator[str]:
    """Yield all columns, those that move the score most first; they add up from the average case to the score."""
    given = dict(found.values)
    values = zip(made_of.columns, made_of.values[0].tolist(), strict=True)
    ranked = sorted(values, key=lambda entry: (-abs(entry[1]), entry[0]))
    places = _places(found.policy, [found.score, *(value for _, value in ranked)], least=6)
    rows = [("the average case", "", f"{made_of.base:.{places}f}")]
    rows += [(name, _said(given[name]), _signed(value, places)) for name, value in ranked]
    yield from _aligned([*rows, ("the score", "", f"{found.score:.{places}f}")], "<<>")


def _places(policy: "Policy", values: Sequence[float], *, least: int) -> int:
    """Return how many decimals tell `values`: of numbers in a unit of their own, more where all of them are small."""
    return max(least, own_scale(max(map(abs, values))).places + least - 3) if policy.gives_numbers else least


def _recourse(found: "CaseExplained") -> Iterator[str]:
    from fateaudit.explainability import Unexplained  # noqa: PLC0415 - as above

    recourse = found.recourse
    if recourse is None or isinstance(recourse, Unexplained):
        return
    yield from _suggestions(recourse, found.policy)
    if found.kept:
        yield f"Never changed: {', '.join(found.kept)} ({KEPT_TOO if found.words else KEPT})."
    if recourse.suggestions:
        yield NO_ADVICE


def _suggestions(recourse: "Recourse", policy: "Policy") -> Iterator[str]:
    if not recourse.suggestions:
        if recourse.tried == 0:
            yield "What would turn the decision: nothing that the model reads may change."
            return
        most = count_of(recourse.tried, "column")
        all_tried = f"every change of up to {most} was tried, with values that the data hold"
        in_part = f"not everything was tried ({count_of(recourse.asked, 'mixture')}, of up to {most})"
        yield f"What would turn the decision: none found; {all_tried if recourse.is_fewest else in_part}."
        return
    yield f"What would turn the decision ({policy.words.favourable}), with values that the data hold:"
    yield from (f"  {_suggestion(one, policy)}" for one in recourse.suggestions)
    if not recourse.is_fewest:
        yield "Fewer columns may do: not everything was tried."


def _suggestion(one: "Suggestion", policy: "Policy") -> str:
    return f"{listed([_change(change) for change in one.changes])}: score {_beside_line(one.score, policy)}"


def _change(change: "Change") -> str:
    return f"{_short(change.column)} {_said(change.was)} → {_said(change.becomes)}"


def _curves(found: "CaseExplained") -> Iterator[str]:
    from fateaudit.explainability.example_cases import MANY  # noqa: PLC0415 - as above

    unit, near = found.policy.columns.unit, units(found.policy)
    yield f"The score with one column at another value (* the {unit}'s own; few: under {MANY} {near} near it):"
    for curve in found.curves:
        yield from _curve(curve, unit, _places(found.policy, [point.score for point in curve.points], least=3))


def _curve(curve: "Curve", unit: str, places: int) -> list[str]:
    rows = [("", _short(curve.column), f"this {unit}", "on average", "rows near", "")]
    rows += [
        (
            "*" if point.is_own else "",
            _said(point.value),
            f"{point.score:.{places}f}",
            f"{point.mean:.{places}f}",
            f"{point.rows:,}",
            "few" if point.is_few else "",
        )
        for point in curve.points
    ]
    return _aligned(rows, "<<>>><")


def _aligned(rows: Sequence[tuple[str, ...]], sides: str) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(sides))]
    return [
        "  " + "  ".join(f"{cell:{side}{width}}" for cell, side, width in zip(row, sides, widths, strict=True)).rstrip()
        for row in rows
    ]


def _signed(value: float, places: int) -> str:
    return f"{value:+.{places}f}".replace("-", MINUS)


def _said(value: "Value") -> str:
    return NOT_RECORDED if value is None else _short(value) if isinstance(value, str) else f"{value:g}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def as_data(found: "CaseExplained") -> dict[str, object]:
    """Return the same for a program, every number in full."""
    from fateaudit.explainability import Unexplained  # noqa: PLC0415 - as above

    made_of, policy = found.attributions, found.policy
    return {
        "audit_id": found.audit_id,
        "demonstration": policy.demonstration,
        "case": found.case,
        "data": found.data,
        "decision": "favourable" if found.is_favourable else "adverse",
        "decision_in_words": capitalised(policy.words.favourable if found.is_favourable else policy.words.adverse),
        "score": found.score,
        "threshold": policy.decision.threshold,
        "at": policy.decision.at,
        "inputs": {name: _as_json(value) for name, value in found.values},
        "reasons": {"not_told": made_of.detail}
        if isinstance(made_of, Unexplained)
        else _reasons_as_data(found, made_of),
        "words": texts_as_data(found.words),
        "recourse": _recourse_as_data(found),
        "curves": [_curve_as_data(curve) for curve in found.curves],
    }


def _reasons_as_data(found: "CaseExplained", made_of: "Attributions") -> dict[str, object]:
    return {
        "sentence": found.sentence,
        "caution": " ".join(_cautions(found.policy)),
        "base": made_of.base,
        "values": dict(zip(made_of.columns, made_of.values[0].tolist(), strict=True)),
        "standard_errors": dict(zip(made_of.columns, made_of.noise, strict=True)),
        "route": made_of.route.value,
        "background": found.background,
        "as_recorded": found.is_same_base,
    }


def _recourse_as_data(found: "CaseExplained") -> dict[str, object] | None:
    from fateaudit.explainability import Unexplained  # noqa: PLC0415 - as above

    recourse = found.recourse
    if recourse is None or isinstance(recourse, Unexplained):
        return None
    return {
        "caution": NO_ADVICE,
        "never_changed": list(found.kept),
        "is_fewest": recourse.is_fewest,
        "tried": recourse.tried,
        "asked": recourse.asked,
        "suggestions": [
            {
                "changes": [
                    {"column": change.column, "was": _as_json(change.was), "becomes": change.becomes}
                    for change in one.changes
                ],
                "score": one.score,
                "moved": one.moved,
            }
            for one in recourse.suggestions
        ],
    }


def _curve_as_data(curve: "Curve") -> dict[str, object]:
    points = [
        {
            "value": _as_json(point.value),
            "score": point.score,
            "mean": point.mean,
            "rows": point.rows,
            "few": point.is_few,
            "own": point.is_own,
        }
        for point in curve.points
    ]
    return {"column": curve.column, "points": points}


def _as_json(value: "Value") -> "Value":
    """Return a value as JSON can hold it: what is infinite as a word."""
    return f"{value:g}" if isinstance(value, float) and not math.isfinite(value) else value
