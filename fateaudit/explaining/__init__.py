"""One case in words: what moved its score, what would turn the decision, what the score would be beside it.

It is held against the same rows as in the audit, drawn alike, by the same functions: what stands here is what an audit
would say of this row. It is about one person, so it is returned and nothing else: no file, no record, no ledger.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fateaudit.evaluation import Model, decide
from fateaudit.explainability import (
    Attributions,
    Means,
    Recourse,
    Rules,
    Unexplained,
    draw_curves,
    explain_row,
    find_recourse,
)
from fateaudit.explainability.game import Floats
from fateaudit.explainability.moves import plain
from fateaudit.explainability.reasons import sentence
from fateaudit.explainability.texts import text_columns
from fateaudit.explaining.finding import find_audit, refuse_other_rows, with_audited_data
from fateaudit.explaining.values import CaseExplained
from fateaudit.explaining.words import with_texts_kept, words_of
from fateaudit.gathering import EXPLAINED_ROWS, load
from fateaudit.loading.cases import CaseFile
from fateaudit.models import Terms, open_model
from fateaudit.policy import Policy, PolicyFile
from fateaudit.record import AuditRecord

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from fateaudit.evaluation import Predict

__all__ = ["CaseExplained", "explain_case"]

CURVES = 3
"""Columns whose other values are shown."""

SAME = 1e-9


def explain_case(
    audit: Path, data: Path, case: str, *, policy: Path | None = None, terms: Terms | None = None
) -> CaseExplained:
    """Explain the row of `data` whose id is `case` with the model of the audit in `audit`, a folder or an audit.json.

    `policy` is the audit's policy beside the model, where it is not in or above the audit's folder, or by the data.
    `terms` says what the model may use, and whether one that runs its maker's code is opened.
    Raises UsageError for what is not there, AuditFailedError for other files than the audited ones.
    """
    record, source = find_audit(audit, data, policy)
    file = CaseFile(data)
    source = with_audited_data(source, record, data, file)
    found = file.find(case, source)
    with open_model(source, terms) as model:
        assert model is not None  # noqa: S101 - an audit with a model has a policy with one
        row = file.read(found, model)
        predict, table = _audited(source, record, model)
        return _explained(row, table, predict, model, record=record, called=(case, file.name))


def _audited(source: PolicyFile, record: AuditRecord, model: Model) -> tuple[Predict, pa.Table]:
    """Return the model's answer to rows, and the rows that the audit explained it on."""
    evaluation, artifacts = load(source, model)
    refuse_other_rows(artifacts, record)
    sample = evaluation.sample(EXPLAINED_ROWS)
    assert sample is not None  # noqa: S101 - rows are drawn wherever there is a model
    assert evaluation.predict is not None  # noqa: S101 - same
    return evaluation.predict, sample


def _explained(  # noqa: PLR0913 - what an explanation is made of
    row: pa.Table, table: pa.Table, predict: Predict, model: Model, *, record: AuditRecord, called: tuple[str, str]
) -> CaseExplained:
    policy = record.policy
    means, texts = Means(inside=model.inside, seed=policy.statistics.seed), text_columns(table)
    rules = with_texts_kept(Rules.from_policy(policy), texts)
    game, found = explain_row(predict, row, table, means)
    score = float(game.outputs(np.array([0]))[0])
    is_favourable = bool(_favourable(policy, np.array([score]))[0])
    return CaseExplained(
        audit_id=record.audit_id,
        policy=policy,
        case=called[0],
        data=called[1],
        values=tuple((name, plain(row[name][0])) for name in row.column_names),
        score=score,
        is_favourable=is_favourable,
        attributions=found,
        sentence=""
        if isinstance(found, Unexplained)
        else sentence(score, found, {}, gives_numbers=policy.gives_numbers),
        background=game.background.rows,
        is_same_base=_is_same_base(found, record),
        recourse=None if is_favourable else _recourse(predict, row, table, policy, rules),
        kept=tuple(column.name for column in model.inputs if column.name in rules.immutable),
        curves=() if isinstance(found, Unexplained) else draw_curves(game, _top(found, texts)),
        words=words_of(predict, row, game, texts, means),
    )


def _favourable(policy: Policy, scores: Floats) -> NDArray[np.bool_]:
    return decide(scores, policy.decision.threshold, policy.decision.at)


def _recourse(predict: Predict, row: pa.Table, table: pa.Table, policy: Policy, rules: Rules) -> Recourse | Unexplained:
    less_is_better = policy.decision.less_is_better
    return find_recourse(
        predict, row, table, lambda scores: _favourable(policy, scores), rules, less_is_better=less_is_better
    )


def _top(found: Attributions, texts: Collection[str]) -> list[str]:
    """Return the columns that move the score most, and those alone that move it at all; texts have no other values."""
    order = np.argsort(-np.abs(found.values[0]), kind="stable")
    moving = [found.columns[place] for place in order if found.values[0][place] != 0]
    return [name for name in moving if name not in texts][:CURVES]


def _is_same_base(found: Attributions | Unexplained, record: AuditRecord) -> bool | None:
    recorded = record.insights.importances
    if recorded is None or isinstance(found, Unexplained):
        return None
    return math.isclose(found.base, recorded.base, rel_tol=SAME, abs_tol=SAME)
