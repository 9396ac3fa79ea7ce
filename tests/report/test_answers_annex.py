"""The annex: every question asked, with what was stated, and papers that can be told apart by their digests."""

import hashlib

import pytest
from conftest import ROOT, SAMPLE
from report_reading import EVERYTHING, audited, html_of, pdf_of, text_of
from ruamel.yaml import YAML

LIST = ROOT / "checklists" / "predeployment-oversight.yaml"


def yaml(path):
    return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def said():
    return yaml(SAMPLE / "answers.yaml")["answers"]


@pytest.fixture(scope="module")
def items():
    return {item["id"]: item for item in yaml(LIST)["items"]}


@pytest.fixture(scope="module")
def annex(sample_record):
    return text_of(html_of(sample_record, EVERYTHING)).partition("\nEvery question and answer\n")[2]


def after(annex, item):
    """What stands in the second column of an item's row, over its lines."""
    return annex.partition(f" {item} ")[2].partition(" FA-")[0]


def test_every_question_asked_stands_there_once_with_question_and_statement(annex, said, items) -> None:
    words = {"blocker": "critical", "major": "major", "minor": "minor"}

    for item, answer in said.items():
        heads = [line for line in annex.splitlines() if f" {item} {words[items[item]['severity']]}" in line]
        assert len(heads) == 1, item
        told = after(annex, item)
        assert items[item]["question"].strip() in told
        assert f"“{answer.get('statement') or answer['na_reason']}”" in told
        assert f", {answer['at']}." in told


def test_each_paper_is_named_with_digest_and_size_as_on_disk(annex, said) -> None:
    cited = 0
    for item, answer in said.items():
        for name in answer.get("evidence", ()):
            content = (SAMPLE / name).read_bytes()
            digest = hashlib.sha256(content).hexdigest()[:12]
            assert f"{name} ({digest}, {len(content):,} bytes)" in after(annex, item)
            cited += 1
    assert cited > 20


def test_the_review_stands_there_with_its_note(annex, said) -> None:
    reviewed = {item: answer["review"] for item, answer in said.items() if "review" in answer}

    for item, review in reviewed.items():
        did = "confirmed it" if review["result"] == "confirmed" else "did not confirm it"
        told = after(annex, item)
        assert f"Demonstration reviewer {did}: {review['note']}." in told
        assert ("The papers were read in full." in told) is review["opened"]


def test_sections_come_in_the_order_of_the_list(annex) -> None:
    titles = list(yaml(LIST)["sections"].values())
    lines = annex.splitlines()

    assert sorted(titles, key=lines.index) == titles


def test_the_list_is_identified_by_the_digest_of_its_wording(annex) -> None:
    wording = yaml(LIST)

    assert f"{wording['title']} (predeployment-oversight, version {wording['version']})" in annex
    assert hashlib.sha256(LIST.read_bytes()).hexdigest() in annex


def test_what_was_not_asked_comes_last_with_the_reason(annex, said, items) -> None:
    left_out = annex.partition("\nNot asked\n")[2]

    assert [line.partition(" | ")[0] for line in left_out.splitlines()] == [item for item in items if item not in said]
    question = items["FA-VAL-04"]["question"].strip()
    assert f"FA-VAL-04 | {question} Asked at the stage approved; this is evaluation." in left_out
    assert "blocker" not in annex


def test_without_a_list_there_is_no_annex(tmp_path) -> None:
    text = text_of(html_of(audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})))

    assert "Every question and answer" not in text


def test_both_have_bookmarks_and_the_annex_is_last(sample_record) -> None:
    with pdf_of(sample_record).open_outline() as outline:
        titles = [item.title for item in outline.root]
        sections = [item.title for item in outline.root[-1].children]

    assert "Accountability" in titles
    assert titles[-1] == "Every question and answer"
    assert sections == [*yaml(LIST)["sections"].values(), "Not asked"]
