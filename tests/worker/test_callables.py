"""A function of Python as a model: its file is read once beside the policy, and run only where it is locked up."""

import numpy as np
import pyarrow as pa
import pytest
from conftest import NOON, a_check, rows_of, write_audit

from fateaudit.artifacts import sha256
from fateaudit.auditing import audit
from fateaudit.errors import AuditFailedError, RefusedModelError, UsageError
from fateaudit.formats import Format
from fateaudit.models import Terms
from fateaudit.models.files import PICKLES
from fateaudit.worker.callables import open_callable
from fateaudit.worker.opened import Wish
from fateaudit.worker.problems import Problem, ProblemError

ALLOWED = Terms(allows=frozenset({Format.CALLABLE}))

SOURCE = """
from dataclasses import dataclass

import numpy as np

INPUTS = {"age": "number", "charge": "text"}
CLASSES = ["held", "released"]


@dataclass
class Rule:
    line: float


def score(rows):
    print("thinking")
    return np.where((rows["age"] >= Rule(18.0).line) & (rows["charge"] != "theft"), 0.75, 0.25)
"""

SCORE = Wish(name="rule.py", options={"function": "score"})


def opened(source, **wish):
    return open_callable(source.encode(), Wish(name="rule.py", options={"function": "score"}, **wish))


def table():
    return pa.table({"age": [17.0, 18.0, None, 30.0], "charge": ["fraud", "fraud", "fraud", "theft"]})


def test_a_function_gives_one_probability_a_row_of_the_second_outcome() -> None:
    model = opened(SOURCE)

    assert model.inputs == (("age", "number"), ("charge", "text"))
    assert model.classes == ("held", "released")
    assert model.predict(table()).tolist() == [[0.75, 0.25], [0.25, 0.75], [0.75, 0.25], [0.75, 0.25]]


def test_a_function_may_give_one_for_each_outcome() -> None:
    model = opened(
        """
import numpy as np
INPUTS = {"age": "number"}
CLASSES = ["a", "b", "c"]
score = lambda rows: np.tile([0.5, 0.25, 0.25], (len(rows), 1))
"""
    )

    assert model.predict(table()).tolist() == [[0.5, 0.25, 0.25]] * 4


def test_what_is_missing_is_none_in_a_text_and_no_number_in_a_number() -> None:
    model = opened(
        """
import math
INPUTS = {"age": "number", "charge": "text"}
CLASSES = ["no", "yes"]
score = lambda rows: [float(c is None and math.isnan(a)) for a, c in zip(rows["age"], rows["charge"])]
"""
    )
    rows = pa.table({"age": pa.array([None, 1.0], pa.float64()), "charge": pa.array([None, "x"], pa.string())})

    assert model.predict(rows)[:, 1].tolist() == [1.0, 0.0]


def test_the_policy_stands_in_for_columns_and_outcomes() -> None:
    model = opened('score = lambda rows: rows["b"] / 10', inputs=("a", "b"), classes=("no", "yes"))

    assert model.inputs == (("a", "number"), ("b", "number"))
    assert model.predict(pa.table({"a": [9.0], "b": [1.0]})).tolist() == [[0.9, 0.1]]


BEGUN = 'INPUTS = {"age": "number"}\nCLASSES = ["no", "yes"]\n'
BAD = {
    "no function": (BEGUN, Problem.CONTRACT, ("the function",)),
    "a number in its place": (f"{BEGUN}score = 3", Problem.CONTRACT, ("the function",)),
    "no Python": ("def score(:", Problem.CONTRACT, ("Python",)),
    "a NUL": ("score = '\x00'", Problem.CONTRACT, ("Python",)),
    "no inputs": ('CLASSES = ["no", "yes"]\ndef score(rows): ...', Problem.NO_COLUMN_NAMES, ()),
    "no classes": ('INPUTS = {"a": "number"}\ndef score(rows): ...', Problem.NO_CLASSES, ()),
    "inputs as a list": (f"{BEGUN}INPUTS = ['age']\ndef score(rows): ...", Problem.CONTRACT, ("INPUTS",)),
    "another kind": (f"{BEGUN}INPUTS = {{'age': 'date'}}\ndef score(rows): ...", Problem.CONTRACT, ("INPUTS",)),
    "one class": (f"{BEGUN}CLASSES = ['yes']\ndef score(rows): ...", Problem.CONTRACT, ("CLASSES",)),
    "a class twice": (f"{BEGUN}CLASSES = ['a', 'a']\ndef score(rows): ...", Problem.CONTRACT, ("CLASSES",)),
    "a library that is not here": (f"import no_such_library\n{BEGUN}", Problem.MISSING_PART, ("no_such_library",)),
    "its own failure": (f"{BEGUN}1 / 0", Problem.NOT_BUILT, ("ZeroDivisionError",)),
}


@pytest.mark.parametrize("name", BAD)
def test_source_that_is_not_as_it_must_be_is_told_by_a_word(name) -> None:
    source, problem, names = BAD[name]
    with pytest.raises(ProblemError) as caught:
        opened(source)

    assert (caught.value.problem, caught.value.names) == (problem, names)


def test_a_policy_that_names_other_columns_or_outcomes_than_the_source_is_told() -> None:
    with pytest.raises(ProblemError) as columns:
        opened(SOURCE, inputs=("age",))
    with pytest.raises(ProblemError) as outcomes:
        opened(SOURCE, classes=("a", "b", "c"))

    assert columns.value.problem is Problem.OTHER_COLUMNS
    assert outcomes.value.problem is Problem.OTHER_CLASSES


def test_a_file_that_is_called_as_a_library_is_does_not_take_its_place() -> None:
    source = (
        "import pandas\nINPUTS = {'a': 'number'}\nCLASSES = ['n', 'y']\nscore = lambda rows: pandas.isna(rows['a'])"
    )
    model = open_callable(source.encode(), Wish(name="pandas.py", options={"function": "score"}))

    assert model.predict(pa.table({"a": [1.0, None]}))[:, 1].tolist() == [0.0, 1.0]


def a_case(folder, source, **model):
    """A policy beside `rule.py`, over forty rows of two groups whose `case` is an even or odd number."""
    rows = [row | {"case": place} for place, row in enumerate(rows_of(a=(10, 20), b=(5, 20)))]
    for row in rows:
        del row["prediction"]
    changes = {"model": {"path": "rule:score"} | model, "columns": {"prediction": None}}
    policy = write_audit(folder, rows, a_check(), **changes)
    (folder / "rule.py").write_text(source, encoding="utf-8")
    return policy


EVEN = (
    'INPUTS = {"case": "number"}\nCLASSES = ["no", "yes"]\ndef score(rows):\n    return (rows["case"] % 2 == 0) * 1.0\n'
)


def test_an_audit_runs_the_function_and_the_record_names_its_source(tmp_path) -> None:
    record = audit(a_case(tmp_path, EVEN), clock=NOON, terms=ALLOWED)
    artifact = record.artifact("model")
    favourable = sum(cell.n for cell in record.counts.cells if cell.decision == "favourable")

    assert (artifact.name, artifact.media_type, artifact.sha256) == ("rule.py", "text/x-python", sha256(EVEN.encode()))
    assert (record.access.model, record.access.description) == ("callable", ("score",))
    assert (favourable, record.counts.rows) == (20, 40)


@pytest.mark.parametrize("terms", [None, Terms(allows=PICKLES)])
def test_without_being_allowed_no_source_is_run(terms, tmp_path) -> None:
    canary = tmp_path / "canary"
    with pytest.raises(RefusedModelError, match=r"rule\.py is source of Python") as caught:
        audit(a_case(tmp_path, f"open({str(canary)!r}, 'w')\n{EVEN}"), clock=NOON, terms=terms)

    assert "--allow-callable" in caught.value.hint
    assert not canary.exists()


HOSTILE = {
    "as it is opened": "open({path!r}, 'w')\n{even}",
    "as it is asked": "{even}\ndef score(rows):\n    open({path!r}, 'w')\n",
}


@pytest.mark.parametrize("when", HOSTILE)
def test_hostile_source_that_is_allowed_writes_nothing(when, tmp_path) -> None:
    canary = tmp_path / "canary"
    policy = a_case(tmp_path, HOSTILE[when].format(path=str(canary), even=EVEN))
    with pytest.raises(AuditFailedError, match=r"PermissionError|FileNotFoundError"):
        audit(policy, clock=NOON, terms=ALLOWED)

    assert not canary.exists()


def test_another_digest_than_the_pinned_one_is_refused(tmp_path) -> None:
    with pytest.raises(RefusedModelError, match="is not the file that the policy pins"):
        audit(a_case(tmp_path, EVEN, sha256="0" * 64), clock=NOON, terms=ALLOWED)


def test_a_link_out_of_the_folder_is_refused(tmp_path) -> None:
    policy = a_case(tmp_path / "policy", EVEN)
    (tmp_path / "elsewhere.py").write_text(EVEN, encoding="utf-8")
    (policy.parent / "rule.py").unlink()
    (policy.parent / "rule.py").symlink_to(tmp_path / "elsewhere.py")
    with pytest.raises(RefusedModelError, match="does not lie beside the policy"):
        audit(policy, clock=NOON, terms=ALLOWED)


def test_a_link_to_itself_is_an_error_like_any_other(tmp_path) -> None:
    policy = a_case(tmp_path, EVEN)
    (tmp_path / "rule.py").unlink()
    (tmp_path / "rule.py").symlink_to(tmp_path / "rule.py")
    with pytest.raises((UsageError, AuditFailedError)):
        audit(policy, clock=NOON, terms=ALLOWED)


def test_where_there_is_no_such_file_the_error_says_what_was_meant(tmp_path) -> None:
    policy = a_case(tmp_path, EVEN)
    (tmp_path / "rule.py").unlink()
    with pytest.raises(UsageError, match="does not exist") as caught:
        audit(policy, clock=NOON, terms=ALLOWED)

    assert "the function score in rule.py, beside fateaudit.yaml" in caught.value.hint


def test_what_the_function_gives_is_checked(tmp_path) -> None:
    with pytest.raises(AuditFailedError, match="not the probabilities of its outcomes"):
        audit(a_case(tmp_path, EVEN.replace("* 1.0", "* 3.0")), clock=NOON, terms=ALLOWED)


def test_numbers_that_are_no_floats_are_taken_as_numbers() -> None:
    model = opened(f"{BEGUN}score = lambda rows: [True] * len(rows)")

    assert model.predict(table()).dtype == np.float64
