"""Texts that were written to give a name away, or to keep a machine busy."""

import time

import pytest

from fateaudit.explainability.texts import nameable

OTHERS = [first + second for first in "abcd" for second in "xyz"]


@pytest.mark.parametrize(
    "written", ["hans@web.de", "hans\uff20web.de", "hans @ web.de", "hans [at] web.de", "HTTPS://web.de/hans", "@hans"]
)
def test_no_part_of_an_account_is_named_however_it_is_written(written) -> None:
    named = nameable(f"write to {written} about case {other}" for other in OTHERS)
    assert set(named) == {"write", "to", "about", "case"}


@pytest.mark.parametrize("marks", [" ", ".", "\n", "!? "])
def test_copies_of_one_text_that_differ_in_no_word_name_nobody(marks) -> None:
    assert nameable(f"the man was called Maier {marks * times}" for times in range(12)) == {}


def test_a_text_without_a_space_costs_no_square_of_its_length() -> None:
    long = ["x" * 200_000, "ab-" * 60_000, "\u6f22" * 200_000]
    started = time.process_time()
    assert nameable(long) == {}
    # By the square, this took minutes.
    assert time.process_time() - started < 5
