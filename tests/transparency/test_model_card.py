"""The shipped list of fields holds together, and the page about it is about nothing else."""

import json
import re

import pytest
from conftest import ROOT, a_policy_text

from fateaudit.documents import read_yaml
from fateaudit.errors import FateauditError
from fateaudit.policy import Policy
from fateaudit.transparency import completeness, documentation, read_schema, shipped_fields

PAGE = (ROOT / "docs" / "model-card.md").read_text(encoding="utf-8")
BLOCK = re.search(r"```yaml\n(model_card:\n.*?)```", PAGE, re.DOTALL)[1]


def test_the_list_is_the_schema_it_says_it_is() -> None:
    schema = read_schema()

    assert schema.schema_id == "fateaudit/model-card/1"
    assert set(schema.sources) == {"annex_iv", "article_13", "model_cards", "atrs"}
    assert len(shipped_fields()) == 24


def test_references_are_given_once_and_in_order() -> None:
    for field in shipped_fields():
        for points in (field.annex_iv, field.article_13, field.model_cards):
            assert list(points) == sorted(set(points)), field.name


def test_every_section_of_a_model_card_and_every_point_of_annex_iv_that_describes_a_model_is_asked_for() -> None:
    sections = {section for field in shipped_fields() for section in field.model_cards}
    points = {point for field in shipped_fields() for point in field.annex_iv}

    assert len(sections) == 9
    assert points == {"1(a)", *(f"2({letter})" for letter in "bcdefgh"), "3", "4", "5", "6", "9"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("question: ", "qestion: "),
        ('annex_iv: ["1(a)"]', 'annex_iv: ["1(z)"]'),
        ('model_cards: ["Model Details"]', 'model_cards: ["Model Detail"]'),
        ('article_13: ["13(3)(a)"]', 'article_13: ["13(a)"]'),
        ("  - name: version", "  - name: Version"),
        ("What is the model called?", "What is the model called"),
        ("schema: fateaudit/model-card/1", "schema: fateaudit/model-card/2"),
    ],
)
def test_a_list_that_was_edited_wrongly_is_refused(old, new, tmp_path, monkeypatch) -> None:
    text = documentation.SHIPPED.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "card.yaml").write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(documentation, "SHIPPED", tmp_path / "card.yaml")

    with pytest.raises(FateauditError):
        documentation.read_schema.__wrapped__()


def test_the_page_has_the_table_of_the_shipped_list() -> None:
    rows = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if line.startswith("| `")]
    expected = [
        [f"`{one.name}`", one.question, *(", ".join(refs) or "–" for refs in (one.annex_iv, one.article_13))]
        + [", ".join(refs) or "–" for refs in (one.model_cards, one.atrs)]
        for one in shipped_fields()
    ]

    assert rows == expected


def test_the_card_to_begin_with_answers_everything_and_only_what_is_asked_for() -> None:
    card = read_yaml(BLOCK.encode(), "card.yaml").data["model_card"]
    found = completeness(card)

    assert (found.share, found.missing, found.unknown) == (1, (), ())
    assert list(card) == [field.name for field in shipped_fields()]
    Policy.model_validate_json(json.dumps(a_policy_text(model_card=card)))


def test_each_line_of_it_stands_under_its_question_and_guidance() -> None:
    for field in shipped_fields():
        assert f"  # {field.question} {field.guidance}\n  {field.name}:" in BLOCK
