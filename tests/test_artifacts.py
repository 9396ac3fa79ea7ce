"""Files: read only when they are files, written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from fateaudit.artifacts import describe, read, write_atomic
from fateaudit.errors import AuditFailedError, DamagedFileError, UsageError


def test_a_file_is_named_by_its_content() -> None:
    artifact = describe(b"abc", role="model", name="model.skops", media_type="x")

    assert artifact.size == 3
    assert artifact.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_name_with_a_control_character_or_half_a_character_is_written_out() -> None:
    assert describe(b"", role="policy", name="a\x1b[2J\udcff", media_type="x").name == "a\\x1b[2J\\udcff"


def test_nothing_there_names_a_neighbour_of_nearly_the_same_name(tmp_path) -> None:
    for name in ("audit.json", "model.skops", "evaluation.csv"):
        (tmp_path / name).touch()

    with pytest.raises(UsageError, match="does not exist") as refused:
        read(tmp_path / "evalution.csv", what="the dataset", hint="look again", where=["fateaudit.yaml:3"])

    assert refused.value.where == ("fateaudit.yaml:3",)
    assert refused.value.hint == 'Did you mean "evaluation.csv"?'


@pytest.mark.parametrize("name", ["nothing.txt", "nowhere/nothing.txt", "file/nothing.txt", "a\0b"])
def test_nothing_there_and_nothing_near_gives_the_hint_of_the_caller(name, tmp_path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(UsageError) as refused:
        read(tmp_path / name, what="the dataset", hint="look again")

    assert refused.value.hint == "look again"


def test_a_folder_a_pipe_and_a_device_are_not_read(tmp_path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path, kind in ((tmp_path, "a folder"), (tmp_path / "pipe", "a pipe"), (Path("/dev/zero"), "a device")):
        with pytest.raises(UsageError, match=kind.removeprefix("a ")):
            read(path, what="the dataset", hint="look again")


def test_a_file_that_may_not_be_read_is_not_a_mistake_of_typing(tmp_path, monkeypatch) -> None:
    (tmp_path / "rows.csv").touch()

    def refuse(_path):
        raise PermissionError(errno.EACCES, "Permission denied", "rows.csv")

    monkeypatch.setattr(Path, "read_bytes", refuse)

    with pytest.raises(DamagedFileError, match="cannot be read: Permission denied"):
        read(tmp_path / "rows.csv", what="the dataset", hint="look again")


def test_a_file_is_written_with_its_folder_and_replaces_the_one_before(tmp_path) -> None:
    path = tmp_path / "new" / "audit.json"

    write_atomic(path, b"one")
    write_atomic(path, b"two")

    assert path.read_bytes() == b"two"
    assert [entry.name for entry in path.parent.iterdir()] == ["audit.json"]


def test_a_new_file_is_for_those_whom_the_mask_lets(tmp_path) -> None:
    mask = os.umask(0o027)
    try:
        write_atomic(tmp_path / "report.pdf", b"x")
    finally:
        os.umask(mask)

    assert (tmp_path / "report.pdf").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_beside_it(failing, tmp_path, monkeypatch) -> None:
    path = tmp_path / "audit.json"
    write_atomic(path, b"old")

    def refuse(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(*((os, "fsync") if failing == "fsync" else (Path, "replace")), refuse)

    with pytest.raises(AuditFailedError, match="No space left"):
        write_atomic(path, b"new")

    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["audit.json"]


def test_an_interruption_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch) -> None:
    path = tmp_path / "audit.json"
    write_atomic(path, b"old")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)

    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, b"new")

    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["audit.json"]


def test_a_file_where_the_folder_should_be_is_an_error_with_a_remedy(tmp_path) -> None:
    (tmp_path / "out").touch()

    with pytest.raises(AuditFailedError) as refused:
        write_atomic(tmp_path / "out" / "audit.json", b"x")

    assert "--out" in refused.value.hint
