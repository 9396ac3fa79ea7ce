"""The table of hostile models: what stands in it is what was recorded, and nothing was achieved."""

import importlib.util
import json

import pytest
from conftest import ROOT
from corpus import FILES
from loud import LOUD
from trial import quiet_names


@pytest.fixture(scope="module")
def document():
    spec = importlib.util.spec_from_file_location("hostile_document", ROOT / "benchmarks" / "hostile" / "document.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_shows_what_was_recorded(document) -> None:
    found = json.loads(document.RESULTS.read_text(encoding="utf-8"))
    page = document.DOCUMENT.read_text(encoding="utf-8")

    assert document.put_into(page, found) == page


def test_everything_that_is_tried_was_recorded_and_nothing_was_achieved(document) -> None:
    found = json.loads(document.RESULTS.read_text(encoding="utf-8"))
    runs = [run[how] for run in found["runs"].values() for how in ("bare", "walled")]

    assert found["achieved"] == []
    for run in runs:
        assert [*run["files"]] == [*FILES]
        assert [*run["deeds"]] == quiet_names()
        assert [*run["ends"]] == [*LOUD]
        assert "ACHIEVED" not in json.dumps(run)


def test_what_was_achieved_is_counted(document) -> None:
    run = {"files": {}, "deeds": {"read a secret file": "ACHIEVED"}, "ends": {}, "harm": ["a file was written"]}

    found = document.as_json({"user": {"default": {}, "naive": [], "bare": run}}, {}, "2026-11-22")

    assert found["achieved"] == ["read a secret file, user: ACHIEVED", "user: a file was written"]
    assert "2 things were achieved" in document.measured_part(found)
