"""A pickle runs what its maker wrote: never without being asked for, and then where it can reach nothing."""

import bz2
import gzip
import io
import json
import lzma
import pickle
import shutil
import zlib
from functools import cache

import joblib
import numpy as np
import pyarrow as pa
import pytest
from conftest import NOON, SAMPLE, without_checklist
from sklearn.linear_model import LogisticRegression
from skops.io import load

from fateaudit.auditing import audit
from fateaudit.errors import AuditFailedError, DamagedFileError, MissingLibraryError, RefusedModelError
from fateaudit.formats import Format, recognise
from fateaudit.models import Terms, isolation
from fateaudit.models.files import PICKLES
from fateaudit.record import AuditRecord
from fateaudit.worker.opened import Wish
from fateaudit.worker.opening import open_content
from fateaudit.worker.pickles import open_pickle
from fateaudit.worker.problems import Problem, ProblemError
from fateaudit.worker.skops_files import types_of

ALLOWED = Terms(allows=PICKLES)


@cache
def model():
    """The sample's own pipeline, as it was before it was saved as skops."""
    path = SAMPLE / "model.skops"
    return load(path, trusted=sorted(types_of(path.read_bytes())))


def joblibbed(value, **how):
    """The bytes of a joblib file."""
    sink = io.BytesIO()
    joblib.dump(value, sink, **how)
    return sink.getvalue()


def wrapped(value):
    """The same in every wrapping that can be opened without a further library."""
    plain = pickle.dumps(value)
    return {
        "protocol 0": pickle.dumps(value, 0),
        "protocol 2": pickle.dumps(value, 2),
        "protocol 5": pickle.dumps(value, 5),
        "joblib": joblibbed(value),
        "joblib zlib": joblibbed(value, compress=("zlib", 3)),
        "joblib gzip": joblibbed(value, compress=("gzip", 3)),
        "joblib bz2": joblibbed(value, compress=("bz2", 3)),
        "joblib xz": joblibbed(value, compress=("xz", 3)),
        "gzip": gzip.compress(plain),
        "bzip2": bz2.compress(plain),
        "xz": lzma.compress(plain),
        "zlib": zlib.compress(plain),
    }


ROWS = np.random.default_rng(20261121).normal(size=(40, 2))


@cache
def small():
    """A model of two numbers that are not named."""
    return LogisticRegression().fit(ROWS, ROWS[:, 0] > 0)


@pytest.mark.parametrize("wrapping", wrapped(0))
def test_a_model_scores_as_it_did_before_it_was_pickled_however_it_is_wrapped(wrapping) -> None:
    content = wrapped(small())[wrapping]
    opened = open_content(recognise(content).value, content, Wish(inputs=("a", "b")))
    table = pa.table({"a": ROWS[:, 0], "b": ROWS[:, 1]})

    assert recognise(content) in PICKLES
    assert opened.classes == ("False", "True")
    # In a frame, numbers lie in another order in memory, and are added in another order.
    assert np.allclose(opened.predict(table), small().predict_proba(ROWS), rtol=1e-12, atol=0)


class Raises:
    """Fails when it is opened."""

    def __reduce__(self):
        return int, ("no number",)


BAD = {
    "cut short": (pickle.dumps(list(range(1000)))[:-20], Problem.DAMAGED, ()),
    "gzip cut short": (gzip.compress(pickle.dumps("a" * 1000))[:-12], Problem.DAMAGED, ()),
    "gzip with a byte changed": (gzip.compress(b"x" * 99)[:20] + b"\xff" * 20, Problem.DAMAGED, ()),
    "no pickle inside": (gzip.compress(b"rows,of\n1,2\n"), Problem.DAMAGED, ()),
    "a module that is not here": (b"cno_such_module\nModel\n.", Problem.MISSING_PART, ("no_such_module",)),
    "a class that is not here": (b"csklearn.svm\nNoSVC\n.", Problem.MISSING_PART, ("sklearn.svm.NoSVC",)),
    "its own failure": (pickle.dumps(Raises()), Problem.NOT_BUILT, ("ValueError",)),
    "zstandard": (b"\x28\xb5\x2f\xfd" + bytes(40), Problem.UNUSUAL, ("zstandard",)),
    "no model": (pickle.dumps({"a": 1}), Problem.NO_CLASSIFIER, ()),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_a_pickle_is_told_by_a_word(name) -> None:
    content, problem, names = BAD[name]
    with pytest.raises(ProblemError) as caught:
        open_pickle(content, Wish())

    assert (caught.value.problem, caught.value.names) == (problem, names)


class Canary:
    """Writes a file where a pickle of it is opened."""

    def __init__(self, path) -> None:
        self.path = str(path)

    def __reduce__(self):
        return open, (self.path, "w")


@pytest.fixture
def sample(tmp_path):
    """A function that puts other bytes in the place of the sample's model and gives the policy."""
    folder = tmp_path / "sample"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("evidence", "*.md", "train.py"))
    policy = folder / "fateaudit.yaml"
    kept = without_checklist(policy.read_text(encoding="utf-8"))
    lines = [line for line in kept.splitlines(keepends=True) if "sha256: 163f2426" not in line]
    policy.write_text("".join(lines), encoding="utf-8")

    def put(content):
        (folder / "model.skops").write_bytes(content)
        return policy

    return put


@pytest.mark.parametrize("wrapping", ["protocol 5", "joblib", "joblib zlib"])
def test_without_being_allowed_a_pickle_is_not_opened_and_the_way_out_is_named(wrapping, sample, tmp_path) -> None:
    canary = tmp_path / "canary"
    with pytest.raises(RefusedModelError) as caught:
        audit(sample(wrapped(Canary(canary))[wrapping]), clock=NOON)

    assert "--allow-pickle" in caught.value.hint
    assert not canary.exists()


def test_where_the_kernel_keeps_no_files_from_its_process_an_allowed_pickle_is_refused(
    sample, tmp_path, monkeypatch
) -> None:
    canary = tmp_path / "canary"
    begin = (
        "from fateaudit.worker import lockdown; lockdown.restrict_files = lambda *_: 0; from fateaudit.worker.serving"
    )
    monkeypatch.setattr(isolation, "_BEGIN", isolation._BEGIN.replace("from fateaudit.worker.serving", begin))  # noqa: SLF001 - what the process is told to do
    with pytest.raises(RefusedModelError, match="this machine cannot lock it up"):
        audit(sample(joblibbed(Canary(canary))), clock=NOON, terms=ALLOWED)

    assert not canary.exists()


def test_to_allow_a_callable_does_not_allow_a_pickle(sample) -> None:
    with pytest.raises(RefusedModelError):
        audit(sample(pickle.dumps(small())), clock=NOON, terms=Terms(allows=frozenset({Format.CALLABLE})))


def test_a_hostile_pickle_that_is_allowed_writes_nothing(sample, tmp_path) -> None:
    canary = tmp_path / "canary"
    with pytest.raises(AuditFailedError, match=r"fails when it is opened [(](PermissionError|FileNotFoundError)[)]"):
        audit(sample(joblibbed(Canary(canary))), clock=NOON, terms=ALLOWED)

    assert not canary.exists()


def test_the_canary_does_sing_where_nothing_locks_it_up(tmp_path) -> None:
    pickle.loads(wrapped(Canary(tmp_path / "canary"))["protocol 5"]).close()  # noqa: S301 - our own

    assert (tmp_path / "canary").exists()


ERRORS = {
    "damaged": (pickle.dumps(list(range(1000)))[:-20], DamagedFileError, "is a damaged pickle file"),
    "made elsewhere": (b"cno_such_module\nModel\n.", MissingLibraryError, "no_such_module"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_pickle_that_cannot_be_opened_ends_in_one_paragraph(name, sample) -> None:
    content, kind, said = ERRORS[name]
    with pytest.raises(kind, match=said):
        audit(sample(content), clock=NOON, terms=ALLOWED)


def test_a_pickle_gives_the_counts_that_the_same_model_gives_as_skops(sample, sample_record: AuditRecord) -> None:
    terms = Terms(allows=PICKLES, memory_gib=3.0, seconds=77, batch_rows=900)
    record = audit(sample(joblibbed(model(), compress=3)), clock=NOON, explains=False, terms=terms)
    isolation = record.environment.isolation

    assert record.counts == sample_record.counts
    assert (record.access.model, record.access.description) == ("pickle", sample_record.access.description)
    assert (isolation.memory_gib, isolation.seconds, isolation.batch_rows) == (3.0, 77, 900)
    assert isolation.landlock > 0
    assert json.loads(record.to_bytes())["access"]["model"] == "pickle"
