"""Messages between an audit and its model's process: JSON over pipes, numbers through shared memory.

A message is four bytes of length and that much JSON. Rows go one way as an Arrow stream; numbers come back as float64
of a shape that the message states. Both lie in memory that the two processes share and that neither can shrink.
"""

from __future__ import annotations

import json
import os
import struct
from typing import Any

SHARED = 128 << 20
"""Bytes in each direction: a batch of rows, or their numbers. Pages that nobody touches take no memory."""

MAX_MESSAGE = 16 << 20
"""Bytes: a model of texts tells a name and a weight for each of its words (`opened.MOST_ENCODED`)."""

_LENGTH = struct.Struct(">I")


class ChannelError(Exception):
    """The other side is gone, or speaks another language."""


def write_message(to: int, message: dict[str, Any]) -> None:
    """Write one message. Raises ChannelError when nobody reads any more."""
    waiting = memoryview(frame(message))
    try:
        while waiting:
            waiting = waiting[os.write(to, waiting) :]
    except OSError:
        raise ChannelError from None


def frame(message: dict[str, Any]) -> bytes:
    """Return the bytes of one message."""
    content = json.dumps(message).encode()
    return _LENGTH.pack(len(content)) + content


def read_message(source: int) -> dict[str, Any]:
    """Return the next message; block until it is there. Raises ChannelError at the end."""
    return parse(read_exactly(source, length_of(read_exactly(source, _LENGTH.size))))


def read_exactly(source: int, size: int) -> bytes:
    """Return `size` bytes. Raises ChannelError when there are fewer."""
    content = bytearray()
    while len(content) < size:
        part = os.read(source, size - len(content))
        if not part:
            raise ChannelError
        content += part
    return bytes(content)


def length_of(head: bytes) -> int:
    """Return the length of the message that these bytes begin. Raises ChannelError beyond MAX_MESSAGE."""
    (length,) = _LENGTH.unpack(head)
    if length > MAX_MESSAGE:
        raise ChannelError
    return int(length)


def parse(content: bytes) -> dict[str, Any]:
    """Return the JSON object in `content`. Raises ChannelError for anything else."""
    try:
        message = json.loads(content)
    except (ValueError, RecursionError):
        raise ChannelError from None
    if not isinstance(message, dict):
        raise ChannelError
    return message
