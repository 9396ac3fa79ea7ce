"""A process that locks itself up: resource limits, Landlock and seccomp, for Linux on x86-64 and 64-bit ARM.

Standard library alone, because it is done before anything else is imported: Landlock covers the thread that asks for
it and those begun later, so it must come before a library starts threads of its own. None of it can be undone.

Sources: landlock(7), seccomp(2), prctl(2), capabilities(7), bpf filters as in linux/filter.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from fateaudit.worker.syscalls import MACHINES, Machine

OPEN_FILES = 256

THREADS = 1_024
"""More than any library starts, and few enough for the machine to go on."""

_SET_DUMPABLE, _SET_PDEATHSIG, _SET_NO_NEW_PRIVS, _KEEP_CAPABILITIES, _SET_TRACER = 4, 1, 38, 8, 0x59616D61
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Locked:
    """What is in force; what is not was refused by the kernel or is not of this platform."""

    landlock: int
    """Version of Landlock's interface, 0 without it. From 4 on, it also refuses TCP."""
    seccomp: bool
    rlimits: bool


def lock(readable: Sequence[str], *, memory: int, cpu_seconds: int) -> Locked:
    """Give up everything but memory, computing, and reading `readable`; return what of it the kernel granted.

    Raises OSError when the kernel has a mechanism and refuses it half-way: then nothing may be run.
    """
    limit_resources(memory=memory, cpu_seconds=cpu_seconds)
    if not sys.platform.startswith("linux"):
        return Locked(landlock=0, seccomp=False, rlimits=True)
    libc = ctypes.CDLL(None, use_errno=True)
    machine = MACHINES.get(platform.machine())
    if machine is not None and os.geteuid() == 0:
        give_up_root(libc, machine)
    limit_threads()
    # The parent's death ends this process even while a model spins.
    libc.prctl(_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_SET_DUMPABLE, 0, 0, 0, 0)
    libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    version = restrict_files(libc, readable)
    if machine is not None:
        filter_calls(libc, machine)
    return Locked(landlock=version, seccomp=machine is not None, rlimits=True)


def limit_resources(*, memory: int, cpu_seconds: int) -> None:
    """Limit address space in bytes, computing time, the size of files that are written (0) and how many are open."""
    # macOS knows RLIMIT_AS and does not keep to it.
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


NOBODY = 65_534

_READ_SEARCH = 1 << 2
"""The one capability that is kept: root reads installed libraries whoever owns them. Landlock says which files."""


def give_up_root(libc: Any, machine: Machine) -> None:
    """Become a user who owns nothing, where there is one to become, and give up what else root may do.

    Limits on threads and the kernel's own checks are for users. Inside bubblewrap there is only root.
    """
    kept = _permitted() & _READ_SEARCH
    if kept:
        # Without it, as in most containers, only root itself could read a virtual environment in its home.
        libc.prctl(_KEEP_CAPABILITIES, 1, 0, 0, 0)
        with suppress(OSError):
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    header = struct.pack("Ii", 0x20080522, 0)
    data = struct.pack("6I", kept, kept, 0, 0, 0, 0)
    if libc.syscall(machine.capset, header, data):
        raise OSError(ctypes.get_errno(), "the kernel kept root's capabilities")


def _permitted() -> int:
    """Return what root may do here, a bit for each capability."""
    with open("/proc/self/status") as file:  # noqa: PTH123 - no pathlib yet
        return next(int(line.split()[1], 16) for line in file if line.startswith("CapPrm"))


def limit_threads() -> None:
    """Limit how many threads this user may have: those that there are, and THREADS. The kernel exempts root."""
    _, hard = resource.getrlimit(resource.RLIMIT_NPROC)
    most = _threads_of(os.geteuid()) + THREADS
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (least, least))


def _threads_of(user: int) -> int:
    """Return how many threads a user's processes have, as far as they can be seen."""
    found = 0
    for process in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208 - no pathlib yet
        with suppress(OSError, KeyError, ValueError), open(f"/proc/{process}/status") as file:  # noqa: PTH123 - as above
            said = dict(line.split(":", 1) for line in file if ":" in line)
            found += int(said["Threads"]) if int(said["Uid"].split()[0]) == user else 0
    return found


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("access", ctypes.c_uint64), ("directory", ctypes.c_int32))


def restrict_files(libc: Any, readable: Sequence[str]) -> int:
    """Allow reading below `readable` and no other use of files; return Landlock's version, 0 where there is none."""
    version = int(libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1)))
    if version < 1:
        return 0
    # Every right that this version knows is taken away: 13 at first, then refer, truncate, and devices' ioctl.
    rights = (1 << (13 + (version >= 2) + (version >= 3))) - 1 | (1 << 15 if version >= 5 else 0)  # noqa: PLR2004
    handled = struct.pack("QQQ", rights, 3 if version >= 4 else 0, 3 if version >= 6 else 0)  # noqa: PLR2004
    handled = handled[: 8 if version < 4 else 16 if version < 6 else 24]  # noqa: PLR2004 - fields that it knows
    rules = libc.syscall(_LANDLOCK_CREATE, handled, ctypes.c_size_t(len(handled)), ctypes.c_uint32(0))
    if rules < 0:
        raise OSError(ctypes.get_errno(), "Landlock made no set of rules")
    for path in readable:
        try:
            place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        allowed = _READ_FILE | _EXECUTE | _READ_DIR if os.path.isdir(path) else _READ_FILE  # noqa: PTH112 - no pathlib yet
        rule = _PathBeneath(allowed, place)
        if libc.syscall(_LANDLOCK_ADD, rules, 1, ctypes.byref(rule), ctypes.c_uint32(0)):
            raise OSError(ctypes.get_errno(), "Landlock took no rule")
        os.close(place)
    if libc.syscall(_LANDLOCK_RESTRICT, rules, ctypes.c_uint32(0)):
        raise OSError(ctypes.get_errno(), "Landlock did not restrict this process")
    os.close(rules)
    return version


_LOAD, _IF_EQUAL, _IF_BITS, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000
_NEW_THREAD, _X32 = 0x00010000, 0x40000000
_NUMBER, _MACHINE, _FIRST, _SECOND, _THIRD = 0, 4, 16, 24, 32
"""Offsets in what the kernel shows a filter; of an argument, its lower half."""


_CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
"""Landlock refuses these too, where the kernel has it; an old one lets a file be emptied that may only be read."""

_OWNED = (8, 10, 15)
"""What fcntl takes to name the process that is sent a signal, and which: SETOWN, SETSIG, SETOWN_EX."""

_HARMLESS = (0x5401, 0x5413, 0x5421, 0x541B, 0x5450, 0x5451, 0x802C542A)
"""What ioctl may be asked: whether something is a terminal, how much waits in it, and how it is read and inherited."""

_OWN_SETTINGS = (_SET_PDEATHSIG, _SET_DUMPABLE, _SET_TRACER)


def filter_calls(libc: Any, machine: Machine) -> None:
    """Refuse the system calls that reach other processes, the network, other programs or the kernel's settings.

    A list of what is refused, not of what is allowed: a call that a later kernel adds is not on it.
    """
    own = os.getpid()
    steps = [
        _step(_LOAD, _MACHINE),
        _step(_IF_EQUAL, machine.audit_arch, then=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine.has_x32:
        steps += [_step(_IF_AT_LEAST, _X32, otherwise=1), _step(_RETURN, _KILL)]
    # The C library does with clone, whose flags can be looked at, what it would do with clone3.
    steps += _refuse(machine.clone3, errno.ENOSYS)
    for call in machine.refused:
        steps += _refuse(call, errno.EPERM)
    steps += _unless(machine.clone, _FIRST, _IF_BITS, _NEW_THREAD)
    steps += _unless(machine.tgkill, _FIRST, _IF_EQUAL, own)
    steps += _unless(machine.prlimit64, _FIRST, _IF_EQUAL, 0)
    if machine.open is not None:
        steps += _refuse_if(machine.open, _SECOND, _IF_BITS, [_CHANGES])
    steps += _refuse_if(machine.openat, _THIRD, _IF_BITS, [_CHANGES])
    steps += _refuse_if(machine.fcntl, _SECOND, _IF_EQUAL, _OWNED)
    steps += _refuse_if(machine.prctl, _FIRST, _IF_EQUAL, _OWN_SETTINGS)
    steps += _unless(machine.ioctl, _SECOND, _IF_EQUAL, *_HARMLESS)
    steps += [_step(_RETURN, _ALLOW)]
    program = ctypes.create_string_buffer(b"".join(steps))
    whole = struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program))
    if libc.syscall(machine.seccomp, 1, ctypes.c_uint(1), whole):
        raise OSError(ctypes.get_errno(), "seccomp took no filter")


def _step(code: int, operand: int, *, then: int = 0, otherwise: int = 0) -> bytes:
    """Return one instruction; `then` and `otherwise` are how many of the next to skip."""
    return struct.pack("HBBI", code, then, otherwise, operand)


def _refuse(call: int, error: int) -> list[bytes]:
    return [_step(_IF_EQUAL, call, otherwise=1), _step(_RETURN, _ERROR | error)]


def _unless(call: int, argument: int, test: int, *values: int) -> list[bytes]:
    """Refuse `call` unless its argument passes the test with one of `values`."""
    tests = [_step(test, value, then=len(values) - place) for place, value in enumerate(values)]
    ends = [_step(_RETURN, _ERROR | errno.EPERM), _step(_RETURN, _ALLOW)]
    return [_step(_IF_EQUAL, call, otherwise=len(tests) + 3), _step(_LOAD, argument), *tests, *ends]


def _refuse_if(call: int, argument: int, test: int, values: Sequence[int]) -> list[bytes]:
    """Refuse `call` if its argument passes the test with one of `values`."""
    tests = [_step(test, value, then=len(values) - place) for place, value in enumerate(values)]
    ends = [_step(_RETURN, _ALLOW), _step(_RETURN, _ERROR | errno.EPERM)]
    return [_step(_IF_EQUAL, call, otherwise=len(tests) + 3), _step(_LOAD, argument), *tests, *ends]
