"""Models: only what is on the list is built, and what is built scores as it did where it was trained."""

import io
import json
import zipfile
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import skops.io
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    ExtraTreesClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import HashingVectorizer, TfidfVectorizer
from sklearn.feature_selection import SelectKBest, chi2
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import FixedThresholdClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, KBinsDiscretizer, OneHotEncoder, OrdinalEncoder
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from fateaudit.artifacts import describe
from fateaudit.evaluation import Column, ColumnKind, Model
from fateaudit.loading.tables import read_table
from fateaudit.tallying import read_inputs
from fateaudit.worker.opened import Wish
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.skops_files import ALLOWED_TYPES, open_skops

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

ROWS = 200
WORDS = ["colour", "employed"]


@cache
def people():
    """Made-up rows with words, whole numbers, numbers in an object column, truth values and measurements."""
    random = np.random.default_rng(20261121)
    return pd.DataFrame(
        {
            "colour": random.choice(["x", "y", "z"], ROWS),
            "visits": random.integers(0, 3, ROWS),
            "employed": random.choice(["p", "q"], ROWS),
            "ward": pd.Series(random.choice([1, 2, 3], ROWS)).astype(object),
            "known": random.choice([True, False], ROWS),
            "risk": random.normal(size=ROWS),
        }
    )


def with_missing(marker):
    """The same with every seventh colour missing: NaN in a text column, or None in an object column."""
    rows = people().drop(columns="ward")
    colours = [marker if place % 7 == 0 else colour for place, colour in enumerate(rows["colour"])]
    return rows.assign(colour=pd.Series(colours, dtype=object if marker is None else "str"))


LABELS = np.where(np.random.default_rng(7).random(ROWS) > 0.4, "Yes", "No")


def encoded(columns, encoder=None):
    encoder = encoder or OneHotEncoder(handle_unknown="ignore")
    return ColumnTransformer([("encoded", encoder, columns)], remainder="passthrough")


def numeric(estimator):
    return make_pipeline(encoded(WORDS), estimator)


def opened(estimator):
    content = skops.io.dumps(estimator)
    found = open_skops(content, Wish())
    return Model(
        describe(content, role="model", name="model.skops", media_type="x"),
        tuple(Column(name, ColumnKind(kind)) for name, kind in found.inputs),
        found.classes,
        found.predict,
        found.structure,
    )


def refused(estimator):
    """Return why a model is not opened."""
    with pytest.raises(ProblemError) as problem:
        opened(estimator)
    return problem.value


def through_csv(rows):
    return read_table(rows.to_csv(index=False).encode(), "rows.csv")


def through_parquet(rows):
    target = io.BytesIO()
    rows.astype({"ward": "int64"} if "ward" in rows else {}).to_parquet(target)
    return read_table(target.getvalue(), "rows.parquet")


NEEDS = {
    "numpy.dtype": make_pipeline(
        ColumnTransformer([("bins", KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf"), ["risk"])]),
        LogisticRegression(),
    ),
    "sklearn.calibration._CalibratedClassifier": CalibratedClassifierCV(
        numeric(LogisticRegression()), method="isotonic"
    ),
    "sklearn.calibration._SigmoidCalibration": CalibratedClassifierCV(numeric(LinearSVC())),
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor": numeric(
        HistGradientBoostingClassifier(max_iter=5)
    ),
    "sklearn.feature_selection._univariate_selection.chi2": make_pipeline(
        ColumnTransformer([("words", OneHotEncoder(), WORDS)]), SelectKBest(chi2, k=2), LogisticRegression()
    ),
    "sklearn.neural_network._stochastic_optimizers.AdamOptimizer": numeric(MLPClassifier((4,), max_iter=5)),
    "sklearn.tree._tree.Tree": numeric(RandomForestClassifier(5, random_state=0)),
    "sklearn.utils._bunch.Bunch": numeric(VotingClassifier([("one", LogisticRegression())], voting="soft")),
}
"""For each type on the list, a model that cannot be opened without it."""


def test_every_type_on_the_list_has_a_model_that_needs_it() -> None:
    assert set(NEEDS) == ALLOWED_TYPES


@pytest.mark.parametrize("name", NEEDS)
def test_a_model_is_refused_when_the_type_it_needs_is_taken_off_the_list(name, monkeypatch) -> None:
    model = NEEDS[name].fit(people(), LABELS)
    assert opened(model).classes == ("No", "Yes")

    monkeypatch.setattr("fateaudit.worker.skops_files.ALLOWED_TYPES", ALLOWED_TYPES - {name})

    problem = refused(model)
    assert problem.problem is Problem.UNKNOWN_TYPES
    assert name in problem.names


MODELS = NEEDS | {
    "words by name": make_pipeline(encoded(WORDS), LogisticRegression()),
    "words, numbers and truth values as categories": make_pipeline(
        encoded(["colour", "visits", "employed", "ward", "known"]), LogisticRegression()
    ),
    "every column as categories": make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression()),
    "columns by place": make_pipeline(encoded([0, 2]), LogisticRegression()),
    "columns by mask": make_pipeline(encoded([True, False, True, False, False, False]), LogisticRegression()),
    "columns by slice": make_pipeline(
        ColumnTransformer([("encoded", OneHotEncoder(), slice("colour", "employed"))]), LogisticRegression()
    ),
    "ordinals": make_pipeline(encoded(WORDS, OrdinalEncoder()), DecisionTreeClassifier(max_depth=3)),
    "an imputer before the encoder": numeric(LogisticRegression()).set_params(
        columntransformer__encoded=make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder())
    ),
    "a step before the columns part": make_pipeline(FunctionTransformer(), encoded(WORDS), LogisticRegression()),
    "an imputer that reorders, then an encoder": make_pipeline(
        encoded(WORDS, SimpleImputer(strategy="constant", fill_value="?")),
        OneHotEncoder(handle_unknown="ignore"),
        LogisticRegression(),
    ),
    "a vocabulary": make_pipeline(
        ColumnTransformer(
            [("text", TfidfVectorizer(analyzer="char"), "colour"), ("words", OneHotEncoder(), ["employed"])]
        ),
        LogisticRegression(),
    ),
    "a hashed vocabulary": make_pipeline(
        ColumnTransformer(
            [("text", HashingVectorizer(analyzer="char"), "colour"), ("words", OneHotEncoder(), ["employed"])]
        ),
        LogisticRegression(),
    ),
    "a fixed threshold": FixedThresholdClassifier(numeric(LogisticRegression()), threshold=0.4),
    "boosted trees": numeric(GradientBoostingClassifier(n_estimators=5)),
    "random trees": numeric(ExtraTreesClassifier(5, random_state=0)),
}


@pytest.mark.parametrize("read", [through_csv, through_parquet])
@pytest.mark.parametrize("name", MODELS)
def test_a_model_scores_as_where_it_was_trained_whatever_the_file_format(name, read) -> None:
    estimator = MODELS[name].fit(people(), LABELS)
    model = opened(estimator)

    scores = model.predict(read_inputs(read(people()), model.inputs))

    assert scores.shape == (ROWS, 2)
    assert scores.dtype == np.float64
    np.testing.assert_array_equal(scores, estimator.predict_proba(people()))


@pytest.mark.parametrize("read", [through_csv, through_parquet])
@pytest.mark.parametrize("marker", [None, np.nan])
def test_a_missing_word_is_what_it_was_in_training_none_or_nan(marker, read) -> None:
    rows = with_missing(marker)
    estimator = numeric(LogisticRegression()).fit(rows, LABELS)
    model = opened(estimator)

    scores = model.predict(read_inputs(read(rows), model.inputs))

    np.testing.assert_array_equal(scores, estimator.predict_proba(rows))
    assert model.inputs[0].kind is ColumnKind.TEXT


def test_a_missing_number_reaches_a_model_that_accepts_it() -> None:
    rows = people().drop(columns="ward").assign(risk=lambda table: table["risk"].where(table["visits"] > 0))
    estimator = numeric(HistGradientBoostingClassifier(max_iter=5)).fit(rows, LABELS)
    model = opened(estimator)

    scores = model.predict(read_inputs(through_csv(rows), model.inputs))

    np.testing.assert_array_equal(scores, estimator.predict_proba(rows))


def test_text_is_what_the_model_learned_as_text_and_nothing_else() -> None:
    model = opened(MODELS["words, numbers and truth values as categories"].fit(people(), LABELS))

    assert {column.name for column in model.inputs if column.kind is ColumnKind.TEXT} == set(WORDS)
    assert [column.name for column in model.inputs] == list(people())


def test_a_column_that_the_model_drops_is_not_asked_for() -> None:
    estimator = numeric(LogisticRegression()).set_params(columntransformer__remainder="drop").fit(people(), LABELS)
    model = opened(estimator)
    rows = people()[WORDS]

    scores = model.predict(read_inputs(through_csv(rows), model.inputs))

    assert [column.name for column in model.inputs] == WORDS
    np.testing.assert_array_equal(scores, estimator.predict_proba(people()))


def test_the_file_says_what_the_model_is_made_of() -> None:
    model = opened(numeric(LogisticRegression()).fit(people(), LABELS))

    assert model.structure == (
        "Pipeline",
        "ColumnTransformer",
        "OneHotEncoder",
        "FunctionTransformer",
        "LogisticRegression",
    )


def test_batches_do_not_change_scores() -> None:
    model = opened(numeric(LogisticRegression()).fit(people(), LABELS))
    inputs = read_inputs(through_csv(people()), model.inputs)

    parts = [model.predict(inputs.slice(start, 17)) for start in range(0, ROWS, 17)]

    np.testing.assert_array_equal(np.concatenate(parts), model.predict(inputs))


def test_a_model_without_probabilities_gives_one_for_the_class_it_predicts() -> None:
    estimator = numeric(SVC()).fit(people(), LABELS)
    model = opened(estimator)

    scores = model.predict(read_inputs(through_csv(people()), model.inputs))

    assert set(np.unique(scores)) == {0.0, 1.0}
    assert [model.classes[place] for place in scores.argmax(axis=1)] == estimator.predict(people()).tolist()


@pytest.mark.parametrize(
    ("labels", "classes"), [([0, 1], ("0", "1")), ([0.0, 1.0], ("0", "1")), ([True, False], ("False", "True"))]
)
def test_classes_are_written_as_the_same_values_in_a_column(labels, classes) -> None:
    model = opened(numeric(LogisticRegression()).fit(people(), np.resize(labels, ROWS)))

    assert model.classes == classes


def test_a_model_that_likes_to_talk_is_not_heard(capfd) -> None:
    estimator = numeric(RandomForestClassifier(3, random_state=0)).fit(people(), LABELS)
    estimator[-1].verbose = 2
    model = opened(estimator)
    capfd.readouterr()

    model.predict(read_inputs(through_csv(people()), model.inputs))

    assert capfd.readouterr() == ("", "")


def test_a_boosted_model_that_calls_a_partial_function_is_refused() -> None:
    rows = people()[["colour", "risk"]].astype({"colour": "category"})
    model = HistGradientBoostingClassifier(max_iter=3, categorical_features="from_dtype").fit(rows, LABELS)

    assert "functools.partial" in refused(model).names


def test_nothing_is_built_before_the_list_was_looked_at(tmp_path, monkeypatch) -> None:
    (tmp_path / "vendor.py").write_text("import pathlib\npathlib.Path(__file__).with_name('canary').touch()\n")
    monkeypatch.syspath_prepend(tmp_path)
    content = skops.io.dumps(numeric(LogisticRegression()).fit(people(), LABELS))
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(target, "w") as spoiled:
        for name in archive.namelist():
            member = archive.read(name)
            if name == "schema.json":
                member = json.dumps(json.loads(member) | {"__module__": "vendor", "__class__": "Model"}).encode()
            spoiled.writestr(name, member)

    with pytest.raises(ProblemError) as problem:
        open_skops(target.getvalue(), Wish())

    assert problem.value.problem is Problem.UNKNOWN_TYPES

    assert not (tmp_path / "canary").exists()


def spoil_tree(tree, where, field, value):
    """Write `value` into a node of a fitted tree, as a forged file would have it."""
    state = tree.__getstate__()
    nodes = state["nodes"].copy()
    nodes[where][field] = value
    tree.__setstate__(state | {"nodes": nodes})


FORGED = {
    "a child outside the tree": ("left_child", 10**6),
    "a child before its parent": ("right_child", 0),
    "a feature that there is not": ("feature", 10**6),
    "a feature before the first": ("feature", -3),
}


@pytest.mark.parametrize("grown", [DecisionTreeClassifier, RandomForestClassifier, GradientBoostingClassifier])
@pytest.mark.parametrize("name", FORGED)
def test_a_tree_that_leads_out_of_itself_or_in_a_circle_is_damaged(name, grown) -> None:
    model = numeric(grown(random_state=0)).fit(people(), LABELS)
    last = model[-1]
    tree = last.tree_ if grown is DecisionTreeClassifier else np.ravel(last.estimators_)[-1].tree_
    spoil_tree(tree, 0, *FORGED[name])

    assert refused(model).problem is Problem.DAMAGED


@pytest.mark.parametrize(("field", "value"), [("left", 10**6), ("right", 0), ("feature_idx", 10**6)])
def test_a_boosted_tree_that_leads_out_of_itself_or_in_a_circle_is_damaged(field, value) -> None:
    model = numeric(HistGradientBoostingClassifier(max_iter=3)).fit(people(), LABELS)
    model[-1]._predictors[-1][0].nodes[0][field] = value  # noqa: SLF001 - as a forged file would have it

    assert refused(model).problem is Problem.DAMAGED


def test_a_tree_that_claims_more_features_than_its_forest_is_damaged() -> None:
    model = numeric(RandomForestClassifier(3, random_state=0)).fit(people(), LABELS)
    tree = model[-1].estimators_[-1]
    tree.n_features_in_ = 10**6
    spoil_tree(tree.tree_, 0, "feature", 10**5)

    assert refused(model).problem is Problem.DAMAGED


@pytest.mark.parametrize("size", range(10, 6_000, 450))
def test_a_model_cut_anywhere_is_damaged_and_nothing_worse(size) -> None:
    content = skops.io.dumps(LogisticRegression().fit(people()[["risk"]], LABELS))[:size]

    with pytest.raises(ProblemError) as problem:
        open_skops(content, Wish())

    assert problem.value.problem is Problem.DAMAGED


def test_the_columns_go_to_the_model_in_its_own_order() -> None:
    model = opened(numeric(LogisticRegression()).fit(people(), LABELS))
    turned = through_csv(people()[list(people())[::-1]])

    inputs = read_inputs(turned, model.inputs)

    assert inputs.column_names == list(people())
    assert inputs.schema.field("visits").type == pa.float64()
