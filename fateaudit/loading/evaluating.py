"""Small tables that stand for rows, and the policy's column roles → an Evaluation. Here values get their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fateaudit.counting import OUTSIDE, Coded, code, count, rows_where
from fateaudit.counts import NOT_RECORDED, Counts
from fateaudit.errors import ColumnError, placed
from fateaudit.evaluation import DRAWN, RECORDED, Binning, Drawn, Overlap, Predict, Scored, decide
from fateaudit.loading.quarters import quarter
from fateaudit.loading.unusable import (
    adverse_value,
    refuse_disagreement,
    refuse_missing_groups,
    refuse_no_rows,
    refuse_non_numbers,
    refuse_other_predictions,
    refuse_too_many,
    refuse_unusable_frequencies,
    refuse_unusable_weights,
    times_of,
)
from fateaudit.naming import outside_bins, some_no_numbers
from fateaudit.policy import PolicyFile
from fateaudit.tallying import LABEL, MANY, NO_NUMBER, SCORE, WEIGHT, Parts, Wanted, in_order

Bins = Mapping[str, Binning]


@dataclass(frozen=True, eq=False)
class TalliedEvaluation:
    """Rows that were tallied, wherever they lie; the implementation of `Evaluation`."""

    parts: Parts
    wanted: Wanted
    source: PolicyFile
    name: str
    """What the data are called in errors."""
    predict: Predict | None
    outcome: Outcomes
    overlap: Overlap | None = None

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(times_of(self.parts.tables[""]).sum())

    @property
    def others(self) -> tuple[str, ...]:
        """The columns that nobody declared, and that can be counted by themselves."""
        return self.wanted.others

    def counts(self, attributes: Sequence[str], bins: Bins | None = None) -> Counts:
        """Count the rows by the declared attributes together, or by one other column."""
        declared = tuple(attributes) == tuple(key.name for key in self.wanted.attributes)
        table = self.parts.tables["" if declared else attributes[0]]
        times = times_of(table)
        coded = []
        for place, name in enumerate(attributes):
            with placed(self.wanted.places.get(name, "")):
                coded.append(_coded(name, table[f"k{place}"], (bins or {}).get(name), times))
        refuse_too_many(table, self.source)
        label, decision = self.outcome.codes(table)
        weights = None if self.wanted.weight is None else (_floats(table["weight"]), _floats(table["squares"]))
        # Numbers in a unit of their own are no probabilities, whatever range they lie in.
        has_scores = declared and self.wanted.is_scored and not self.source.policy.gives_numbers
        scored = table["bin"].to_numpy() if has_scores else None
        return count(coded, label, decision, times=times, weights=weights, bins=scored)

    def quarters(self, name: str) -> Binning | None:
        """Return the cut of a column of numbers into four groups of about equal size."""
        table = self.parts.tables[name]
        return None if table.num_rows > MANY else quarter(name, table["k0"], times_of(table))

    def sample(
        self, n: int, *, attributes: Sequence[str] = (), bins: Bins | None = None, labelled: bool = False
    ) -> pa.Table | None:
        """Return the first `n` of the rows drawn, as a model reads them, each with the groups that it is in."""
        if self.parts.sample is None:
            return None
        rows = in_order(self.parts.sample, min(n, self.wanted.sample))
        taken = rows.select([column.name for column in self.wanted.inputs])
        for name in attributes:
            coded = code(name, rows[f"attribute:{name}"], (bins or {}).get(name))
            taken = taken.append_column(f"attribute:{name}", pa.array([coded.values[at] for at in coded.codes]))
        if labelled and self.wanted.label is not None:
            taken = taken.append_column(RECORDED, pa.array(self.outcome.labels(rows[LABEL])))
        return taken

    def scored(self, attributes: Sequence[str], bins: Bins | None = None) -> Scored | None:
        """Return the score of every row, with its label and groups; None without scores."""
        if self.parts.scores is None:
            return None
        rows = self.parts.scores
        # In one order, however the rows lay: sums of fractions depend on it.
        rows = rows.take(pc.sort_indices(rows, sort_keys=[(name, "ascending") for name in rows.column_names]))
        coded = tuple(code(name, rows[f"attribute:{name}"], (bins or {}).get(name)) for name in attributes)
        unlabelled = np.full(rows.num_rows, -1, np.int8)
        label = self.outcome.labels(rows[LABEL]) if self.wanted.label is not None else unlabelled
        weight = _floats(rows[WEIGHT]) if self.wanted.weight is not None else None
        policy = self.source.policy
        return Scored(
            _floats(rows[SCORE]),
            label,
            coded,
            self._drawn(),
            weight,
            gives_numbers=policy.gives_numbers,
            less_is_better=policy.decision.less_is_better,
        )

    def _drawn(self) -> Drawn | None:
        if self.parts.sample is None:
            return None
        rows = in_order(self.parts.sample, min(DRAWN, self.wanted.sample))
        score = _floats(rows[SCORE])
        decision = decide(score, self.wanted.threshold, self.wanted.at).astype(np.int8)
        return Drawn(rows.select([column.name for column in self.wanted.inputs]), decision, score)


@dataclass(frozen=True)
class Outcomes:
    """What the values of label and prediction stand for."""

    favourable: str
    has_predictions: bool

    def labels(self, column: pa.ChunkedArray) -> NDArray[np.int8]:
        """Return 1 favourable, 0 adverse, -1 not recorded. Every other value was found to be adverse before."""
        coded = pc.fill_null(pc.cast(pc.equal(column, self.favourable), pa.int8()), -1)
        return np.asarray(coded.to_numpy(), np.int8)

    def codes(self, table: pa.Table) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
        """Return label and decision of each combination in a small table."""
        given = self.labels(table["prediction"]) if self.has_predictions else table["decided"].to_numpy()
        return self.labels(table["label"]), np.asarray(given, np.int8)


def evaluate(parts: Parts, wanted: Wanted, predict: Predict | None, source: PolicyFile, name: str) -> TalliedEvaluation:
    """Give every row a label and a decision, by the roles that the policy declares; refuse what cannot have both."""
    table = parts.tables[""]
    if table.num_rows > MANY:
        # Not all of them are there: nothing else can be said of how many rows are wrong.
        _refuse_too_many_outcomes(table, wanted, source, name)
    refuse_unusable_frequencies(table, wanted)
    refuse_no_rows(table, name)
    refuse_missing_groups(table, source)
    adverse = adverse_value(table, source, name)
    if wanted.is_scored:
        refuse_non_numbers(table, wanted, source)
    if wanted.prediction is not None:
        refuse_other_predictions(table, wanted.prediction, adverse, source, name)
    elif not wanted.is_scored:
        raise ColumnError(
            "no decision can be made", where=[source.where("columns")], hint="give a model or predictions"
        )
    refuse_unusable_weights(table, wanted)
    outcome = Outcomes(source.policy.columns.favourable, wanted.prediction is not None)
    if wanted.prediction is not None and wanted.inputs:
        refuse_disagreement(table, outcome.codes(table)[1], source)
    return TalliedEvaluation(parts, wanted, source, name, predict, outcome)


def _refuse_too_many_outcomes(table: pa.Table, wanted: Wanted, source: PolicyFile, name: str) -> None:
    adverse = adverse_value(table, source, name)
    if wanted.prediction is not None:
        refuse_other_predictions(table, wanted.prediction, adverse, source, name)
    refuse_too_many(table, source)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(), np.float64)


def _coded(name: str, column: pa.ChunkedArray, binning: Binning | None, times: NDArray[np.int64]) -> Coded:
    """Return the groups of an attribute, whether its values stand there or the numbers of its bins."""
    if binning is None or not pa.types.is_int16(column.type):
        return code(name, column, binning, times)
    place = np.asarray(pc.fill_null(column, len(binning.names)).to_numpy(), np.int64)
    if (place == NO_NUMBER).any():
        raise some_no_numbers(name, rows_where(place == NO_NUMBER, times), int(times.sum()))
    if (place == OUTSIDE).any():
        raise outside_bins(name, rows_where(place == OUTSIDE, times))
    return Coded(name, place, (*binning.names, NOT_RECORDED))
