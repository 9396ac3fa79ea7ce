"""`model.path: https://…/v2/models/NAME` → an address that can be shown, or a refusal that does not repeat it."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from fateaudit.errors import AuditFailedError, UsageError
from fateaudit.policy import PolicyFile

_PART = r"[A-Za-z0-9._~-]+"
_ADDRESS = re.compile(
    r"(?P<scheme>(?i:https?))://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(?P<port>\d{1,5}))?"
    rf"(?P<path>(?:/{_PART})*?/v2/models/(?P<name>{_PART})(?:/versions/(?P<version>{_PART}))?)"
)
"""Neither user name, query nor fragment, and nothing that two programs could read in two ways."""

PORTS = {"https": 443, "http": 80}
LAST_PORT = 65_535

OPERATOR = "ask whoever runs it, or audit its predictions (columns.prediction)"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a model answers. There is no credential in it."""

    scheme: str
    host: str
    """A name, or an IP address without brackets."""
    port: int
    path: str
    """Of the model's metadata; `/infer` behind it is where it is asked."""
    name: str
    """What the model is called."""
    version: str | None

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read what is sent."""
        return self.scheme == "https"

    def __str__(self) -> str:
        """Return the one way in which this address is written."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"

    def error(self, what: str, *, where: str = "", hint: str = OPERATOR) -> AuditFailedError:
        """Return the error for a model that does something else than it should: "the model at this address …"."""
        return AuditFailedError(f'the model "{self.name}" {what}', where=[str(self), *filter(None, [where])], hint=hint)


def read_address(source: PolicyFile) -> Address:
    """Return the address that a policy names.

    Raises UsageError for what is none, has a credential in it, or would send rows of people unencrypted. The line is
    named and not quoted: a password may stand there.
    """
    text = source.policy.model.path or ""
    where = [f"{source.document.name}:{source.document.line_of(('model', 'path'))}   model.path"]
    if "@" in text:
        raise UsageError(
            "the address of a model holds a user name, or a password",
            where=where,
            hint="take it out; write model.endpoint: { token_env: NAME }, and put a token into that variable",
        )
    found = _ADDRESS.fullmatch(text)
    port = 0 if found is None else int(found["port"] or PORTS[found["scheme"].lower()])
    if found is None or not 0 < port <= LAST_PORT or {".", ".."} & set(found["path"].split("/")):
        raise UsageError(
            "model.path is not the address of a model",
            where=where,
            hint="write https://HOST:PORT/v2/models/NAME, or …/NAME/versions/VERSION, and nothing behind it",
        )
    host = found["host"].strip("[]").lower()
    address = Address(found["scheme"].lower(), host, port, found["path"], found["name"], found["version"])
    if not address.is_encrypted and host != "localhost" and not is_loopback(host):
        raise UsageError(
            "http:// would send rows of people unencrypted to another machine",
            where=where,
            hint="write https://…, or make a tunnel to this machine and write http://localhost:PORT/…",
        )
    return address


def is_loopback(host: str) -> bool:
    """Return whether `host` is an IP address of this machine that no other can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
