"""Every format: the same predictions in a process of its own and without one, and those of the library that made it."""

from functools import cache

import numpy as np
import pytest
from vendors import VENDORS, as_table

from fateaudit.artifacts import describe
from fateaudit.formats import Format, recognise
from fateaudit.models import asking
from fateaudit.models.files import ModelFile
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.models.process import Process
from fateaudit.worker.opening import open_content

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

LIMITS = Limits(memory=8 * GIB, seconds=60, batch_rows=100_000)


@cache
def vendor(name):
    return VENDORS[name]()


@pytest.mark.parametrize("name", VENDORS)
def test_a_model_predicts_what_its_library_predicts_locked_up_or_not(name) -> None:
    made = vendor(name)
    rows = as_table(made.rows)
    here = open_content(made.kind, made.content, made.wish)
    artifact = describe(made.content, role="model", name="model", media_type="")

    with_worker = open_file(ModelFile(made.content, artifact, Format(made.kind), made.wish), LIMITS)
    try:
        away = with_worker.predict(rows)
    finally:
        with_worker.close()

    assert list(here.inputs) == made.inputs
    assert here.classes == with_worker.classes == made.classes
    assert np.array_equal(here.predict(rows), away)
    assert np.allclose(away, made.expected, rtol=0, atol=made.near)


def test_rows_that_go_in_several_parts_come_back_as_one_answer(monkeypatch) -> None:
    made = vendor("scikit-learn, words")
    rows = as_table(made.rows.iloc[np.arange(10_000) % len(made.rows)])
    model = open_file(
        ModelFile(
            made.content,
            describe(made.content, role="model", name="model", media_type=""),
            Format(made.kind),
            made.wish,
        ),
        LIMITS,
    )
    try:
        together = model.predict(rows)
        monkeypatch.setattr(asking, "PART", 1)
        asked = []
        monkeypatch.setattr(
            Process,
            "ask",
            lambda self, verb, *tables, ask=Process.ask: asked.append(tables[0].num_rows) or ask(self, verb, *tables),
        )
        in_parts = model.predict(rows)
    finally:
        model.close()

    assert asked == [4_096, 4_096, 1_808]
    assert np.array_equal(in_parts, together)


@pytest.mark.parametrize("name", VENDORS)
def test_a_saved_model_is_recognised_by_its_content(name) -> None:
    made = vendor(name)

    assert recognise(made.content) == made.kind
    assert recognise(made.content[: len(made.content) // 2]) == made.kind
