"""What a hostile model is after, set out where a test can see whether it was touched."""

import os
import secrets
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROW = "Jane Doe of Mill Lane 47"
"""A value of a row: no message may hold it."""

VARIABLE = "FATEAUDIT_TEST_TOKEN"

_BYSTANDER = "import sys; sys.stdin.read()"


@dataclass(frozen=True, slots=True)
class Aims:
    """What there is to be had, and who listens for it."""

    folder: Path
    token: str
    """What is secret: it stands in a file, in the environment of this process, and in that of another one."""
    bystander: subprocess.Popen[bytes]
    listeners: dict[str, socket.socket] = field(default_factory=dict)

    @property
    def secret(self) -> Path:
        """Return the file that holds the secret."""
        return self.folder / "home" / "secret.txt"

    @property
    def canary(self) -> Path:
        """Return the file that is there only once somebody got out."""
        return self.folder / "canary"

    def told(self) -> dict[str, object]:
        """Return all that a model is told of them: an attacker may know everything but the secret."""
        return {
            "secret": str(self.secret),
            "canary": str(self.canary),
            "variable": VARIABLE,
            "token_digest": secrets_digest(self.token),
            "parent": os.getpid(),
            "bystander": self.bystander.pid,
            "ports": {name: one.getsockname() for name, one in self.listeners.items()},
        }

    def harm(self) -> list[str]:
        """Return what was done, as seen from outside: nothing, where the models were held."""
        done = []
        if self.canary.exists():
            done.append("a file was written")
            self.canary.unlink()
        if not self.secret.exists() or self.secret.read_text() != self.token or self.secret.stat().st_mtime_ns != 0:
            done.append("the secret was changed")
        if sorted(path.name for path in self.secret.parent.iterdir()) != [self.secret.name]:
            done.append("files were made")
        if self.bystander.poll() is not None:
            done.append("another process was ended")
        return done + [f"somebody reached the {name} socket" for name in self.listeners if self._was_reached(name)]

    def _was_reached(self, name: str) -> bool:
        with suppress(BlockingIOError):
            if name == "udp":
                self.listeners[name].recv(1)
            else:
                self.listeners[name].accept()[0].close()
            return True
        return False


def secrets_digest(text: str) -> str:
    """Return what tells whether somebody has the secret, without telling it."""
    import hashlib  # noqa: PLC0415 - the same line stands in the models

    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def set_out(folder: Path):
    """Yield the aims, in `folder`; nothing of them is left afterwards but files."""
    token = secrets.token_hex(16)
    (folder / "home").mkdir(parents=True)
    with ExitStack() as stack:
        stack.enter_context(_variable(token))
        bystander = subprocess.Popen([sys.executable, "-I", "-S", "-c", _BYSTANDER], stdin=subprocess.PIPE)
        stack.callback(bystander.wait)
        stack.callback(bystander.kill)
        stack.callback(bystander.stdin.close)
        aims = Aims(folder, token, bystander)
        for name, kind, family, address in _sockets(folder):
            one = stack.enter_context(socket.socket(family, kind))
            one.settimeout(0)
            one.bind(address)
            if kind is socket.SOCK_STREAM:
                one.listen(8)
            aims.listeners[name] = one
        aims.secret.write_text(token)
        os.utime(aims.secret, ns=(0, 0))
        yield aims


def _sockets(folder: Path):
    return (
        ("tcp", socket.SOCK_STREAM, socket.AF_INET, ("127.0.0.1", 0)),
        ("udp", socket.SOCK_DGRAM, socket.AF_INET, ("127.0.0.1", 0)),
        ("unix", socket.SOCK_STREAM, socket.AF_UNIX, str(folder / "socket")),
        ("abstract", socket.SOCK_STREAM, socket.AF_UNIX, f"\0fateaudit-{os.getpid()}-{secrets.token_hex(4)}"),
    )


@contextmanager
def _variable(token: str):
    os.environ[VARIABLE] = token
    try:
        yield
    finally:
        del os.environ[VARIABLE]
