"""A whole audit opens no socket: the kernel ends whatever process tries, and none does."""

import platform
import subprocess
import sys

import pytest

NUMBERS = {"x86_64": (0xC000003E, 41, 53), "aarch64": (0xC00000B7, 198, 199)}
"""What the kernel calls the machine, socket and socketpair: linux/audit.h, asm/unistd.h."""

UNDER_WATCH = """
import ctypes, struct, sys
arch, *calls = map(int, sys.argv[1].split(","))
step = lambda code, then, otherwise, value: struct.pack("HBBI", code, then, otherwise, value)
steps = [step(0x20, 0, 0, 4), step(0x15, 1, 0, arch), step(0x06, 0, 0, 0x80000000), step(0x20, 0, 0, 0)]
for call in calls:
    steps += [step(0x15, 0, 1, call), step(0x06, 0, 0, 0x80000000)]
steps.append(step(0x06, 0, 0, 0x7FFF0000))
program = ctypes.create_string_buffer(b"".join(steps))
libc = ctypes.CDLL(None, use_errno=True)
assert libc.prctl(38, 1, 0, 0, 0) == 0
assert libc.prctl(22, 2, struct.pack("HxxxxxxQ", len(steps), ctypes.addressof(program))) == 0
"""

pytestmark = pytest.mark.skipif(platform.machine() not in NUMBERS, reason="the numbers of its calls are not known here")


def under_watch(code, *words, cwd):
    """Run Python, and whatever it starts, where the kernel kills a process that opens a socket."""
    numbers = ",".join(map(str, NUMBERS[platform.machine()]))
    command = [sys.executable, "-c", UNDER_WATCH + code, numbers, *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=300, check=False)


def test_a_process_that_opens_a_socket_is_killed_there(tmp_path) -> None:
    assert under_watch("print('begun')", cwd=tmp_path).stdout == "begun\n"
    assert under_watch("import socket; socket.socket()", cwd=tmp_path).returncode == -31


def test_a_whole_audit_opens_no_socket(tmp_path) -> None:
    run = "from fateaudit.cli import main; sys.argv[:2] = ['fateaudit']; main()"

    demo = under_watch(run, "demo", cwd=tmp_path)
    verified = under_watch(run, "verify", "fateaudit-demo", cwd=tmp_path)

    assert demo.returncode == 0, demo.stderr
    assert (tmp_path / "fateaudit-demo" / "report.pdf").stat().st_size > 100_000
    assert verified.returncode == 0, verified.stderr
