"""Digests of ids: the same on both sides, of no use with another salt, and refused when they are not whole."""

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.errors import DamagedFileError, PolicyError
from fateaudit.loading.digests import as_id, digest, is_digests, read_digests, write_digests

SALT = "a salt that both have"
WRITTEN = write_digests(["A1", "b2", None, "A1", "  "], SALT)


@pytest.mark.parametrize(
    ("one", "other"),
    [("A1", "a1"), (" 7 ", "7"), ("007", "7"), ("7.0", "7"), ("\uff17", "7"), ("Ａ 1", "a  1"), ("0", "00")],
)
def test_ids_that_differ_in_writing_alone_are_one(one, other) -> None:
    assert as_id(one) == as_id(other)


@pytest.mark.parametrize(("one", "other"), [("A1", "A2"), ("A01", "A1"), ("7.5", "7"), ("70", "7"), ("-7", "7")])
def test_other_ids_are_not(one, other) -> None:
    assert as_id(one) != as_id(other)


def test_a_digest_is_the_first_half_of_an_hmac() -> None:
    expected = hmac.new(SALT.encode(), b"id\0a1", hashlib.sha256).digest()[:16]

    assert digest(" A1", SALT) == expected


def test_what_was_written_is_read_back_each_id_once() -> None:
    found = read_digests(WRITTEN, SALT, "t.digests")

    assert is_digests(WRITTEN)
    assert found.digests == {digest("a1", SALT), digest("b2", SALT)}
    assert (found.rows, found.unnamed) == (5, 2)
    assert b"a1" not in WRITTEN.lower().replace(digest("a1", SALT).hex().encode(), b"")


def test_the_order_of_the_rows_is_not_in_the_file() -> None:
    assert write_digests([None, "b2", "A1", "a1", None], SALT) == WRITTEN


@pytest.mark.parametrize("salt", ["A salt that both have", "a salt that both have ", "another of the same len"])
def test_another_salt_is_refused_and_does_not_look_as_if_nobody_was_there(salt) -> None:
    with pytest.raises(PolicyError, match="another salt"):
        read_digests(WRITTEN, salt, "t.digests")


def lines(content):
    return content.split(b"\n")


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:-33],
        lambda content: content + content[-33:],
        lambda content: content.replace(b"rows 5", b"rows 6"),
        lambda content: b"\n".join([*lines(content)[:-3], b"0" * 32, *lines(content)[-2:]]),
        lambda content: content.replace(b"\n\n", b"\r\n\r\n"),
        lambda content: content[:22],
        lambda content: content.upper().replace(b"FATEAUDIT DIGESTS", b"fateaudit digests"),
        lambda content: content + b"\xff",
    ],
    ids=["a line end", "a line", "a line twice", "the rows", "a digest", "line ends", "cut", "capitals", "bytes"],
)
def test_a_file_that_is_not_as_it_was_written_is_refused(damage) -> None:
    with pytest.raises(DamagedFileError, match="cannot be relied on"):
        read_digests(damage(WRITTEN), SALT, "t.digests")


def test_one_digest_left_out_is_noticed() -> None:
    shorter = b"\n".join(line for line in lines(WRITTEN) if line != digest("b2", SALT).hex().encode())

    with pytest.raises(DamagedFileError, match="not the ones that were written"):
        read_digests(shorter, SALT, "t.digests")


@given(st.lists(st.text(), max_size=20), st.text())
def test_an_id_is_found_where_it_was_and_nowhere_else(ids, other) -> None:
    held = [one for one in ids if as_id(one)]
    if not held:
        return
    found = read_digests(write_digests(ids, SALT), SALT, "t").digests

    assert all(digest(one, SALT) in found for one in held)
    assert (digest(other, SALT) in found) == (as_id(other) in {as_id(one) for one in held})
