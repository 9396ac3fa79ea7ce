"""The ledger as a file: read whole, added to at its end by one process at a time, never written over."""

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fateaudit.errors import AuditFailedError, DamagedFileError, UsageError
from fateaudit.ledger.chain import Event, Ledger, read_chain

MAX_BYTES = 1 << 26
"""Some ninety thousand lines."""

PATIENCE = 10.0
"""Seconds to wait for another run that is entering its own line: it takes milliseconds."""

PAUSE = 0.01


def read_ledger(path: Path) -> Ledger:
    """Read a ledger.

    Raises UsageError when there is none, DamagedFileError naming the line where its chain breaks, or for what is not
    an ordinary file.
    """
    with _opened(path, os.O_RDONLY) as handle:
        _lock(handle, path, is_shared=True)
        return read_chain(_read(handle, path), path.name)


def append(path: Path, event: Event) -> Ledger:
    """Add one line and return the ledger that ends with it, as it was at that moment; a missing file is begun.

    One process at a time: the lock is held from reading the last line to having written the next. The line is on the
    disk when this returns. Where it could not be written whole (a full disk), it is taken back and nothing changes.

    Raises AuditFailedError when it cannot be written, DamagedFileError when the chain is broken already or the file is
    a link or no file at all, ValueError for the end of a run that is not open.
    """
    with _opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as handle:
        _lock(handle, path, is_shared=False)
        _refuse_other_names(handle, path)
        content = _read(handle, path)
        ledger = read_chain(content, path.name)
        line = ledger.entry_for(event).line() + b"\n"
        addition = line if ledger.is_ended else b"\n" + line
        _write(handle, path, addition, at=len(content))
        return read_chain(content + addition, path.name)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    """Open an ordinary file and nothing else; a pipe must not keep us waiting, nor a link lead us elsewhere."""
    try:
        handle = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise _not_opened(error, path, is_written=bool(flags & os.O_CREAT)) from None
    except ValueError:
        # No path holds a NUL character.
        raise UsageError(
            f"{path} is not the path of a file", hint=f"name the {path.suffix} beside the policy"
        ) from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise _no_file(path)
        yield handle
    finally:
        os.close(handle)


def _not_opened(error: OSError, path: Path, *, is_written: bool) -> UsageError | AuditFailedError:
    if error.errno == errno.ELOOP:
        return DamagedFileError(f"{path} is a link", hint="a ledger is an ordinary file: put it beside the policy")
    if error.errno in {errno.EISDIR, errno.ENXIO}:
        return _no_file(path)
    if is_written:
        return _not_written(path, error)
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return UsageError(f"there is no ledger {path}", hint="it is begun by the first run, beside the policy")
    return DamagedFileError(f"{path} cannot be read: {error.strerror}", hint="check the path, and who may read it")


def _no_file(path: Path) -> DamagedFileError:
    return DamagedFileError(
        f"{path} is a folder, a device or a pipe, not a ledger", hint="move it away: runs are entered in a file there"
    )


def _not_written(path: Path, error: OSError) -> AuditFailedError:
    return AuditFailedError(
        f"the run cannot be entered in {path}: {error.strerror}",
        hint="free some space, or make the policy's folder writable: a run that is not entered would not be counted",
    )


def _lock(handle: int, path: Path, *, is_shared: bool) -> None:
    """Wait for the lock; raise AuditFailedError where there is none to be had. It ends when the file is closed."""
    try:
        import fcntl  # noqa: PLC0415 - not on Windows, where the rest of the package can still be imported
    except ImportError:
        raise AuditFailedError(
            f"{path} cannot be locked on this system, and two runs at once would spoil it",
            hint="audit on Linux or macOS",
        ) from None
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise AuditFailedError(
                    f"{path} is held by another program", hint="let the other run end, then run again"
                ) from None
            time.sleep(PAUSE)
        except OSError as error:
            raise AuditFailedError(
                f"{path} cannot be locked: {error.strerror}", hint="keep the policy on a disk that can lock files"
            ) from None
        else:
            return


def _refuse_other_names(handle: int, path: Path) -> None:
    """Refuse a file that another name leads to, or that was replaced while we waited: the line would be elsewhere."""
    ours = os.fstat(handle)
    try:
        is_there = os.path.samestat(ours, path.lstat())
    except OSError:
        is_there = False
    if not is_there:
        raise AuditFailedError(f"{path} was replaced while a run was being entered", hint="run again")
    if ours.st_nlink != 1:
        raise DamagedFileError(
            f"{path} has another name elsewhere (a hard link)", hint="replace it by a copy of itself: cp -p, then mv"
        )


def _read(handle: int, path: Path) -> bytes:
    try:
        with os.fdopen(os.dup(handle), "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DamagedFileError(f"{path} cannot be read: {error.strerror}", hint="check the disk") from None
    if len(content) > MAX_BYTES:
        raise DamagedFileError(f"{path} is larger than any ledger", hint="keep it elsewhere, and begin a new one")
    return content


def _write(handle: int, path: Path, addition: bytes, *, at: int) -> None:
    try:
        if os.write(handle, addition) != len(addition):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - a short write is how it is told
        os.fsync(handle)
        if at == 0:
            _keep_name(path)
    except OSError as error:
        # Only what was written just now, under the lock. Where even that fails, the line stays torn, and is told.
        with suppress(OSError):
            os.ftruncate(handle, at)
        raise _not_written(path, error) from None


def _keep_name(path: Path) -> None:
    """Have the folder's entry for a new file on the disk too: without it, a power cut loses the whole ledger."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
