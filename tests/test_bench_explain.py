"""The benchmark of explanations: it counts what was planted, it can fail, and the document says what it counted."""

import importlib
import json
import sys
from dataclasses import replace

import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "benchmarks"))  # scripts, not a package
explain = importlib.import_module("explain")
chapter, effort, believing, cost, pages = (
    importlib.import_module(f"explaining.{name}") for name in ("proxies", "effort", "believing", "cost", "pages")
)
timing = importlib.import_module("scaling.timing")
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


def test_the_other_pages_say_what_was_recorded_too(recorded) -> None:
    made = pages.pages(recorded)

    assert {path.name for path in made} == {"metrics.md", "benchmarks.md"}
    assert {path: path.read_text(encoding="utf-8") for path in made} == made
    families = next(one for one in recorded["tables"] if one["title"] == "Families")
    assert all(f"| {row[0]} |" in made[pages.METRICS] for row in families["rows"])
    assert made[pages.COSTS].count("shap's permutations beside ours") == 3


def test_the_largest_gap_of_a_family_is_that_of_either_route(recorded) -> None:
    row = ["a model", "model_output", "8", "4e-16", "1e-16", "tree_paths", "5e-08", "0.005", "0.004"]
    (line,) = [
        line
        for line in pages.families_part({**recorded, "tables": [{"title": "Families", "rows": [row]}]}).splitlines()
        if line.startswith("| a model")
    ]

    assert line == "| a model | the model's own output | 8 | 5e-08 | 1e-16 | tree paths | 0.005 |"


def test_pages_are_written_from_what_was_recorded_without_measuring(recorded, monkeypatch) -> None:
    written = {}
    monkeypatch.setattr(explain, "CHAPTERS", {})
    monkeypatch.setattr(type(explain.DOCUMENT), "write_text", lambda path, text, **_: written.update({path: text}))

    assert explain.main(["--from-results"]) == 0
    assert written == {path: path.read_text(encoding="utf-8") for path in (explain.DOCUMENT, *pages.pages(recorded))}


def test_a_page_without_its_markers_is_refused() -> None:
    with pytest.raises(ValueError, match="families: begin"):
        pages.put_between("# Metrics", "families", "")


def test_trees_are_held_against_the_aim_at_equal_error_and_both_ratios_are_shown() -> None:
    found = cost.Measured([], [], [])
    # A fifth of our time, and three times our error: ours would need a ninth of its orders to err as much.
    cost._beside_trees(found, "gradient boosting", timing.Ratio(0.2, 0.1, 0.3), (0.06, 0.02))  # noqa: SLF001 - timed whole, it takes minutes

    assert found.beside == [("gradient boosting", "0.2 (0.1 to 0.3)", "6.0 %", "2.0 %", "1.8")]
    assert [(aim.aim, round(aim.measured, 9), aim.met) for aim in found.aims] == [(1, 1.8, "yes")]


@pytest.mark.usefixtures("quiet")
def test_right_attributions_score_above_wrong_ones_and_the_aim_can_be_missed(monkeypatch, capsys) -> None:
    only = ["--quick", "--only", "believing"]
    scored = believing.scored(3)
    monkeypatch.setattr(believing, "scored", lambda _: scored)

    assert explain.main(only) == 0
    assert scored["right"].drop > 0.85
    assert scored["shuffled"].gap < 1e-9
    assert scored["sign turned"].correlation == pytest.approx(-scored["right"].correlation)
    assert all(scored[name].drop < scored["right"].drop - 0.1 for name in believing.KINDS)
    capsys.readouterr()

    monkeypatch.setattr(believing, "scored", lambda _: {**scored, "right": scored["shuffled"]})
    assert explain.main(only) == 1
    assert "0 of 1" in capsys.readouterr().out


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
