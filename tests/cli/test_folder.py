"""What lies in an audit's folder when a run ends before its time."""

import pytest
from conftest import NOON, a_check, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.cli import folder
from fateaudit.errors import AuditFailedError
from fateaudit.standing import RECORD


def test_a_record_is_never_there_without_its_papers(tmp_path, monkeypatch) -> None:
    policy = write_audit(tmp_path / "in", rows_of(a=(80, 100), b=(60, 100)), a_check())
    record, out = audit(policy, clock=NOON), tmp_path / "out"

    def full(path, content):
        if path.name == policy.name:
            raise AuditFailedError("the disk is full", hint="free some space")
        written(path, content)

    written = folder.write_new
    with monkeypatch.context() as patch:
        patch.setattr(folder, "write_new", full)
        with pytest.raises(AuditFailedError, match="disk is full"):
            folder.write_record(record, policy, out)
    assert not (out / RECORD).exists()

    folder.refuse_overwriting(out)
    folder.write_record(record, policy, out)
    assert (out / RECORD).read_bytes() == record.to_bytes()
    assert (out / policy.name).read_bytes() == policy.read_bytes()
