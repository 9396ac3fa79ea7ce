"""The run ledger: what is changed shows, what cannot show is kept by the head, and no run is lost for another."""

import errno
import multiprocessing
import os
import random
import resource
import stat
import sys
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fateaudit.errors import AuditFailedError, DamagedFileError, FateauditError, UsageError
from fateaudit.ledger import (
    FIRST,
    LEDGER,
    NOT_COUNTED,
    EarlierRuns,
    Entry,
    Event,
    RunHistory,
    RunOutcome,
    agrees,
    append,
    appending,
    read_chain,
    read_ledger,
    recount,
)
from fateaudit.ledger.history import OUTCOME_WORDS
from fateaudit.policy import Overall

STARTED, FAILED, MEETS = RunOutcome.STARTED, RunOutcome.FAILED, RunOutcome.MEETS
BAD = RunOutcome.DOES_NOT_MEET


def digest(letter):
    return letter * 64


INPUTS = {"policy": "a", "model": "b", "dataset": "c"}
NOON = "2026-11-21T12:00:00Z"


def an_event(outcome=STARTED, *, run=None, time=NOON, audit="0", **letters):
    inputs = {name: letter and digest(letter) for name, letter in (INPUTS | letters).items()}
    return Event(
        time=time,
        audit_id=audit * 12,
        outcome=outcome,
        record=digest("d") if outcome.is_finished else None,
        run=run,
        **inputs,
    )


def chain_of(*events):
    """The bytes of a ledger, made line by line as `append` makes them."""
    content = b""
    for event in events:
        content += read_chain(content, LEDGER).entry_for(event).line() + b"\n"
    return content


def a_history(*runs):
    """A ledger of runs (policy, model, dataset, how it ended or None), one after the other, and each one's history."""
    events, number = [], count(1)
    starts = []
    for policy, model, dataset, outcome in runs:
        inputs = {"policy": policy, "model": model, "dataset": dataset}
        starts.append(next(number))
        events.append(an_event(**inputs))
        if outcome is not None:
            events.append(an_event(outcome, run=starts[-1], **inputs))
            next(number)
    ledger = read_chain(chain_of(*events), LEDGER)
    return [recount(ledger, start) for start in starts]


@pytest.fixture
def content():
    """Four runs, eight lines."""
    events = []
    for run, outcome in enumerate([MEETS, FAILED, BAD, MEETS]):
        events += [an_event(audit=str(run)), an_event(outcome, run=2 * run + 1, audit=str(run))]
    return chain_of(*events)


@pytest.fixture
def path(tmp_path):
    return tmp_path / LEDGER


# One line


def test_a_line_names_what_stands_before_it_and_can_be_written_in_one_way_only(content) -> None:
    ledger = read_chain(content, LEDGER)

    assert [entry.number for entry in ledger.entries] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert ledger.entries[0].previous == FIRST
    assert content.splitlines() == [entry.line() for entry in ledger.entries]
    assert [run.outcome for run in ledger.runs] == [MEETS, FAILED, BAD, MEETS]


def test_the_previous_digest_is_the_sha256_of_the_line_before_as_any_tool_computes_it(content) -> None:
    import hashlib  # noqa: PLC0415 - only here

    first, second, *_ = content.splitlines()

    assert f'"previous":"{hashlib.sha256(first).hexdigest()}"'.encode() in second
    assert read_chain(content, LEDGER).head == hashlib.sha256(content.splitlines()[-1]).hexdigest()


def test_every_opinion_has_its_outcome_and_every_outcome_its_words() -> None:
    assert {outcome.value for outcome in RunOutcome if outcome.is_finished} == {overall.value for overall in Overall}
    assert set(OUTCOME_WORDS) == set(RunOutcome)


@pytest.mark.parametrize(
    "changes",
    [
        {"record": digest("d")},
        {"outcome": MEETS, "run": 1},
        {"outcome": MEETS, "record": digest("d")},
        {"outcome": FAILED},
        {"run": 1},
        {"time": "2026-11-21"},
        {"time": "２０２６-11-21T12:00:00Z"},
        {"audit_id": "0"},
        {"model": ""},
        {"policy": digest("A")},
    ],
)
def test_a_line_that_says_two_things_or_none_is_refused(changes) -> None:
    with pytest.raises(ValidationError):
        Event(**{**an_event().model_dump(), **changes})


def test_a_line_has_room_in_its_bounds() -> None:
    line = Entry.from_event(an_event(BAD, run=10**6), number=10**6 + 1, previous=FIRST).line()

    assert len(line) < 1000


# The chain


def test_an_empty_ledger_holds_no_runs() -> None:
    ledger = read_chain(b"", LEDGER)

    assert (ledger.entries, ledger.head, ledger.last, ledger.torn) == ((), None, None, ())


def named(content):
    """The line that is refused, or the ledger."""
    try:
        return None, read_chain(content, LEDGER)
    except DamagedFileError as error:
        return int(error.where[0].partition(":")[2]), None


def test_no_change_of_a_byte_passes(content) -> None:
    """Every way of changing one byte 500 times: replaced, removed, put in."""
    chance = random.Random(20261121)  # noqa: S311 - no secret
    for _ in range(500):
        at, byte = chance.randrange(len(content)), bytes([chance.randrange(256)])
        way = chance.choice(["replaced", "removed", "put in"])
        changed = content[:at] + (b"" if way == "removed" else byte) + content[at + (way != "put in") :]
        if changed == content:
            continue
        line = content.count(b"\n", 0, at) + 1
        where, ledger = named(changed)
        if ledger is None:
            # A byte put in behind a line's end stands on the next line; one that was the end joins it to the next.
            assert where in {line, line + 1}, (way, at)
        else:
            # Only the very end can be taken for what a crash leaves, and then it is told.
            assert line >= 8
            assert ledger.torn or not ledger.is_ended, (way, at)


@pytest.mark.parametrize("key", ["time", "audit_id", "policy", "dataset", "record", "outcome", "previous", "digest"])
def test_a_value_that_is_changed_on_any_line_names_that_line(key, content) -> None:
    lines = content.splitlines()
    for place, line in enumerate(lines):
        entry = Entry.model_validate_json(line)
        changed = {
            "time": "2026-11-21T12:00:01Z",
            "audit_id": "f" * 12,
            "outcome": RunOutcome.NO_OPINION,
            "record": digest("e"),
        }.get(key, digest("e"))
        forged = entry.model_copy(update={key: changed}).line()

        with pytest.raises(DamagedFileError, match=f"line {place + 1} of audits.log is not as it was written"):
            read_chain(b"\n".join([*lines[:place], forged, *lines[place + 1 :], b""]), LEDGER)


def test_a_forger_who_computes_the_lines_own_digest_is_found_by_the_line_after(content) -> None:
    lines = content.splitlines()
    entry = Entry.model_validate_json(lines[5])
    forged = entry.model_copy(update={"outcome": MEETS})
    forged = forged.model_copy(update={"digest": forged.own_digest()})

    with pytest.raises(DamagedFileError, match=r"line 7 .* does not follow"):
        read_chain(b"\n".join([*lines[:5], forged.line(), *lines[6:], b""]), LEDGER)


def test_a_line_removed_swapped_doubled_or_emptied_is_named(content) -> None:
    lines = content.splitlines(keepends=True)
    for place in range(len(lines) - 1):
        removed = lines[:place] + lines[place + 1 :]
        swapped = [*lines[:place], lines[place + 1], lines[place], *lines[place + 2 :]]
        doubled = [*lines[: place + 1], *lines[place:]]
        emptied = [*lines[:place], b"\n", *lines[place + 1 :]]
        for changed, named in ((removed, 1), (swapped, 1), (doubled, 2), (emptied, 1)):
            with pytest.raises(DamagedFileError) as refused:
                read_chain(b"".join(changed), LEDGER)
            assert refused.value.where == (f"{LEDGER}:{place + named}",)
            assert "a new ledger cannot show" in refused.value.hint


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"null",
        b"[" * 5_000,
        b"\xff\xfe",
        b'{"schema":"fateaudit/ledger/2"}',
        b'{"number":' + b"9" * 5_000 + b"}",
        b" " * 100_000,
    ],
)
def test_a_line_of_anything_else_is_named(line, content) -> None:
    with pytest.raises(DamagedFileError, match=r"line 9 .* is not as it was written"):
        read_chain(content + line + b"\n", LEDGER)


def test_the_same_values_in_another_form_are_another_line(content) -> None:
    first, _, rest = content.partition(b"\n")
    twice = first.replace(b'"number":1,', b'"number":1,"number":1,')

    for changed in (
        first.replace(b",", b", ", 1),
        twice,
        first + b"\r",
        first.replace(b'"model":"b', b'"model":"\\u0062'),
    ):
        with pytest.raises(DamagedFileError, match="line 1 "):
            read_chain(changed + b"\n" + rest, LEDGER)


def test_a_run_ends_once_with_the_inputs_that_it_began_with() -> None:
    begun = chain_of(an_event())
    ledger = read_chain(begun, LEDGER)

    for other in ({"run": 2}, {"run": 1, "policy": "e"}, {"run": 1, "model": None}, {"run": 1, "audit": "1"}):
        with pytest.raises(ValueError, match="does not begin a run"):
            ledger.entry_for(an_event(MEETS, **other))
        stray = Entry.from_event(an_event(MEETS, **other), number=2, previous=ledger.following)
        with pytest.raises(DamagedFileError, match=r"line 2 .* ends a run that was not open"):
            read_chain(begun + stray.line() + b"\n", LEDGER)
    with pytest.raises(ValueError, match="does not begin a run"):
        read_chain(chain_of(an_event(), an_event(MEETS, run=1)), LEDGER).entry_for(an_event(FAILED, run=1))


# The end of the file


def test_lines_cut_off_the_end_do_not_show_in_the_file_and_do_show_against_a_head(content) -> None:
    """The file alone cannot tell: what is left is a whole chain. A head that was kept elsewhere can."""
    cut = b"".join(content.splitlines(keepends=True)[:5])
    history = recount(read_chain(content, LEDGER), 7)

    shortened = read_chain(cut, LEDGER)

    assert shortened.torn == ()
    assert shortened.head != read_chain(content, LEDGER).head
    assert agrees(read_chain(content, LEDGER), history)
    assert not agrees(shortened, history)


def test_a_ledger_begun_anew_does_not_agree_with_a_head_that_was_kept(content) -> None:
    history = recount(read_chain(content, LEDGER), 5)
    anew = chain_of(*(an_event(time="2026-11-22T12:00:00Z") for _ in range(8)))

    assert not agrees(read_chain(anew, LEDGER), history)
    assert not agrees(read_chain(content, LEDGER), NOT_COUNTED)


def test_a_history_is_the_same_however_long_the_ledger_grows(content) -> None:
    longer = content + read_chain(content, LEDGER).entry_for(an_event()).line() + b"\n"

    for line in (1, 3, 5, 7):
        then = recount(read_chain(b"".join(content.splitlines(keepends=True)[:line]), LEDGER), line)
        assert agrees(read_chain(longer, LEDGER), then)


def test_a_line_that_a_crash_cut_off_is_told_and_the_ledger_goes_on_after_it(path, content) -> None:
    for kept in (1, 100, len(content.splitlines()[-1]) - 1):
        lines = content.splitlines(keepends=True)
        torn = b"".join(lines[:7]) + lines[7][:kept]
        path.write_bytes(torn)

        assert read_ledger(path).torn == (8,)
        assert read_ledger(path).runs[-1].outcome is STARTED

        ledger = append(path, an_event())

        assert path.read_bytes().startswith(torn + b"\n")
        assert ledger == read_ledger(path)
        assert (ledger.last.number, ledger.torn, ledger.is_ended) == (9, (8,), True)
        assert "One line of the run ledger was cut off while being written." in recount(ledger, 9).sentence


def test_a_line_that_lost_nothing_but_its_end_is_an_entry(path, content) -> None:
    path.write_bytes(content[:-1])

    ledger = read_ledger(path)

    assert (ledger.is_ended, ledger.torn, ledger.entries) == (False, (), read_chain(content, LEDGER).entries)
    assert append(path, an_event()).last.number == 9
    assert path.read_bytes().startswith(content)


def test_two_crashes_in_a_row_and_one_on_the_first_line_are_told(path) -> None:
    path.write_bytes(b'{"audit')
    append(path, an_event())
    with path.open("ab") as file:
        file.write(b'{"aud\n{"audit')

    with pytest.raises(DamagedFileError, match="line 3 "):
        append(path, an_event())

    path.write_bytes(b'{"audit\n{"au')
    with pytest.raises(DamagedFileError, match="line 1 "):
        read_ledger(path)

    path.write_bytes(b'{"audit')
    first = append(path, an_event())
    path.write_bytes(path.read_bytes() + b'{"aud')
    ledger = append(path, an_event(MEETS, run=2))

    assert (first.torn, ledger.torn) == ((1,), (1, 3))
    assert [run.outcome for run in ledger.runs] == [MEETS]
    assert "2 lines of the run ledger were cut off" in recount(append(path, an_event()), 5).sentence


def test_a_crash_while_going_on_after_a_crash_is_covered_too(path) -> None:
    """Both pieces stand between two whole lines, and the digest of the second line is over both."""
    whole = chain_of(an_event())
    after = read_chain(whole + b'{"a', LEDGER).entry_for(an_event(FAILED, run=1)).line()
    path.write_bytes(whole + b'{"a\n' + after[:50])

    with pytest.raises(DamagedFileError, match="line 2 "):
        read_ledger(path)


def test_bytes_that_a_crash_left_cannot_be_changed_later(path, content) -> None:
    path.write_bytes(content[:-20])
    append(path, an_event())
    mended = path.read_bytes()
    at = len(content) - 30

    with pytest.raises(DamagedFileError, match="line 8 "):
        read_chain(mended[:at] + b"#" + mended[at + 1 :], LEDGER)


# The file


def test_a_ledger_is_begun_by_the_first_line_and_never_written_over(path) -> None:
    first = append(path, an_event())
    before = path.read_bytes()
    second = append(path, an_event(MEETS, run=first.last.number))

    assert path.read_bytes().startswith(before)
    assert second == read_ledger(path)
    assert [run.outcome for run in second.runs] == [MEETS]
    assert [entry.name for entry in path.parent.iterdir()] == [LEDGER]


def test_a_new_ledger_is_for_those_whom_the_mask_lets(path) -> None:
    mask = os.umask(0o027)
    try:
        append(path, an_event())
    finally:
        os.umask(mask)

    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_broken_chain_is_not_gone_on_with(path, content) -> None:
    path.write_bytes(content.replace(b"12:00:00", b"12:00:01", 1))
    before = path.read_bytes()

    with pytest.raises(DamagedFileError, match="line 1 "):
        append(path, an_event())

    assert path.read_bytes() == before


def test_the_end_of_a_run_that_is_not_open_is_not_written(path) -> None:
    append(path, an_event())
    before = path.read_bytes()

    with pytest.raises(ValueError, match="does not begin a run"):
        append(path, an_event(MEETS, run=2))

    assert path.read_bytes() == before


def _enter_fifty(path, letter):
    for _ in range(25):
        line = append(path, an_event(policy=letter)).last.number
        append(path, an_event(MEETS, policy=letter, run=line))


def test_two_processes_at_once_keep_one_chain(path) -> None:
    spawn = multiprocessing.get_context("spawn")
    both = [spawn.Process(target=_enter_fifty, args=(path, letter)) for letter in "ef"]
    for one in both:
        one.start()
    for one in both:
        one.join()

    ledger = read_ledger(path)

    assert [one.exitcode for one in both] == [0, 0]
    assert [entry.number for entry in ledger.entries] == list(range(1, 101))
    assert {run.outcome for run in ledger.runs} == {MEETS}
    for letter in "ef":
        assert sum(entry.policy == digest(letter) for entry in ledger.entries) == 50


def test_a_full_disk_takes_the_line_back_and_says_so(path) -> None:
    """A limit on the size of files does what a full disk does: the write ends after some bytes."""
    append(path, an_event())
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
    try:
        with pytest.raises(AuditFailedError, match="cannot be entered") as refused:
            append(path, an_event())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert "No space left" in refused.value.message
    assert "would not be counted" in refused.value.hint
    assert path.read_bytes() == before
    assert len(append(path, an_event()).entries) == 2


def test_where_even_that_fails_the_line_is_torn_and_told(path, monkeypatch) -> None:
    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    write = os.write
    append(path, an_event())
    monkeypatch.setattr(os, "write", lambda handle, content: write(handle, content[:40]))
    monkeypatch.setattr(os, "ftruncate", refuse)

    with pytest.raises(AuditFailedError):
        append(path, an_event())

    assert read_ledger(path).torn == (2,)


def test_a_folder_that_cannot_be_written_is_an_error_with_a_remedy(path, monkeypatch) -> None:
    def refuse(*_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(AuditFailedError, match="Read-only file system") as refused:
        append(path, an_event())
    with pytest.raises(DamagedFileError, match="Read-only file system"):
        read_ledger(path)

    assert "make the policy's folder writable" in refused.value.hint


def test_no_ledger_to_read_and_no_folder_to_write_it_in(tmp_path) -> None:
    with pytest.raises(UsageError, match="there is no ledger"):
        read_ledger(tmp_path / LEDGER)
    with pytest.raises(UsageError, match="not the path of a file"):
        read_ledger(tmp_path / "a\0b")
    with pytest.raises(AuditFailedError, match="No such file"):
        append(tmp_path / "nowhere" / LEDGER, an_event())


@pytest.mark.parametrize("act", [read_ledger, lambda path: append(path, an_event())])
def test_links_folders_pipes_and_devices_are_refused(act, tmp_path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "nowhere").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()

    for name in ("link", "nowhere", "loop"):
        with pytest.raises(DamagedFileError, match="is a link"):
            act(tmp_path / name)
    for name in ("pipe", "folder", "/dev/null"):
        with pytest.raises(DamagedFileError, match="a folder, a device or a pipe"):
            act(tmp_path / name)
    assert (tmp_path / "elsewhere").read_bytes() == b""
    assert not (tmp_path / "nothing").exists()


def test_a_file_of_two_names_is_not_written_but_can_be_read(path, content) -> None:
    path.write_bytes(content)
    path.with_name("backup").hardlink_to(path)

    with pytest.raises(DamagedFileError, match="hard link"):
        append(path, an_event())

    assert len(read_ledger(path).entries) == 8


def test_a_ledger_that_was_replaced_while_waiting_is_not_written(path, content, monkeypatch) -> None:
    path.write_bytes(content)

    def replace_it(*_, **__):
        path.rename(path.with_name("old.log"))

    monkeypatch.setattr(appending, "_lock", replace_it)

    with pytest.raises(AuditFailedError, match="was replaced"):
        append(path, an_event())

    assert path.with_name("old.log").read_bytes() == content


def test_a_lock_that_is_not_let_go_ends_the_wait(path, monkeypatch) -> None:
    import fcntl  # noqa: PLC0415 - only here

    append(path, an_event())
    monkeypatch.setattr(appending, "PATIENCE", 0.05)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        for act in (read_ledger, lambda path: append(path, an_event())):
            with pytest.raises(AuditFailedError, match="held by another program"):
                act(path)


def test_a_system_or_a_disk_without_locks_is_refused(path, monkeypatch) -> None:
    import fcntl  # noqa: PLC0415 - only here

    def refuse(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(AuditFailedError, match="No locks available"):
        append(path, an_event())
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with pytest.raises(AuditFailedError, match="cannot be locked on this system"):
        append(path, an_event())


def test_a_disk_that_gives_nothing_back_is_an_error_with_a_remedy(path, content, monkeypatch) -> None:
    def refuse(*_):
        raise OSError(errno.EIO, "Input/output error")

    path.write_bytes(content)
    monkeypatch.setattr(os, "dup", refuse)

    with pytest.raises(DamagedFileError, match="cannot be read: Input/output error"):
        read_ledger(path)


def test_a_file_larger_than_any_ledger_is_refused(path, monkeypatch) -> None:
    path.write_bytes(b"x" * 100)
    monkeypatch.setattr(appending, "MAX_BYTES", 99)

    with pytest.raises(DamagedFileError, match="larger than any ledger"):
        read_ledger(path)


def test_every_error_has_a_remedy(path) -> None:
    path.mkdir()
    for act in (read_ledger, lambda path: append(path, an_event())):
        with pytest.raises(FateauditError) as refused:
            act(path)
        assert refused.value.hint


# What it shows


def test_the_first_run_of_all_says_that_the_ledger_begins_with_it() -> None:
    (only,) = a_history(("a", "b", "c", None))

    assert (only.number, only.earlier.runs, only.changes, only.fixed_before) == (1, 0, 0, "shown")
    assert only.sentence == "Run 1 with this model. The run ledger begins with this run, and shows nothing before it."
    assert only.fixed_sentence.startswith("As far as the run ledger shows, the limits were fixed before")


def test_the_tenth_run_is_told_with_all_that_came_before() -> None:
    """Ten seeds, the best shown: each seed is another policy."""
    runs = [("0", "b", "c", BAD), ("0", "b", "c", BAD), ("1", "b", "c", RunOutcome.NO_OPINION), ("1", "b", "c", FAILED)]
    runs += [(letter, "b", "c", None) for letter in "23"]
    runs += [(letter, "b", "c", RunOutcome.FALLS_SHORT) for letter in "344"]
    *_, last = a_history(*runs, ("5", "b", "c", MEETS))

    assert last.number == 10
    assert last.changes == 5
    assert last.earlier == EarlierRuns(
        runs=9,
        finished=6,
        failed=1,
        unfinished=2,
        results={BAD: 2, RunOutcome.NO_OPINION: 1, RunOutcome.FALLS_SHORT: 3},
    )
    assert last.sentence == (
        "Run 10 with this model; the policy was changed 5 times. Of the 9 runs before it, 2 did not meet the limits "
        "set, 1 ended without an opinion, 3 fell short in part, 1 failed, 2 had not finished."
    )
    assert last.fixed_before == "changed"
    assert last.fixed_sentence.startswith("The policy was changed after the first run")


def test_runs_with_other_models_in_between_do_not_count() -> None:
    *_, last = a_history(("a", "b", "c", BAD), ("e", "f", "c", MEETS), ("d", "f", "c", None), ("a", "b", "c", None))

    assert (last.number, last.changes, last.fixed_before) == (2, 0, "shown")
    assert last.sentence == "Run 2 with this model. Of the run before it, 1 did not meet the limits set."


def test_the_first_run_with_a_model_in_an_older_ledger_does_not_say_that_nothing_came_before() -> None:
    *_, last = a_history(("a", "b", "c", BAD), ("a", "f", "c", None))

    assert last.sentence == "Run 1 with this model."


def test_other_data_count_as_runs_and_have_a_first_run_of_their_own() -> None:
    """Ten months tried: the policy names its data, so it changes with them; the limits were fixed for each month."""
    january, february, again = a_history(("a", "b", "1", BAD), ("e", "b", "2", MEETS), ("a", "b", "2", MEETS))

    assert [one.number for one in (january, february, again)] == [1, 2, 3]
    assert [one.changes for one in (january, february, again)] == [0, 1, 2]
    assert [one.fixed_before for one in (january, february, again)] == ["shown", "shown", "changed"]
    assert "the policy was changed twice" in again.sentence


def test_going_back_to_the_first_policy_shows_it_and_counts_both_changes() -> None:
    *_, last = a_history(("a", "b", "c", BAD), ("e", "b", "c", BAD), ("a", "b", "c", None))

    assert (last.changes, last.fixed_before) == (2, "shown")


@pytest.mark.parametrize("outcome", [FAILED, None])
def test_a_first_run_that_failed_or_was_stopped_is_a_first_run(outcome) -> None:
    """That it was stopped does not show that nobody saw its figures."""
    _, last = a_history(("a", "b", "c", outcome), ("e", "b", "c", None))

    assert (last.number, last.changes, last.fixed_before) == (2, 1, "changed")


def test_without_a_model_the_runs_on_the_same_predictions_count() -> None:
    *_, last = a_history(("a", None, "c", BAD), ("a", None, "d", BAD), ("a", "b", "c", BAD), ("a", None, "c", None))

    assert last.number == 2
    assert last.sentence.startswith("Run 2 with these data.")
    assert "with these data, " not in last.fixed_sentence
    assert last.fixed_sentence.endswith("the first run with these data.")


def test_a_run_that_began_before_and_ended_after_had_not_finished() -> None:
    ledger = read_chain(chain_of(an_event(), an_event(), an_event(MEETS, run=1), an_event(BAD, run=2)), LEDGER)

    assert recount(ledger, 2).earlier.unfinished == 1
    assert [run.outcome for run in ledger.runs] == [MEETS, BAD]


def test_without_a_ledger_nothing_is_shown() -> None:
    assert NOT_COUNTED.sentence == "We cannot show how often this was run."
    assert NOT_COUNTED.fixed_before == "not_shown"
    assert NOT_COUNTED.head is None


@pytest.mark.parametrize("line", [0, 2, 9])
def test_a_line_on_which_no_run_begins_has_no_history(line, content) -> None:
    with pytest.raises(ValueError, match="no run begins on line"):
        recount(read_chain(content, LEDGER), line)


@given(
    runs=st.lists(
        st.tuples(
            st.sampled_from("ae"),
            st.sampled_from(["b", "f", None]),
            st.sampled_from("cd"),
            st.sampled_from([*RunOutcome][1:]),
        ),
        min_size=1,
        max_size=12,
    )
)
@settings(deadline=None, max_examples=60)
def test_a_history_adds_up_and_survives_the_disk(runs) -> None:
    """Against a count in three lines."""
    for place, history in enumerate(a_history(*runs)):
        policy, model, dataset, _ = runs[place]
        alike = [one for one in runs[:place] if one[1] == model and (model or one[2] == dataset)]
        first = next(one[0] for one in runs[: place + 1] if one[1:3] == (model, dataset))

        assert history.number == len(alike) + 1
        assert history.earlier.runs == history.earlier.finished + history.earlier.failed + history.earlier.unfinished
        assert history.earlier.failed == sum(one[3] is FAILED for one in alike)
        assert history.fixed_before == ("shown" if first == policy else "changed")
        assert RunHistory.model_validate_json(history.model_dump_json()) == history
