"""Documents: hostile text is refused with its line, and what is shown of it acts on no terminal."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.documents import MAX_YAML_BYTES, Frozen, read_json, read_yaml, to_json, validate
from fateaudit.errors import MAX_SHOWN, DamagedFileError, FateauditError, PolicyError, did_you_mean, printable


class Colour(Frozen):
    """A small document."""

    name: str
    shades: tuple[int, ...] = ()


def yaml(text):
    return read_yaml(text.encode(), "it.yaml")


def test_words_of_yaml_1_1_stay_words() -> None:
    data = yaml("a: yes\nb: No\nc: on\nd: 1:30\ne: 010\nf: 2026-13-45\ng: 1_000\nh: ~\n").data

    assert data == {"a": "yes", "b": "No", "c": "on", "d": "1:30", "e": 10, "f": "2026-13-45", "g": 1000, "h": None}


def test_every_part_knows_the_line_it_stands_on() -> None:
    document = yaml("# a remark\na:\n  - b: 1\n    c: [2,\n        3]\n")

    assert [document.line_of(at) for at in [(), ("a",), ("a", 0), ("a", 0, "c"), ("a", 0, "c", 1)]] == [2, 2, 3, 4, 5]
    assert document.where("a", 0, "b") == "it.yaml:3   - b: 1"
    assert document.where("a", 7, "missing") == "it.yaml:2   a:"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_and_line_ends_change_nothing(mark, end) -> None:
    document = yaml(mark + end.join(["a: 1", "b: 2", ""]))

    assert document.data == {"a": 1, "b": 2}
    assert document.where("b") == "it.yaml:2   b: 2"


def test_a_tree_of_aliases_is_refused_before_it_grows() -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 40)]

    with pytest.raises(PolicyError, match="aliases") as refused:
        yaml("\n".join(["l0: &l0 x", *levels]))

    assert refused.value.where == ("it.yaml:1",)


def test_more_than_the_largest_policy_is_not_even_read() -> None:
    with pytest.raises(PolicyError, match="larger than 256 KiB"):
        read_yaml(b"\xff" * (MAX_YAML_BYTES + 1), "it.yaml")


@pytest.mark.parametrize("character", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\u2028", "\x00"])
def test_a_control_character_is_refused_however_it_is_written(character) -> None:
    as_it_is, escaped = f"\na: x{character}y\n", f'\na: "x\\u{ord(character):04x}y"\n'

    for text in (as_it_is, escaped):
        with pytest.raises(PolicyError, match=r"control character|not valid YAML") as refused:
            yaml(text)
        assert all(line.isprintable() for line in str(refused.value).splitlines())


def test_half_a_character_is_refused() -> None:
    with pytest.raises(PolicyError, match="control character"):
        yaml('a: "\\ud800"')


def outcome(content):
    """A mapping, or a hint."""
    try:
        return type(read_yaml(content, "it.yaml").data)
    except PolicyError as error:
        return bool(error.hint)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_mapping_or_an_error_with_a_hint(content) -> None:
    assert outcome(content) in {dict, True}


@given(st.text("{}[]:,-?&*!|>'\"%@` \n\tab1.#~<=\\", max_size=60))
def test_any_punctuation_is_a_mapping_or_an_error_with_a_hint(text) -> None:
    assert outcome(text.encode()) in {dict, True}


def test_the_first_mistake_is_told_and_the_others_are_counted() -> None:
    with pytest.raises(PolicyError) as refused:
        validate(yaml("name: 3\nshades:\n  - one\n  - two\n"), Colour)

    assert str(refused.value).splitlines() == [
        '"name" must be text',
        "  it.yaml:1   name: 3",
        "  and 2 more, at line 3, 4",
        '  write it in quotes: name: "…"',
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": {"b": 1, "b": 1}}',
        '{"a": NaN}',
        '{"a": -Infinity}',
        '{"a": "\\u001b"}',
        '{"\\u202e": 1}',
        '{"a": ["\\ud800"]}',
        '{"a": 1} {"b": 1}',
        "[" * 100_000,
        '{"a": 1',
        "",
        "{'a': 1}",
        f'{{"a": {"9" * 5_000}}}',
    ],
)
def test_json_that_we_did_not_write_is_damaged(text) -> None:
    with pytest.raises(DamagedFileError, match="not the text that was written"):
        read_json(text.encode(), "audit.json")


def test_json_that_is_not_utf_8_is_damaged() -> None:
    with pytest.raises(DamagedFileError):
        read_json('{"a": "é"}'.encode("latin-1"), "audit.json")


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]))


@given(st.dictionaries(TEXT, st.lists(st.one_of(TEXT, st.integers(), st.booleans(), st.none()))))
def test_json_that_we_wrote_is_read_as_it_was(value) -> None:
    assert read_json(to_json(value), "audit.json") == value
    assert to_json(json.loads(to_json(value))) == to_json(value)


@given(st.text(), st.text(), st.text())
def test_no_name_of_a_file_acts_on_a_terminal(message, where, hint) -> None:
    said = str(FateauditError(message, where=[where], hint=hint))

    assert all(line.isprintable() for line in said.split("\n"))
    assert len(said.split("\n")) == 2 + bool(hint)


def test_what_is_made_harmless_can_still_be_recognised() -> None:
    assert printable("\x1b[31mred\x1b[0m\n\u202egnp.exe") == "\\x1b[31mred\\x1b[0m\\n\\u202egnp.exe"
    assert printable("Zoë 東京 ‘x’") == "Zoë 東京 ‘x’"
    assert len(printable("x" * 10**6)) == MAX_SHOWN + 1


def test_a_name_as_long_as_a_file_is_not_compared_letter_by_letter() -> None:

    assert did_you_mean("x" * 10**6, ["released", "y" * 10**6]) == ""
    assert did_you_mean("relaesed", ["y" * 10**6, "Released"]) == 'Did you mean "Released"?'
