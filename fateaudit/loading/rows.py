"""A table in memory and the policy's column roles → an Evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fateaudit.counting import as_text, code, count, to_numbers
from fateaudit.counts import NOT_RECORDED, Counts
from fateaudit.errors import ColumnError, UnusableDataError, did_you_mean, placed
from fateaudit.evaluation import DRAWN, Binning, Column, ColumnKind, Drawn, Model, Predict, Scored, decide
from fateaudit.loading.quarters import quarter
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
    inputs: pa.Table | None = None
    """What the model reads, as it reads it; None without a model."""
    declared: Mapping[str, str] = field(default_factory=dict)
    """Where the policy declares each attribute, to be shown when its values are no groups."""

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
        coded = []
        for name in (*attributes, *controls):
            with placed(self.declared.get(name, "")):
                coded.append(code(name, self.table[name], (bins or {}).get(name)))
        return count(coded, self.label, self.decision, self.score)

    def quarters(self, name: str) -> Binning | None:
        """Return the cut of a column of numbers into four groups of about equal size."""
        return quarter(name, self.table[name])

    def sample(
        self, n: int, *, seed: int, attributes: Sequence[str] = (), bins: dict[str, Binning] | None = None
    ) -> pa.Table:
        """Return `n` rows drawn without replacement, in their order in the data."""
        drawn = np.sort(np.random.default_rng(seed).permutation(self.rows)[:n])
        taken = (self.table if self.inputs is None else self.inputs).take(drawn)
        for name in attributes:
            coded = code(name, self.table[name].take(drawn), (bins or {}).get(name))
            taken = taken.append_column(f"attribute:{name}", pa.array([coded.values[at] for at in coded.codes]))
        return taken

    def scored(
        self, attributes: Sequence[str], bins: dict[str, Binning] | None = None, *, seed: int = 0
    ) -> Scored | None:
        """Return the score of every row, with its label and groups; None without scores."""
        if self.score is None:
            return None
        coded = tuple(code(name, self.table[name], (bins or {}).get(name)) for name in attributes)
        drawn = None
        if self.inputs is not None:
            at = np.sort(np.random.default_rng(seed).permutation(self.rows)[:DRAWN])
            drawn = Drawn(self.inputs.take(at), self.decision[at], at)
        return Scored(self.score, self.label, coded, drawn)


def evaluate(table: pa.Table, model: Model | None, source: PolicyFile, name: str) -> RowsEvaluation:
    """Give every row a label and a decision, by the roles that the policy declares."""
    columns = source.policy.columns
    _refuse_missing_columns(table, model, source, name)
    _refuse_missing_groups(table, source)
    adverse, label = _outcomes(table, columns, source, name)
    predict = None if model is None else _favourable_probability(model, columns, source)
    inputs = None if model is None else model_inputs(table, model)
    score: NDArray[np.float64] | None
    if predict is not None and inputs is not None:
        score = _scores(predict, inputs)
        _refuse_non_numbers(score, "the model's scores", source.where("model"))
    else:
        score = _given_scores(table, columns.score, source)
    decision = None if score is None else _as_codes(score, source.policy.decision)
    if columns.prediction is not None:
        given = _given(table, columns.prediction, adverse, source, name)
        if model is not None and decision is not None:
            _refuse_disagreement(given, decision, source)
        decision = given
    if decision is None:
        raise ColumnError(
            "no decision can be made", where=[source.where("columns")], hint="give a model or predictions"
        )
    declared = {
        attribute.name: source.where("columns", "sensitive", index, "name")
        for index, attribute in enumerate(columns.sensitive)
    }
    return RowsEvaluation(table, label, decision, score, predict, inputs, declared)


def _refuse_missing_columns(table: pa.Table, model: Model | None, source: PolicyFile, name: str) -> None:
    columns, there = source.policy.columns, table.column_names
    roles = ("label", "prediction", "score", "id")
    named = [(getattr(columns, role), source.where("columns", role)) for role in roles]
    named += [
        (attribute.name, source.where("columns", "sensitive", index, "name"))
        for index, attribute in enumerate(columns.sensitive)
    ]
    if not any(column in there for column, _ in named):
        # Without a header row the first row stands in for it: what is in it must not be shown.
        raise ColumnError(
            f"none of the columns that the policy names is in {name}",
            where=[source.where("columns"), f"The file has {len(there)} columns; are their names in its first row?"],
            hint="give the file a header row, or name another file in dataset.path",
        )
    has = f"The file has: {', '.join(there)}"
    for column, where in named:
        if column is not None and column not in there:
            raise ColumnError(
                f'column "{column}" is not in {name}',
                where=[where, has],
                hint=did_you_mean(column, there) or "name a column that the file has",
            )
    for column in [] if model is None else [column.name for column in model.inputs]:
        if model is not None and column not in there:
            raise ColumnError(
                f'column "{column}" is not in {name}, and the model reads it',
                where=[f"{model.artifact.name} reads: {', '.join(known.name for known in model.inputs)}", has],
                hint="give the data every column that the model was trained on, under the same name",
            )


def _outcomes(table: pa.Table, columns: Columns, source: PolicyFile, name: str) -> tuple[str | None, NDArray[np.int8]]:
    """Return the adverse value, when the label shows one, and the label of each row as 1, 0 or -1."""
    if columns.label is None:
        return None, np.full(table.num_rows, -1, np.int8)
    where = source.where("columns", "label")
    with placed(where):
        text = as_text(table[columns.label], columns.label)
    values = [value for value in pc.unique(text).to_pylist() if value is not None]
    if len(values) > 2:  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f'the label "{columns.label}" has {len(values):,} different values; two are needed',
            where=[where],
            hint="name a column with two outcomes; more than two are not in this version",
        )
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


def model_inputs(table: pa.Table, model: Model) -> pa.Table:
    """Return the columns that a model reads, in its order, as the kinds it was trained on."""
    arrays = []
    for column in model.inputs:
        is_number = column.kind is ColumnKind.NUMBER
        with placed(f"{model.artifact.name} reads it as {'numbers' if is_number else 'text'}"):
            values = table[column.name]
            arrays.append(pa.array(to_numbers(column.name, values)) if is_number else as_text(values, column.name))
    return pa.Table.from_arrays(arrays, names=[column.name for column in model.inputs])


def _scores(predict: Predict, inputs: pa.Table) -> NDArray[np.float64]:
    parts = [predict(inputs.slice(start, BATCH)) for start in range(0, inputs.num_rows, BATCH)]
    score = np.concatenate(parts)
    if score.shape != (inputs.num_rows,):
        raise UnusableDataError("the model did not give one score a row", hint="check the model file")
    return score


def _given_scores(table: pa.Table, column: str | None, source: PolicyFile) -> NDArray[np.float64] | None:
    if column is None:
        return None
    where = source.where("columns", "score")
    with placed(where):
        score = to_numbers(column, table[column])
    _refuse_non_numbers(score, f'"{column}"', where)
    return score


def _refuse_non_numbers(score: NDArray[np.float64], whose: str, where: str) -> None:
    bad = int((~np.isfinite(score)).sum())
    if bad:
        raise UnusableDataError(
            f"{bad:,} of {len(score):,} values of {whose} are missing, not a number or infinite",
            where=[where],
            hint="a row without a score has no decision: mend the model or the file, rows are never dropped",
        )


def _as_codes(score: NDArray[np.float64], decision: Decision) -> NDArray[np.int8]:
    return decide(score, decision.threshold, decision.at).astype(np.int8)


def _given(table: pa.Table, column: str, adverse: str | None, source: PolicyFile, name: str) -> NDArray[np.int8]:
    favourable = source.policy.columns.favourable
    where = [source.where("columns", "prediction")]
    with placed(where[0]):
        text = as_text(table[column], column)
    if text.null_count:
        raise UnusableDataError(
            f'{text.null_count:,} rows of "{column}" in {name} have no prediction',
            where=where,
            hint="give every row a prediction: rows are never dropped",
        )
    values = pc.unique(text).to_pylist()
    known = {favourable} if adverse is None else {favourable, adverse}
    strange = set(values) - known
    if len(values) > 2 or (adverse is not None and strange) or (adverse is None and favourable not in values):  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f'"{column}" does not hold the two values that label and favourable name',
            where=[*where, source.where("columns", "favourable")],
            hint="write predictions with the same two values as the label",
        )
    coded = pc.cast(pc.equal(text, favourable), pa.int8())
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
        where = source.where("columns", "sensitive", index, "name")
        with placed(where):
            text = as_text(table[attribute.name], attribute.name)
            unknown = pa.array([*attribute.not_recorded, NOT_RECORDED, None], pa.string())
            missing = pc.sum(pc.is_in(text, value_set=unknown)).as_py() or 0
        if missing:
            raise UnusableDataError(
                f'{missing:,} rows have no "{attribute.name}"',
                where=[where],
                hint="fill them in, or set missing: report_as_group",
            )
