"""The inside of a model in its own process: scores of encoded rows and values by paths, and what a hostile one gets."""

from dataclasses import dataclass

import lightgbm
import numpy as np
import pyarrow as pa
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier
from vendors import NUMBERS, VENDORS, as_table, catboost_model, labels, people, saved

from fateaudit.artifacts import describe
from fateaudit.evaluation import InsideError
from fateaudit.formats import Format
from fateaudit.models.asking import Asked, Inside
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.models.process import LostError
from fateaudit.models.telling import Teller
from fateaudit.models.told import Description
from fateaudit.worker.opened import Wish

LIMITS = Limits(memory=8 * GIB, seconds=60, batch_rows=100_000)

OPEN = [
    "XGBoost, UBJSON, categories",
    "XGBoost, stopped early",
    "XGBoost, three outcomes",
    "LightGBM, categories",
    "LightGBM, three outcomes, no names",
    "CatBoost, three outcomes, no names",
]


@dataclass
class Opened:
    """A model in its process, for as long as a block lasts."""

    kind: str
    content: bytes
    wish: Wish

    def __enter__(self):
        artifact = describe(self.content, role="model", name="model", media_type="")
        self.model = open_file(ModelFile(self.content, artifact, Format(self.kind), self.wish), LIMITS)
        return self.model

    def __exit__(self, *_):
        self.model.close()


@pytest.mark.parametrize("name", OPEN)
def test_encoded_rows_are_scored_as_the_rows_are(name) -> None:
    made = VENDORS[name]()
    rows = as_table(made.rows)
    with Opened(made.kind, made.content, made.wish) as model:
        encoded = model.inside.encode(rows)
        scores, predicted = model.inside.score(encoded), model.predict(rows)

    assert encoded.shape == (rows.num_rows, len(made.inputs))
    assert model.inside.names() == tuple(name for name, _ in made.inputs)
    assert model.inside.linear() is None
    assert np.array_equal(scores, predicted)


def forest():
    rows = people()[NUMBERS].fillna(40.0)
    return skops.io.dumps(RandomForestClassifier(5, max_depth=3, random_state=0).fit(rows, labels()))


def of_lightgbm():
    model = lightgbm.LGBMClassifier(n_estimators=6, num_leaves=7, verbose=-1, n_jobs=1).fit(people()[NUMBERS], labels())
    return model.booster_.model_to_string().encode()


NUMBERS_ALONE = {
    "skops": forest,
    "xgboost": lambda: VENDORS["XGBoost, stopped early"]().content,
    "lightgbm": of_lightgbm,
    "catboost": lambda: saved(catboost_model(people()[NUMBERS], labels()).save_model),
}


@pytest.mark.parametrize("kind", NUMBERS_ALONE)
def test_values_by_paths_add_up_to_probabilities_in_the_locked_process(kind) -> None:
    people_known = people()[NUMBERS].fillna(40.0)
    rows, background = (as_table(people_known[part]) for part in (slice(7), slice(50, 80)))
    with Opened(kind, NUMBERS_ALONE[kind](), Wish()) as model:
        values = model.inside.attribute(rows, background, np.arange(2), 2)[:, :, -1]
        outputs, base = model.predict(rows)[:, -1], model.predict(background)[:, -1].mean()

    assert values.shape == (7, 2)
    assert np.abs(base + values.sum(axis=1) - outputs).max() < 1e-5


def test_trees_with_categories_of_their_own_have_no_values_by_paths() -> None:
    made = VENDORS["LightGBM, categories"]()
    rows = as_table(made.rows)
    with Opened(made.kind, made.content, made.wish) as model, pytest.raises(InsideError):
        model.inside.attribute(rows, rows, np.arange(rows.num_columns), rows.num_columns)


@dataclass
class Hostile:
    """A process that gives these numbers, whatever it is asked."""

    given: np.ndarray

    def ask(self, _verb, *_tables, **_more):
        return {"shape": list(self.given.shape)}

    def numbers(self, _answer):
        if self.given.ndim == 0:
            raise LostError("it ended by itself")
        return self.given


@pytest.mark.parametrize(
    "given",
    [
        np.full((4, 2), 0.7),
        np.full((4, 2), -1.0),
        np.full((4, 3), 1 / 3),
        np.full((3, 2), 0.5),
        np.full(4, 0.5),
        np.full((4, 2, 1), 0.5),
        np.float64(1),
    ],
    ids=["not one together", "below 0", "another width", "too few rows", "flat", "deep", "ended"],
)
def test_what_are_no_scores_of_encoded_rows_costs_the_inside_alone(given) -> None:
    described = Description(
        inputs=(("a", "number"),), classes=("no", "yes"), structure=("x",), is_open=True, encoded=(), linear=None
    )
    inside = Inside(Asked(Hostile(given), Teller("model", "a pickle", LIMITS)), described)

    with pytest.raises(InsideError):
        inside.score(np.zeros((4, 5)))


@pytest.mark.parametrize("shape", [(4, 3, 2), (4, 2), (3, 2, 2)], ids=["another column", "flat", "too few rows"])
def test_what_are_no_values_of_raw_columns_costs_the_inside_alone(shape) -> None:
    described = Description(
        inputs=(("a", "number"), ("b", "number")),
        classes=("no", "yes"),
        structure=("x",),
        is_open=True,
        encoded=(),
        linear=None,
    )
    inside = Inside(Asked(Hostile(np.zeros(shape)), Teller("model", "a pickle", LIMITS)), described)
    rows = pa.table({"a": [0.0] * 4, "b": [1.0] * 4})

    with pytest.raises(InsideError):
        inside.attribute(rows, rows, np.arange(2), 2)
