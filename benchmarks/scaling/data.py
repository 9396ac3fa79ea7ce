"""Rows that are made up, the policies that audit them, and a model that scores them; files are streamed to disk."""

import json
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

Make = Callable[[int, int], pa.Table]
"""How many rows, and a seed, in; the rows out."""

SEED = 20261121
SHAPE = (2, 5, 8)
"""80 groups."""

ROW_GROUP = 1_000_000
THRESHOLD = 0.5
RATES = (
    "selection_rate",
    "adverse_rate",
    "true_positive_rate",
    "false_positive_rate",
    "false_negative_rate",
    "true_negative_rate",
    "positive_predictive_value",
    "negative_predictive_value",
    "accuracy",
    "base_rate",
)
"""Ten, each with the same meaning in fairlearn or scikit-learn."""

NUMBERS = tuple(f"x{place}" for place in range(6))
WORDS = tuple(f"w{place}" for place in range(4))
WORD_VALUES = (3, 4, 6, 10)


def names_of(shape: Sequence[int]) -> tuple[str, ...]:
    """Return the names of as many attributes."""
    return tuple(f"a{place}" for place in range(len(shape)))


def rows(n: int, shape: Sequence[int] = SHAPE, *, seed: int = SEED, with_score: bool = False) -> pa.Table:
    """Draw `n` rows: attributes as text, label and prediction as 0 or 1 and, where wanted, a score."""
    random = np.random.default_rng(seed)
    columns = {name: _text(random, n, size) for name, size in zip(names_of(shape), shape, strict=True)}
    score = random.random(n)
    columns["label"] = pa.array((random.random(n) < score).astype(np.int8))
    columns["prediction"] = pa.array((score >= THRESHOLD).astype(np.int8))
    if with_score:
        columns["score"] = pa.array(score)
    return pa.table(columns)


def _text(random: np.random.Generator, n: int, values: int) -> pa.Array:
    words = pa.array([f"value {place}" for place in range(values)])
    return pa.DictionaryArray.from_arrays(pa.array(random.integers(0, values, n, dtype=np.int32)), words).cast(
        pa.string()
    )


def write_rows(path: Path, n: int, *, with_score: bool) -> None:
    """Write `n` rows as Parquet, a row group at a time."""
    _stream(path, n, lambda size, seed: rows(size, seed=seed, with_score=with_score))


def write_inputs(path: Path, n: int) -> None:
    """Write `n` rows as a model reads them, with an attribute and the label, in four row groups or more."""
    _stream(path, n, inputs, max(1, min(ROW_GROUP, -(-n // 4))))


def _stream(path: Path, n: int, make: Make, group: int = ROW_GROUP) -> None:
    with pq.ParquetWriter(path, make(0, SEED).schema) as writer:
        for start in range(0, n, group):
            writer.write_table(make(min(group, n - start), SEED + start), row_group_size=group)


def inputs(n: int, seed: int = SEED) -> pa.Table:
    """Draw rows of six numbers, four words, an attribute of five values and a label."""
    random = np.random.default_rng(seed)
    numbers = {name: random.normal(size=n) for name in NUMBERS}
    words = {name: _text(random, n, size) for name, size in zip(WORDS, WORD_VALUES, strict=True)}
    likely = 1 / (1 + np.exp(-sum(numbers.values(), np.zeros(n))))
    others = {"a0": _text(random, n, 5), "label": pa.array((random.random(n) < likely).astype(np.int8))}
    return pa.table({**{name: pa.array(values) for name, values in numbers.items()}, **words, **others})


def write_model(path: Path) -> None:
    """Fit a logistic regression on the ten columns and write it as .skops."""
    import skops.io  # noqa: PLC0415 - heavy, and only needed here
    from sklearn.compose import ColumnTransformer  # noqa: PLC0415 - same
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - same
    from sklearn.pipeline import Pipeline  # noqa: PLC0415 - same
    from sklearn.preprocessing import OneHotEncoder, StandardScaler  # noqa: PLC0415 - same

    frame = inputs(5_000).to_pandas()
    prepared = ColumnTransformer(
        [("numbers", StandardScaler(), list(NUMBERS)), ("words", OneHotEncoder(sparse_output=False), list(WORDS))]
    )
    model = Pipeline([("prepared", prepared), ("logistic", LogisticRegression())])
    # As text that is no pandas type: so it was before pandas 3, and so most models in use were fitted.
    read = frame[[*NUMBERS, *WORDS]].astype(dict.fromkeys(WORDS, object))
    model.fit(read, frame["label"].to_numpy().astype(str))
    path.write_bytes(skops.io.dumps(model))


def write_policy(  # noqa: PLR0913 - what the tables of growth vary
    folder: Path,
    *,
    dataset: str = "rows.parquet",
    shape: Sequence[int] = SHAPE,
    metrics: Sequence[str] = RATES,
    model: str = "none",
    score: str | None = None,
) -> Path:
    """Write a policy with a check for each of `metrics` over the groups that all attributes form together."""
    nobody = {"name": "nobody", "role": "none", "organisation": "none"}
    system = {"name": "made up", "purpose": "to be timed", "category": "prediction_analysis", "owner": nobody}
    columns = {"label": "label", "favourable": "1", "label_kind": "outcome", "unit": "case", "positive": "favourable"}
    decided = {"score": score} if score else {} if model != "none" else {"prediction": "prediction"}
    names = list(names_of(shape))
    across = names if len(names) == 1 else [names]
    written = {
        "version": 1,
        "system": {**system, "stage": "evaluation", "autonomy": "advisory"},
        "model": {"path": model},
        "dataset": {"path": dataset, "provenance": "made up", "role": "synthetic"},
        "columns": {
            **columns,
            **decided,
            "sensitive": [{"name": name, "label": name.upper()} for name in names],
            "intersections": [names] if len(names) > 1 else [],
        },
        "checks": [_check(place, metric, across) for place, metric in enumerate(metrics, 1)],
    }
    path = folder / "fateaudit.yaml"
    # JSON is YAML too.
    path.write_text(json.dumps(written, indent=1), encoding="utf-8")
    return path


def _check(place: int, metric: str, across: Sequence[object]) -> dict[str, object]:
    limit = {"max": 0.05} if metric.endswith("_difference") else {"min": 0.8 if metric.endswith("_ratio") else 0.3}
    made_up = {"principle": "fairness", "severity": "major", "why": "It is timed."}
    return {"id": f"F-{place:02}", "metric": metric, "across": across, "limit": limit, **made_up}


def metrics_of(n: int, ending: str = "") -> list[str]:
    """Return `n` metrics, again and again the same ten."""
    return [f"{name}{ending}" for name in islice(cycle(RATES), n)]
