"""The curves that stand in a record: of a made-up case, over the columns that move the output most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fateaudit.errors import AuditFailedError
from fateaudit.evaluation import Predict
from fateaudit.evidence import Reason
from fateaudit.explainability.attributing import Attributions
from fateaudit.explainability.conditional import Curve, draw_common
from fateaudit.explainability.importances import Importances
from fateaudit.explainability.reasons import Reasons
from fateaudit.explainability.refusals import Unexplained

if TYPE_CHECKING:
    import pyarrow as pa

CURVES = 3
LOOKED_AT = 6
"""Columns that may be passed over for others, where nobody shares their values."""


def curves_of_case(
    predict: Predict,
    table: pa.Table,
    found: tuple[Attributions, Importances] | Unexplained,
    reasons: Sequence[Reasons | Unexplained],
    *,
    seed: int,
) -> tuple[Curve, ...] | Unexplained:
    """Return curves of the last example case, the borderline one where there is one; none without any reasons."""
    told = [one for one in reasons if isinstance(one, Reasons)]
    if isinstance(found, Unexplained) or not told:
        return ()
    moving = [one.column for one in found[1].columns if one.mean > 0][:LOOKED_AT]
    try:
        return draw_common(predict, told[-1].case, table, moving, seed=seed)[:CURVES]
    except AuditFailedError as error:
        # A rounded number, or a mixture, may be one that this model does not accept; its reasons stand all the same.
        return Unexplained(Reason.FAILED, error.message)
