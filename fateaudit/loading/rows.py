"""A table in memory and the policy's column roles → an Evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fateaudit.counting import as_text, code, count, to_numbers
from fateaudit.counts import Counts
from fateaudit.errors import ColumnError, UnusableDataError, did_you_mean
from fateaudit.evaluation import Binning, Column, ColumnKind, Model, Predict
from fateaudit.policy import Columns, Decision, PolicyFile

BATCH = 65_536


@dataclass(frozen=True, slots=True)
class RowsEvaluation:
    """Rows in memory with a decision each; the implementation of `Evaluation` for a table."""

    table: pa.Table
    label: NDArray[np.int8]
    decision: NDArray[np.int8]
    score: NDArray[np.float64] | None
    predict: Predict | None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    @property
    def schema(self) -> tuple[Column, ...]:
        """The raw columns of the rows."""
        return tuple(
            Column(field.name, ColumnKind.TEXT if pa.types.is_string(field.type) else ColumnKind.NUMBER)
            for field in self.table.schema
        )

    def counts(
        self, attributes: Sequence[str], controls: Sequence[str] = (), bins: dict[str, Binning] | None = None
    ) -> Counts:
        """Count the rows; a control column joins the key like an attribute."""
        coded = [code(name, self.table[name], (bins or {}).get(name)) for name in (*attributes, *controls)]
        return count(coded, self.label, self.decision, self.score)

    def sample(self, n: int, *, seed: int) -> pa.Table:
        """Return `n` rows drawn without replacement, in their order in the data."""
        drawn = np.random.default_rng(seed).permutation(self.rows)[:n]
        return self.table.take(np.sort(drawn))


def evaluate(table: pa.Table, model: Model | None, source: PolicyFile, name: str) -> RowsEvaluation:
    """Give every row a label and a decision, by the roles that the policy declares."""
    columns = source.policy.columns
    _refuse_missing_columns(table, model, source, name)
    adverse, label = _outcomes(table, columns, source, name)
    predict = None if model is None else _favourable_probability(model, columns, source)
    score: NDArray[np.float64] | None
    if model is not None and predict is not None:
        score = _scores(predict, model_inputs(table, model.inputs))
    else:
        score = None if columns.score is None else to_numbers(columns.score, table[columns.score])
    if score is not None:
        _refuse_non_numbers(score, columns.score if model is None else None)
    decision = None if score is None else _decide(score, source.policy.decision)
    if columns.prediction is not None:
        given = _given(table, columns, adverse, source, name)
        if model is not None and decision is not None:
            _refuse_disagreement(given, decision, source)
        decision = given
    if decision is None:
        raise ColumnError(
            "no decision can be made", where=[source.where("columns")], hint="give a model or predictions"
        )
    _refuse_missing_groups(table, source)
    return RowsEvaluation(table, label, decision, score, predict)


def _refuse_missing_columns(table: pa.Table, model: Model | None, source: PolicyFile, name: str) -> None:
    columns = source.policy.columns
    wanted = [
        (getattr(columns, role), source.where("columns", role)) for role in ("label", "prediction", "score", "id")
    ]
    wanted += [
        (attribute.name, source.where("columns", "sensitive", index, "name"))
        for index, attribute in enumerate(columns.sensitive)
    ]
    if model is not None:
        reads = f"{model.artifact.name} reads: {', '.join(column.name for column in model.inputs)}"
        wanted += [(column.name, reads) for column in model.inputs]
    for column, where in wanted:
        if column is not None and column not in table.column_names:
            raise ColumnError(
                f'column "{column}" is not in {name}',
                where=[where, f"The file has: {', '.join(table.column_names)}"],
                hint=did_you_mean(column, table.column_names) or "name a column that the file has",
            )


def _outcomes(table: pa.Table, columns: Columns, source: PolicyFile, name: str) -> tuple[str | None, NDArray[np.int8]]:
    """Return the adverse value, when the label shows one, and the label of each row as 1, 0 or -1."""
    if columns.label is None:
        return None, np.full(table.num_rows, -1, np.int8)
    text = as_text(table[columns.label])
    values = [value for value in pc.unique(text).to_pylist() if value is not None]
    if len(values) > 2:  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f'the label "{columns.label}" has {len(values):,} different values; two are needed',
            where=[source.where("columns", "label")],
            hint="name a column with two outcomes; more than two are not in this version",
        )
    if columns.favourable not in values:
        raise ColumnError(
            f'"{columns.favourable}" is not among the {len(values)} values of "{columns.label}" in {name}',
            where=[source.where("columns", "favourable")],
            hint=_near_value(columns.favourable, values),
        )
    adverse = next((value for value in values if value != columns.favourable), None)
    coded = pc.fill_null(pc.cast(pc.equal(text, columns.favourable), pa.int8()), -1)
    return adverse, np.asarray(coded.to_numpy(zero_copy_only=False), np.int8)


def _near_value(written: str, values: list[str]) -> str:
    """Say what is wrong with a value without printing any value of the data."""
    if any(value.strip().casefold() == written.strip().casefold() for value in values):
        return "one differs only in upper and lower case or in spaces: write it exactly as it stands in the data"
    return "write the better outcome for the person exactly as it stands in the data"


def _favourable_probability(model: Model, columns: Columns, source: PolicyFile) -> Predict:
    if columns.favourable not in model.classes:
        raise ColumnError(
            f'the model does not predict "{columns.favourable}"',
            where=[source.where("columns", "favourable"), f"It has {len(model.classes)} classes"],
            hint=_near_value(columns.favourable, list(model.classes)),
        )
    place = model.classes.index(columns.favourable)
    if len(model.classes) != 2:  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f"the model has {len(model.classes)} classes; two are needed",
            where=[source.where("model")],
            hint="more than two are not in this version",
        )
    return lambda table: model.predict(table)[:, place]


def model_inputs(table: pa.Table, inputs: tuple[Column, ...]) -> pa.Table:
    """Return the columns that a model reads, in its order, as the kinds it was trained on."""
    arrays = [
        pa.array(to_numbers(column.name, table[column.name]))
        if column.kind is ColumnKind.NUMBER
        else as_text(table[column.name])
        for column in inputs
    ]
    return pa.Table.from_arrays(arrays, names=[column.name for column in inputs])


def _scores(predict: Predict, inputs: pa.Table) -> NDArray[np.float64]:
    parts = [predict(inputs.slice(start, BATCH)) for start in range(0, inputs.num_rows, BATCH)]
    score = np.concatenate(parts)
    if score.shape != (inputs.num_rows,):
        raise UnusableDataError("the model did not give one score a row", hint="check the model file")
    return score


def _refuse_non_numbers(score: NDArray[np.float64], column: str | None) -> None:
    bad = int((~np.isfinite(score)).sum())
    if bad:
        whose = f'"{column}"' if column else "the model's scores"
        raise UnusableDataError(
            f"{bad:,} of {len(score):,} values of {whose} are missing, not a number or infinite",
            hint="a row without a score has no decision: mend the model or the file, rows are never dropped",
        )


def _decide(score: NDArray[np.float64], decision: Decision) -> NDArray[np.int8]:
    reached = score >= decision.threshold if decision.at == ">=" else score > decision.threshold
    return reached.astype(np.int8)


def _given(table: pa.Table, columns: Columns, adverse: str | None, source: PolicyFile, name: str) -> NDArray[np.int8]:
    text = as_text(table[columns.prediction])
    where = [source.where("columns", "prediction")]
    if text.null_count:
        raise UnusableDataError(
            f'{text.null_count:,} rows of "{columns.prediction}" in {name} have no prediction',
            where=where,
            hint="give every row a prediction: rows are never dropped",
        )
    values = pc.unique(text).to_pylist()
    known = {columns.favourable} if adverse is None else {columns.favourable, adverse}
    strange = set(values) - known
    if len(values) > 2 or (adverse is not None and strange) or (adverse is None and columns.favourable not in values):  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f'"{columns.prediction}" does not hold the two values that label and favourable name',
            where=[*where, source.where("columns", "favourable")],
            hint="write predictions with the same two values as the label",
        )
    coded = pc.cast(pc.equal(text, columns.favourable), pa.int8())
    return np.asarray(coded.to_numpy(zero_copy_only=False), np.int8)


def _refuse_disagreement(given: NDArray[np.int8], decision: NDArray[np.int8], source: PolicyFile) -> None:
    differing = int((given != decision).sum())
    if differing:
        raise UnusableDataError(
            f"the given predictions differ from the model's decisions in {differing:,} of {len(given):,} rows",
            where=[source.where("columns", "prediction")],
            hint="check decision.threshold, or audit one of the two: another model may have made them",
        )


def _refuse_missing_groups(table: pa.Table, source: PolicyFile) -> None:
    if source.policy.columns.missing != "error":
        return
    for index, attribute in enumerate(source.policy.columns.sensitive):
        missing = as_text(table[attribute.name]).null_count
        if missing:
            raise UnusableDataError(
                f'{missing:,} rows have no "{attribute.name}"',
                where=[source.where("columns", "sensitive", index)],
                hint="fill them in, or set missing: report_as_group",
            )
