"""Rows drawn by what is in them: the same ones wherever they lie, and as many as were asked for."""

from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from tallied import a_source, evaluated, table_of

from fateaudit.artifacts import Artifact
from fateaudit.evaluation import RECORDED, Column, ColumnKind, Model
from fateaudit.loading import Asked, Way, load_evaluation

RANDOM = np.random.default_rng(5)
ROWS = [
    {
        "id": n,
        "group": "abc"[n % 3],
        "label": ("yes", "no")[n % 2],
        "x": float(RANDOM.integers(0, 9)),
        "word": f"w{n % 7}",
    }
    for n in range(200)
]


A_MODEL = {"path": "model.skops"}
"""What a policy says that has a model; the tests bring their own."""


def predict(table):
    score = 1 / (1 + np.exp(4 - table["x"].to_numpy()))
    return np.column_stack([1 - score, score])


MODEL = Model(
    Artifact(role="model", name="made", media_type="", size=0, sha256=""),
    (Column("x", ColumnKind.NUMBER), Column("word", ColumnKind.TEXT)),
    ("no", "yes"),
    predict,
    (),
)


def drawn(table, n=30, how="in memory", batch=65_536, seed=1, **columns):
    """The rows drawn, in their order."""
    source = a_source("group", columns={"prediction": None} | columns, statistics={"seed": seed}, model=A_MODEL)
    way = Way(batch=batch)
    evaluation = evaluated(source, table, how, model=MODEL, asked=Asked(sample=n, keeps_scores=True), way=way)
    return evaluation.sample(n, attributes=["group"]).to_pylist()


BY_ID = {"id": "id"}


@pytest.mark.parametrize("columns", [{}, BY_ID], ids=["by all that is known", "by an id"])
@pytest.mark.parametrize("how", ["in memory", "in Parquet"])
def test_neither_the_size_of_a_batch_nor_the_order_of_rows_changes_what_is_drawn(how, columns) -> None:
    first = drawn(table_of(ROWS), **columns)
    shuffled = [ROWS[at] for at in np.random.default_rng(3).permutation(len(ROWS))]

    assert len(first) == 30
    for batch in (7, 29, 1_000):
        assert drawn(table_of(ROWS), how=how, batch=batch, **columns) == first
        assert drawn(table_of(shuffled), how=how, batch=batch, **columns) == first


@pytest.mark.parametrize("columns", [{}, BY_ID], ids=["by all that is known", "by an id"])
def test_it_does_not_matter_over_how_many_files_the_rows_are_spread(columns) -> None:
    source = a_source("group", columns={"prediction": None} | columns, statistics={"seed": 1}, model=A_MODEL)
    folder = source.folder / "rows.parquet"
    folder.unlink(missing_ok=True)
    folder.mkdir()
    for number, start in enumerate((0, 3, 150)):
        rows = ROWS[start : (3, 150, 200)[number]]
        pq.write_table(table_of(rows), folder / f"{number}.parquet", row_group_size=40)

    evaluation, _ = load_evaluation(source, MODEL, Asked(sample=30))
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()

    assert evaluation.sample(30, attributes=["group"]).to_pylist() == drawn(table_of(ROWS), **columns)


@pytest.mark.parametrize(
    "types",
    [
        {"x": pa.int16()},
        {"x": pa.float32()},
        {"word": pa.dictionary(pa.int32(), pa.string())},
        {"word": pa.large_string(), "label": pa.large_string()},
        {"id": pa.string()},
        {"id": pa.float64(), "group": pa.dictionary(pa.int8(), pa.string())},
    ],
    ids=str,
)
@pytest.mark.parametrize("columns", [{}, BY_ID], ids=["by all that is known", "by an id"])
def test_numbers_and_words_of_another_type_are_the_same_numbers_and_words(types, columns) -> None:
    rows = [row | {"id": str(row["id"])} if types.get("id") == pa.string() else row for row in ROWS]

    assert drawn(table_of(rows, **types), **columns) == drawn(table_of(ROWS), **columns)


def test_more_rows_than_there_are_are_all_of_them() -> None:
    found = drawn(table_of(ROWS), n=500)

    assert sorted(map(str, found)) == sorted(
        str({"x": row["x"], "word": row["word"], "attribute:group": row["group"]}) for row in ROWS
    )


def test_another_seed_draws_other_rows() -> None:
    first, second = (drawn(table_of(ROWS), seed=seed, **BY_ID) for seed in (1, 2))

    assert first != second
    assert len(first) == len(second) == 30


def test_every_row_is_drawn_about_as_often_as_any_other() -> None:
    rows = [row | {"x": float(n), "word": "w"} for n, row in enumerate(ROWS[:40])]
    times = np.zeros(40)
    for seed in range(30):
        for row in drawn(table_of(rows), n=10, seed=seed):
            times[int(row["x"])] += 1

    # 30 draws of a quarter of them: 7.5 expected, with a standard deviation of 2.4.
    assert times.sum() == 300
    assert times.min() > 0
    assert times.max() < 7.5 + 5 * 2.4


@pytest.mark.parametrize("batch", [7, 1_000])
def test_equal_rows_at_the_boundary_do_not_make_more_of_them(batch) -> None:
    same = [ROWS[0]] * 90 + [ROWS[1]] * 90

    for n in (1, 50, 120):
        found = drawn(table_of(same), n=n, batch=batch)
        assert len(found) == n
        assert found == drawn(table_of(same[::-1]), n=n, batch=17)


@pytest.mark.parametrize("batch", [7, 1_000])
def test_an_id_that_is_the_same_in_all_rows_draws_by_what_else_is_in_them(batch) -> None:
    rows = [row | {"id": "one"} for row in ROWS]

    found = drawn(table_of(rows), batch=batch, **BY_ID)

    assert len(found) == 30
    assert found == drawn(table_of(rows[::-1]), batch=31, **BY_ID)


def test_drawn_rows_do_not_grow_with_rows_that_share_an_id() -> None:
    source = a_source("group", columns={"prediction": None, "id": "id"}, model=A_MODEL)
    table = table_of([row | {"id": None} for row in ROWS])
    load = partial(evaluated, source, table, model=MODEL, asked=Asked(sample=10), way=Way(batch=50))

    assert load().parts.sample.num_rows <= 20


def test_scores_that_are_kept_are_those_of_all_rows_whatever_their_order() -> None:
    source = a_source("group", columns={"prediction": None}, model=A_MODEL)
    asked = Asked(sample=10, keeps_scores=True)
    one, other = (
        evaluated(source, table_of(rows), model=MODEL, asked=asked, way=Way(batch=batch)).scored(["group"])
        for rows, batch in ((ROWS, 7), (ROWS[::-1], 1_000))
    )

    assert one.score.tolist() == other.score.tolist() == sorted(predict(table_of(ROWS))[:, 1].tolist())
    assert one.label.tolist() == other.label.tolist()
    assert one.attributes[0].codes.tolist() == other.attributes[0].codes.tolist()


def test_rows_that_are_drawn_say_what_their_label_is_only_where_that_is_asked() -> None:
    source = a_source("group", columns={"prediction": None, "id": "id"}, statistics={"seed": 1}, model=A_MODEL)
    rows = [row | {"label": None} if row["id"] % 5 == 0 else row for row in ROWS]
    evaluation = evaluated(source, table_of(rows), "in memory", model=MODEL, asked=Asked(sample=200), way=Way())
    labelled = evaluation.sample(200, attributes=["group"], labelled=True)
    means = {"yes": 1, "no": 0, None: -1}

    assert RECORDED not in evaluation.sample(200, attributes=["group"]).column_names
    for group in "abc":
        wanted = [means[row["label"]] for row in rows if row["group"] == group]
        got = labelled.filter(pc.equal(labelled["attribute:group"], group))[RECORDED].to_pylist()
        assert sorted(got) == sorted(wanted)
