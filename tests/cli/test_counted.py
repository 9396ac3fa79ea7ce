"""How far it is, as whoever waits reads it; the clock comes from the test."""

from types import SimpleNamespace

import pytest

from fateaudit.cli import counted
from fateaudit.cli.counted import Counted, told


@pytest.fixture
def clock(monkeypatch):
    """Set the seconds that have gone by, on a terminal."""
    now = [100.0]
    monkeypatch.setattr(counted.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(counted, "sys", SimpleNamespace(stderr=SimpleNamespace(isatty=lambda: True)))

    def later(seconds):
        now[0] += seconds

    return later


def lines(capsys):
    return [line.strip() for line in capsys.readouterr().err.replace("\n", "\r").split("\r") if line.strip()]


def test_explaining_is_told_with_what_is_left(clock, capsys) -> None:
    told_of = Counted("explaining", fewest=0, patience=2)
    told_of(0, 2_000)
    for done in (100, 200, 400):
        clock(10)
        told_of(done, 2_000)

    assert lines(capsys) == [
        "explaining: 100 of 2,000 rows, about 3 minutes left",
        "explaining: 200 of 2,000 rows, about 3 minutes left",
        "explaining: 400 of 2,000 rows, about 2 minutes left",
    ]


def test_what_is_done_at_once_is_not_told(clock, capsys) -> None:
    told_of = Counted("explaining", fewest=0, patience=2)
    told_of(100, 200)
    clock(1.5)
    told_of(200, 200)

    assert lines(capsys) == []


def test_a_line_is_written_once_a_second_and_the_last_one_ends_it(clock, capsys) -> None:
    told_of = Counted(fewest=0)
    for done in (10, 20, 30, 40, 50):
        told_of(done, 50)
        clock(0.4)
    said = capsys.readouterr().err

    assert said.count("\r") == 3
    assert said.endswith("\n")
    assert "scoring: 50 of 50 rows" in said


def test_seconds_become_minutes_where_they_are_many() -> None:
    assert told(1, 2, 119.0, "explaining") == "explaining: 1 of 2 rows, about 119 s left"
    assert told(1, 2, 150.0, "explaining") == "explaining: 1 of 2 rows, about 2 minutes left"
