"""The benchmark of explanations: it counts what was planted, it can fail, and the document says what it counted."""

import importlib
import json
import sys
from dataclasses import replace

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))  # scripts, not a package
explain = importlib.import_module("explain")
chapter, effort = (importlib.import_module(f"explaining.{name}") for name in ("proxies", "effort"))
document = importlib.import_module("scaling.document")
PROXIES = ["--quick", "--only", "proxies"]
TINY = replace(effort.QUICK, name="tiny", rounds=1, rows=400)


@pytest.fixture(scope="module")
def recorded():
    return json.loads(explain.RESULTS.read_text(encoding="utf-8"))


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr(explain, "say", lambda _: None)
    monkeypatch.setattr(explain, "QUICK", TINY)


def test_the_document_says_what_was_recorded_and_what_was_planted_is_found(recorded) -> None:
    text = explain.DOCUMENT.read_text(encoding="utf-8")

    assert document.put_into(text, recorded) == text
    assert recorded["effort"]["rounds"] == 20
    assert [aim for aim in recorded["missed"] if aim.startswith(("proxies", "families"))] == []


@pytest.mark.usefixtures("quiet")
def test_a_run_tries_every_situation_and_aim_that_was_recorded(recorded, tmp_path, capsys) -> None:
    assert explain.main([*PROXIES, "--json", str(tmp_path / "found.json"), "--date", "2026-01-01"]) == 0
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))

    (table,), before = found["tables"], {one["title"]: one for one in recorded["tables"]}
    assert [row[0] for row in table["rows"]] == [row[0] for row in before[table["title"]]["rows"]]
    assert {aim[0] for aim in found["aims"]} == {aim[0] for aim in recorded["aims"] if aim[0].startswith("proxies")}
    assert "planted, strong" in capsys.readouterr().out


@pytest.mark.usefixtures("quiet")
def test_a_run_that_does_not_find_what_was_planted_fails(monkeypatch) -> None:
    plant = chapter.plant

    def moved(seed, rows, **_):
        """The same rows with the groups of their neighbours: nothing goes with them."""
        made = plant(seed, rows)
        return replace(made, groups=[*made.groups[1:], made.groups[0]])

    monkeypatch.setattr(chapter, "plant", moved)

    assert explain.main(PROXIES) == 1


def test_the_document_is_written_by_a_full_run_only(capsys) -> None:
    with pytest.raises(SystemExit):
        explain.main(["--markdown", "--quick"])
    assert "leave out --quick" in capsys.readouterr().err
