"""A model that tries one thing a row, and says in its score how far it came.

0.9: it was done. errno / 1000: the kernel's answer. 0.2: there was nothing to be had. 0.3: something else failed.
"""

# What is forbidden elsewhere is what this file is for.
# ruff: noqa: BLE001, PTH115, PTH120, PTH123, PTH208, S108, SIM115

import ctypes
import fcntl
import hashlib
import mmap
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import time

import numpy as np

AIMS: dict = {}  # put in by whoever makes the model

INPUTS = {"place": "number", "name": "text"}
CLASSES = ["no", "yes"]

C = ctypes.CDLL(None, use_errno=True)


def is_token(text):
    """Return whether the secret is in `text`."""
    words = [text[at : at + 32] for at in range(max(len(text) - 31, 0))] if isinstance(text, str) else []
    return any(hashlib.sha256(word.encode()).hexdigest() == AIMS["token_digest"] for word in words)


def holds_token(path):
    with open(path, "rb") as file:
        return is_token(file.read(1 << 16).decode(errors="replace"))


def made(result):
    """Return True for a call that succeeded; raise what the kernel answered else."""
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")
    return True


def call(x86_64, aarch64, *arguments):
    number = {"x86_64": x86_64, "aarch64": aarch64}.get(platform.machine())
    return number is not None and made(C.syscall(number, *arguments))


def wrote(path, mode="w"):
    with open(path, mode) as file:
        file.write("was here")
    return True


def did(function, *arguments, **options):
    """Return True once `function` came back."""
    function(*arguments, **options)
    return True


def child(start):
    """Fork, and leave no second copy of this model behind."""
    pid = start()
    if pid == 0:
        os._exit(0)
    return made(pid)


def reached(family, kind, name):
    with socket.socket(family, kind) as one:
        one.settimeout(2)
        one.connect(tuple(AIMS["ports"][name]) if family == socket.AF_INET else AIMS["ports"][name])
        one.send(b"x")
    return True


def listened():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
    return True


def own_descriptors():
    return [int(name) for name in os.listdir("/proc/self/fd") if name.isdigit()]


def changed_memory_of(name, change):
    """Change the first descriptor whose memory is called `name`."""
    for descriptor in own_descriptors():
        if os.readlink(f"/proc/self/fd/{descriptor}").startswith(f"/memfd:{name}"):
            return did(change, descriptor)
    return False


def mapped_for_writing(descriptor):
    mmap.mmap(descriptor, 1, mmap.MAP_SHARED, mmap.PROT_WRITE)


def asked_for_signals():
    """Have the kernel signal somebody else whenever a pipe can be written to."""
    end = os.pipe()[1]
    fcntl.fcntl(end, fcntl.F_SETOWN, AIMS["bystander"])
    fcntl.fcntl(end, getattr(fcntl, "F_SETSIG", 10), signal.SIGKILL)
    fcntl.fcntl(end, fcntl.F_SETFL, os.O_ASYNC)
    return did(os.write, end, b"x")


def raised(kind):
    resource.setrlimit(kind, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return True


def read_memory_of(pid):
    with open(f"/proc/{pid}/mem", "rb") as file:
        file.seek(0x400000)
        return bool(file.read(1))


def vectors():
    buffer = ctypes.create_string_buffer(8)
    one = (ctypes.c_size_t * 2)(ctypes.addressof(buffer), 8)
    return call(310, 270, AIMS["bystander"], one, 1, one, 1, 0)


def foreign_processes():
    return any(name.isdigit() and int(name) not in {os.getpid(), 1} for name in os.listdir("/proc"))


HOME, SECRET, CANARY, OTHER = (os.path.dirname(AIMS["secret"]), AIMS["secret"], AIMS["canary"], AIMS["bystander"])
PARENT = AIMS["parent"]

DEEDS = {
    "read a secret file": lambda: holds_token(SECRET),
    "read it through /proc/self/root": lambda: holds_token(f"/proc/self/root{SECRET}"),
    "read it through /proc/self/cwd": lambda: holds_token(f"/proc/self/cwd/..{SECRET}"),
    "read it by openat2": lambda: call(437, 437, -100, SECRET.encode(), bytes(24), 24),
    "read /etc/passwd": lambda: bool(open("/etc/passwd").read()),
    "read the disk": lambda: bool(open("/dev/sda", "rb").read(1)),
    "list a home folder": lambda: os.listdir(HOME),
    "list the root folder": lambda: os.listdir("/"),
    "write a file": lambda: wrote(CANARY),
    "write beside the secret": lambda: wrote(f"{HOME}/new"),
    "write to /tmp": lambda: wrote("/tmp/fateaudit-was-here"),
    "write to /dev/shm": lambda: wrote("/dev/shm/fateaudit-was-here"),
    "write to a terminal": lambda: wrote("/dev/tty"),
    "add to Python's own library": lambda: did(open(os.__file__, "a").close),
    "overwrite the secret": lambda: wrote(SECRET, "r+"),
    "empty the secret": lambda: did(os.truncate, SECRET, 0),
    "empty it while opening it to read": lambda: did(os.open, SECRET, os.O_RDONLY | os.O_TRUNC),
    "delete the secret": lambda: did(os.unlink, SECRET),
    "rename the secret": lambda: did(os.rename, SECRET, f"{HOME}/other"),
    "link to the secret": lambda: did(os.link, SECRET, CANARY),
    "make a symbolic link": lambda: did(os.symlink, SECRET, CANARY),
    "make a folder": lambda: did(os.mkdir, CANARY),
    "make a pipe with a name": lambda: did(os.mkfifo, CANARY),
    "make the secret readable": lambda: did(os.chmod, SECRET, 0o777),
    "give the secret away": lambda: did(os.chown, SECRET, 0, 0),
    "change the secret's time": lambda: did(os.utime, SECRET),
    "mark the secret": lambda: did(os.setxattr, SECRET, "user.was", b"here"),
    "watch a folder": lambda: made(C.inotify_init()),
    "change the model that is running": lambda: changed_memory_of("model", lambda end: os.pwrite(end, b"x", 0)),
    "map the model for writing": lambda: changed_memory_of("model", mapped_for_writing),
    "shrink the shared memory": lambda: changed_memory_of("numbers", lambda end: os.ftruncate(end, 0)),
    "grow the shared memory": lambda: changed_memory_of("numbers", lambda end: os.ftruncate(end, 1 << 40)),
    "make memory that runs as a program": lambda: did(os.memfd_create, "program"),
    "write to its own commands": lambda: did(os.open, "/proc/self/fd/0", os.O_WRONLY),
    "fork": lambda: child(os.fork),
    "fork by another call": lambda: child(C.fork),
    "clone by its newest call": lambda: child(lambda: C.syscall(435, bytes(88), 88)),
    "run a program": lambda: did(subprocess.run, ["/bin/sh", "-c", f"echo > {CANARY}"], check=True),
    "spawn a program": lambda: did(os.posix_spawn, sys.executable, [sys.executable, "-c", ""], {}),
    "become a program": lambda: did(os.execv, sys.executable, [sys.executable, "-c", ""]),
    "kill another process": lambda: did(os.kill, OTHER, signal.SIGKILL),
    "signal the audit": lambda: did(os.kill, PARENT, 0),
    "signal whoever began it": lambda: did(os.kill, os.getppid(), 0),
    "signal everybody": lambda: did(os.kill, -1, 0),
    "kill by thread": lambda: call(200, 130, OTHER, 9),
    "kill by descriptor": lambda: did(signal.pidfd_send_signal, os.pidfd_open(OTHER), signal.SIGKILL),
    "kill by the owner of a pipe": asked_for_signals,
    "read the audit's environment": lambda: holds_token(f"/proc/{PARENT}/environ"),
    "read another's environment": lambda: holds_token(f"/proc/{OTHER}/environ"),
    "read the audit's command line": lambda: bool(open(f"/proc/{PARENT}/cmdline").read()),
    "read the audit's memory": lambda: read_memory_of(PARENT),
    "read another's memory": vectors,
    "find a secret in its environment": lambda: is_token(repr(os.environ)) or holds_token("/proc/self/environ"),
    "find a secret in its arguments": lambda: holds_token("/proc/self/cmdline"),
    "trace another process": lambda: made(C.ptrace(16, OTHER, 0, 0)),
    "list processes": foreign_processes,
    "limit another process": lambda: did(resource.prlimit, OTHER, resource.RLIMIT_NOFILE, (1, 1)),
    "slow another process down": lambda: did(os.setpriority, os.PRIO_PROCESS, OTHER, 19),
    "move another process": lambda: did(os.sched_setaffinity, OTHER, {0}),
    "connect to a port": lambda: reached(socket.AF_INET, socket.SOCK_STREAM, "tcp"),
    "send a datagram": lambda: reached(socket.AF_INET, socket.SOCK_DGRAM, "udp"),
    "connect to a socket file": lambda: reached(socket.AF_UNIX, socket.SOCK_STREAM, "unix"),
    "connect to an abstract socket": lambda: reached(socket.AF_UNIX, socket.SOCK_STREAM, "abstract"),
    "listen on a port": listened,
    "open a pair of sockets": lambda: did(socket.socketpair),
    "talk to the kernel by netlink": lambda: did(socket.socket, 16, socket.SOCK_RAW, 0),
    "use io_uring": lambda: call(425, 425, 8, bytes(120)),
    "load a program into the kernel": lambda: call(321, 280, 0, bytes(128), 128),
    "count the kernel's events": lambda: call(298, 241, bytes(128), 0, -1, -1, 0),
    "handle page faults": lambda: call(323, 282, 0),
    "make a name space": lambda: call(272, 97, 0x10000000),
    "mount a file system": lambda: made(C.mount(b"none", b"/", b"tmpfs", 0, None)),
    "change its root": lambda: did(os.chroot, "/"),
    "keep a key in the kernel": lambda: call(248, 217, b"user", b"was", b"here", 4, -3),
    "make System V memory": lambda: made(C.shmget(0, 4096, 0o1600)),
    "set the clock": lambda: did(time.clock_settime, time.CLOCK_REALTIME, time.time()),
    "become root": lambda: did(os.setuid, 0),
    "take capabilities back": lambda: call(126, 91, bytes([0x22, 0x05, 0x08, 0x20, 0, 0, 0, 0]), b"\xff" * 24),
    "outlive the audit": lambda: made(C.prctl(1, 0, 0, 0, 0)),
    "let others look into it": lambda: made(C.prctl(4, 1, 0, 0, 0)),
    "lift its limit on memory": lambda: raised(resource.RLIMIT_AS),
    "lift its limit on files": lambda: raised(resource.RLIMIT_FSIZE),
    "lift its limit on threads": lambda: raised(resource.RLIMIT_NPROC),
    "lift its limit on time": lambda: raised(resource.RLIMIT_CPU),
    "print to the terminal": lambda: os.write(1, b"was here\n" * 1000) < 0 or os.write(2, b"was here\n" * 1000) < 0,
}


def outcome(deed):
    try:
        return 0.9 if deed() else 0.2
    except OSError as error:
        return (error.errno or 300) / 1000
    except ValueError:
        # resource says so of a limit that may not be raised.
        return 0.001
    except BaseException:
        return 0.3


def score(rows):
    deeds = list(DEEDS.values())
    return np.array([outcome(deeds[int(place)]) for place in rows["place"]])
