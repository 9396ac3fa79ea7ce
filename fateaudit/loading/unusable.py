"""Rows that cannot be audited as they are: each refusal says how many, and what to mend, and shows none of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fateaudit.counting import as_text, rows_where
from fateaudit.counts import NOT_RECORDED
from fateaudit.errors import AuditFailedError, ColumnError, UnusableDataError
from fateaudit.naming import how_to_write, refuse_outcomes_alike, refuse_strange_predictions
from fateaudit.policy import PolicyFile
from fateaudit.tallying import LARGEST, MANY, MOST, Wanted


def times_of(table: pa.Table) -> NDArray[np.int64]:
    """Return how many rows each combination in a small table stands for."""
    return np.asarray(table["n"].to_numpy(), np.int64)


def refuse_no_rows(table: pa.Table, name: str) -> None:
    """Refuse a table of which nothing can be said."""
    if not _total(table, "n"):
        raise UnusableDataError(f"{name} has no rows", hint="give at least one row")


def refuse_lost_rows(table: pa.Table, wanted: Wanted, rows: int | None, name: str) -> None:
    """Stop where fewer rows were counted than there are: nobody may go missing, whatever the reason."""
    counted = _total(table, "n")
    if rows in {None, counted} or wanted.frequency is not None or table.num_rows > MANY:
        return
    raise AuditFailedError(
        f"{counted:,} of the {rows:,} rows of {name} were counted",
        hint="this is a defect of fateaudit, or the file was changed meanwhile: run it again, and report it",
    )


def refuse_too_many(table: pa.Table, source: PolicyFile) -> None:
    """Refuse attributes that together have more combinations than are counted."""
    if table.num_rows > MANY:
        raise ColumnError(
            f"the columns that the policy names form more than {MANY:,} combinations",
            where=[source.where("columns", "sensitive")],
            hint="declare fewer attributes, or bins for those that are numbers",
        )


def refuse_unusable_frequencies(table: pa.Table, wanted: Wanted) -> None:
    """Refuse rows of which nobody can tell how often they stand there."""
    column, bad = wanted.frequency, _total(table, "uncounted")
    if column is None:
        return
    where = [wanted.places[column]]
    if bad:
        raise UnusableDataError(
            f'in {bad:,} rows the frequency "{column}" is missing, negative or no whole number, or above {MOST:,.0f}',
            where=where,
            hint="a frequency says how many rows a row stands for: 0, 1, 2 and so on",
        )
    if not _total(table, "n"):
        raise UnusableDataError(f'"{column}" is 0 in every row', where=where, hint="there is nothing to audit")


def _total(table: pa.Table, column: str) -> int:
    return int(pc.sum(table[column]).as_py() or 0)


def refuse_unusable_weights(table: pa.Table, wanted: Wanted) -> None:
    """Refuse rows whose weight is missing, 0 or less, or absurd: who counts for nobody would be dropped unsaid."""
    column, bad = wanted.weight, _total(table, "unweighed")
    if column is not None and bad == _total(table, "n"):
        raise _no_numbers(column, wanted)
    if column is not None and bad:
        raise UnusableDataError(
            f'in {bad:,} of {_total(table, "n"):,} rows the weight "{column}" is missing, 0, negative or not a usable '
            "number",
            where=[wanted.places[column]],
            hint=f"a weight says how many people a row stands for: above 0, at most {LARGEST:,.0f}. Who stands for "
            "nobody does not belong in the file",
        )


def refuse_missing_groups(table: pa.Table, source: PolicyFile) -> None:
    """Refuse rows that name no group, where the policy says that there are none."""
    if source.policy.columns.missing != "error":
        return
    for index, attribute in enumerate(source.policy.columns.sensitive):
        column = table[f"k{index}"]
        unknown = [*attribute.not_recorded, NOT_RECORDED]
        is_said = pc.is_null(column) if pa.types.is_int16(column.type) else _is_one_of(as_text(column), unknown)
        missing = rows_where(np.asarray(is_said.to_numpy(zero_copy_only=False)), times_of(table))
        if missing:
            raise UnusableDataError(
                f'{missing:,} rows have no "{attribute.name}"',
                where=[source.where("columns", "sensitive", index, "name")],
                hint="fill them in, or set missing: report_as_group",
            )


def _is_one_of(text: pa.Array, values: Sequence[str]) -> pa.Array:
    return pc.is_in(text, value_set=pa.array([*values, None], pa.string()))


def adverse_value(table: pa.Table, source: PolicyFile, name: str) -> str | None:
    """Return the adverse value, when the label shows one and the policy names none.

    Raises for a label that is not two outcomes, or holds others than the policy names.
    """
    columns = source.policy.columns
    if columns.label is None:
        return None
    where = source.where("columns", "label")
    values = [value for value in pc.unique(table["label"]).to_pylist() if value is not None]
    if columns.adverse is None:
        _refuse_several(table, values, source)
    else:
        _refuse_unnamed(table, "label", source)
    if not values:
        raise UnusableDataError(
            f'the label "{columns.label}" is empty in every row of {name}',
            where=[where],
            hint="fill it in, or leave columns.label out: then only decisions are measured",
        )
    if columns.favourable not in values:
        raise ColumnError(
            f'"{columns.favourable}" is not a value of "{columns.label}" in {name}',
            where=[source.where("columns", "favourable")],
            hint=how_to_write(columns.favourable, values),
        )
    others = (value for value in values if value != columns.favourable)
    return next(others, None) if columns.adverse is None else None


def _refuse_several(table: pa.Table, values: Sequence[str], source: PolicyFile) -> None:
    """Refuse a label of more outcomes than the favourable one and another."""
    column, where = source.policy.columns.label, source.where("columns", "label")
    assert column is not None  # noqa: S101 - whoever asks has looked
    refuse_outcomes_alike(column, values, where)
    if len(values) > 2:  # noqa: PLR2004 - favourable and adverse
        many = f"more than {MANY // 10:,}" if table.num_rows > MANY else f"{len(values):,}"
        named = "name a column with two outcomes, or all outcomes but the favourable one in columns.adverse"
        raise ColumnError(
            f'the label "{column}" has {many} different values; two are needed',
            where=[where],
            hint=f"{named}; the number that a model gives is held against decision.threshold, and a label is no number"
            if source.policy.gives_numbers
            else named,
        )


def _refuse_unnamed(table: pa.Table, role: Literal["label", "prediction"], source: PolicyFile) -> None:
    """Refuse outcomes that the policy calls neither better nor worse: of which, only it can say."""
    columns = source.policy.columns
    known = [columns.favourable, *(columns.adverse or ())]
    text = pc.fill_null(table[role], columns.favourable)
    is_other = np.asarray(pc.invert(pc.is_in(text, value_set=pa.array(known))).to_numpy(zero_copy_only=False))
    if rows := rows_where(is_other, times_of(table)):
        near = [value for value in pc.unique(text).to_pylist() if value not in known]
        hint = next((said for one in known if (said := how_to_write(one, near, ""))), "")
        many = f"at least {rows:,}" if table.num_rows > MANY else f"{rows:,}"
        raise ColumnError(
            f'{many} rows of "{getattr(columns, role)}" hold an outcome that is neither favourable nor adverse',
            where=[source.where("columns", role), source.where("columns", "adverse")],
            hint=hint or "name every outcome but the favourable one in columns.adverse, as it stands in the data",
        )


def refuse_non_numbers(table: pa.Table, wanted: Wanted, source: PolicyFile) -> None:
    """Refuse scores that are missing or not finite."""
    bad = rows_where(np.asarray(pc.is_null(table["decided"]).to_numpy(zero_copy_only=False)), times_of(table))
    rows = _total(table, "n")
    if not bad:
        return
    if wanted.score is not None and bad == rows:
        raise _no_numbers(wanted.score, wanted)
    whose, where = (
        ("the model's scores", source.where("model"))
        if wanted.score is None
        else (f'"{wanted.score}"', wanted.places[wanted.score])
    )
    raise UnusableDataError(
        f"{bad:,} of {rows:,} values of {whose} are missing, not a number or infinite",
        where=[where],
        hint="a row without a score has no decision: mend the model or the file, rows are never dropped",
    )


def _no_numbers(column: str, wanted: Wanted) -> ColumnError:
    return ColumnError(
        f'"{column}" should hold numbers, and holds none',
        where=[wanted.places[column]],
        hint="name a column of numbers",
    )


def refuse_other_predictions(table: pa.Table, column: str, adverse: str | None, source: PolicyFile, name: str) -> None:
    """Refuse predictions that are missing, or not the values that label and favourable name."""
    where = [source.where("columns", "prediction")]
    missing = rows_where(np.asarray(pc.is_null(table["prediction"]).to_numpy(zero_copy_only=False)), times_of(table))
    if missing:
        raise UnusableDataError(
            f'{missing:,} rows of "{column}" in {name} have no prediction',
            where=where,
            hint="give every row a prediction: rows are never dropped",
        )
    if source.policy.columns.adverse is not None:
        _refuse_unnamed(table, "prediction", source)
        return
    favourable = source.policy.columns.favourable
    values = pc.unique(table["prediction"]).to_pylist()
    refuse_strange_predictions(column, values, favourable, adverse, [*where, source.where("columns", "favourable")])


def refuse_disagreement(table: pa.Table, given: NDArray[np.int8], source: PolicyFile) -> None:
    """Refuse decisions that the data give and the model does not make."""
    differing = rows_where(given != table["decided"].to_numpy(), times_of(table))
    if differing:
        raise UnusableDataError(
            f"the given predictions differ from the model's decisions in {differing:,} of {_total(table, 'n'):,} rows",
            where=[source.where("columns", "prediction"), *_decided_by(source)],
            hint="check decision.threshold, or audit one of the two: another model may have made them",
        )


def _decided_by(source: PolicyFile) -> list[str]:
    """Return how a decision is made, where the likeliest of several outcomes may be another one."""
    if source.policy.columns.adverse is None:
        return []
    favourable = source.policy.columns.favourable
    return [f'a decision is the probability of "{favourable}" against the threshold, not the likeliest outcome']
