"""The line to a server: one request, one answer, in bounded time and size. What it says is hostile.

Nothing is followed, decompressed or believed here; what an answer means is `protocol`'s. urllib3 knows the time between
two bytes only, so a watch cuts the line when the whole answer is late: a server that drips would hold it for ever.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fateaudit.errors import AuditFailedError, MissingLibraryError
from fateaudit.models.endpoint.address import OPERATOR, Address, is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from urllib3 import BaseHTTPResponse
    from urllib3.connection import HTTPConnection

OK, TOO_LARGE = 200, 413
AGAIN = frozenset({502, 503, 504})
"""What a proxy says while the server behind it is away."""

CONNECT_SECONDS = 10
FIRST_WAIT, LONGEST_WAIT = 0.25, 5.0
"""Seconds before a request is sent again; each wait is twice the one before."""

PIECE = 1 << 16


class TooManyRowsError(Exception):
    """The server takes no request of this size: ask about fewer rows."""


class _BrokenError(Exception):
    """The connection failed, or the server is away: worth another try. The text completes "the model …"."""


@dataclass(slots=True)
class Line:
    """A line to one server. Not for several threads at a time; `close` may come from another."""

    address: Address
    token: str | None = field(repr=False)
    seconds: float
    """For one answer."""
    retries: int
    sent: int = 0
    """Requests so far, those that were sent again included."""
    _connection: HTTPConnection | None = None
    _is_over: threading.Event = field(default_factory=threading.Event)

    def ask(self, verb: str, path: str, *, body: bytes | None = None, most: int) -> bytes:
        """Return the body of an answer, of `most` bytes at most.

        Raises AuditFailedError for any other answer than 200, for a late or a large one, and when a failed connection
        was tried often enough; TooManyRowsError for 413.
        """
        for number in range(self.retries + 1):
            if number:
                self._is_over.wait(min(FIRST_WAIT * 2 ** (number - 1), LONGEST_WAIT))
            if self._is_over.is_set():
                break
            try:
                return self._try(verb, path, body, most)
            except _BrokenError as error:
                what = str(error)
        if self._is_over.is_set():
            raise self.address.error("was left before it answered", hint="run it again")
        times = f", tried {self.retries + 1} times" if self.retries else ""
        raise self.address.error(what + times, hint=f"check model.path, and whether the server runs; {OPERATOR}")

    def close(self) -> None:
        """End the line; whoever waits for an answer gets none."""
        self._is_over.set()
        self._hang_up()

    def _try(self, verb: str, path: str, body: bytes | None, most: int) -> bytes:
        until = time.monotonic() + self.seconds
        is_done = False
        try:
            connection = self._connected()
            with _watched(connection.sock, until), _told("broke off before its answer was whole"):
                status, content = self._exchange(connection, verb, path, body, most)
            is_done = status == OK
        except _BrokenError:
            if time.monotonic() >= until:
                raise self._late() from None
            raise
        finally:
            if not is_done:
                self._hang_up()
        # Cut off by the watch, an answer without a length looks as if it had ended.
        if time.monotonic() >= until:
            self._hang_up()
            raise self._late()
        if status != OK:
            raise self._refused(status)
        return content

    def _exchange(
        self, connection: HTTPConnection, verb: str, path: str, body: bytes | None, most: int
    ) -> tuple[int, bytes]:
        """Send one request; return the status, and the body where that is OK."""
        self.sent += 1
        with suppress(BrokenPipeError):
            # A server that refuses a body before it has all of it still says why.
            connection.request(verb, path, body, self._headers(body), preload_content=False, decode_content=False)
        response = connection.getresponse()
        return response.status, self._read(response, most) if response.status == OK else b""

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "fateaudit"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return headers

    def _read(self, response: BaseHTTPResponse, most: int) -> bytes:
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in {"identity", ""}:
            raise self.address.error("sends a compressed answer, which was not asked for")
        content = bytearray()
        while piece := response.read(PIECE, decode_content=False):
            content += piece
            if len(content) > most:
                raise self.address.error(f"sends more than the {most / 1e6:.1f} MB that an answer can need")
        return bytes(content)

    def _connected(self) -> HTTPConnection:
        """Return the open connection, or a new one. An idle one that the server has closed is no failure."""
        if self._connection is not None and self._connection.is_connected:
            return self._connection
        self._hang_up()
        connection = _connection(self.address, min(CONNECT_SECONDS, self.seconds))
        self._connection = connection
        with _told("cannot be reached"):
            try:
                connection.connect()
            except ssl.SSLCertVerificationError:
                raise self.address.error(
                    "cannot show who it is: its certificate is not trusted on this machine",
                    hint="ask for the certificate of its authority, and name that file in the variable SSL_CERT_FILE",
                ) from None
            connection.timeout = self.seconds
            connection.sock.settimeout(self.seconds)
        if not self.address.is_encrypted and not is_loopback(connection.sock.getpeername()[0]):
            raise self.address.error("is not on this machine", hint="write https:// in model.path")
        return connection

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            _cut(connection.sock)
            connection.close()

    def _late(self) -> AuditFailedError:
        return self.address.error(
            f"did not answer within {self.seconds:g} seconds",
            hint="write more in model.endpoint.timeout_seconds, or fewer rows in model.limits.batch_rows",
        )

    def _refused(self, status: int) -> Exception:
        """Return what a status other than 200 means. What the server says with it may hold a row: it is not read."""
        if status in AGAIN:
            return _BrokenError(f"is away: its server answers {status}")
        if status == TOO_LARGE:
            return TooManyRowsError()
        if status in range(300, 400):
            return self.address.error(
                f"sends us to another address ({status}), and that is not followed",
                hint="write the address itself in model.path, when you know whose it is",
            )
        return self.address.error(f"refuses: its server answers {status}", hint=_REMEDIES.get(status, _LOOK))


_LOOK = (
    "look into the server’s own log; if it takes fewer rows at a time, write model.limits.batch_rows; if it does not "
    "take missing values as they are sent, see model.endpoint.missing"
)
_CREDENTIAL = "it wants another credential: see model.endpoint.token_env"
_REMEDIES = {401: _CREDENTIAL, 403: _CREDENTIAL, 404: "it knows no such model or version: check model.path"}


def _connection(address: Address, seconds: float) -> HTTPConnection:
    """Return a connection that is not made yet, without any proxy: what is sent goes to this address only."""
    try:
        from urllib3.connection import HTTPConnection, HTTPSConnection  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingLibraryError(
            "a model at an address needs a library that is not installed",
            hint="type: pip install 'fateaudit[endpoint]'",
        ) from None
    if not address.is_encrypted:
        return HTTPConnection(address.host, address.port, timeout=seconds)
    return HTTPSConnection(address.host, address.port, timeout=seconds, ssl_context=ssl.create_default_context())


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Say `what` for everything that a connection can fail with: the words of an exception may be the server's."""
    from urllib3.exceptions import HTTPError  # noqa: PLC0415 - an extra; whoever is here has it

    try:
        yield
    except (HTTPError, http.client.HTTPException, OSError, ValueError):
        raise _BrokenError(what) from None


@contextmanager
def _watched(sock: socket.socket, until: float) -> Iterator[None]:
    watch = threading.Timer(max(until - time.monotonic(), 0), _cut, [sock])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(sock: socket.socket | None) -> None:
    """End reading and writing, for whoever waits as well."""
    if sock is not None:
        with suppress(OSError):
            # The plain one: that of an encrypted socket forgets its key while another thread reads.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
