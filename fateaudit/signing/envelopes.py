"""One signature over one payload, as a DSSE envelope that can be written in exactly one way.

A reader that parses leniently accepts many files for one signature: other spacing, stray base64 bits, a second key of
the same name. Here a file is read, written again, and refused unless the bytes are equal. What is signed is the
payload together with its type (the pre-authentication encoding), so neither can be swapped.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from fateaudit.documents import read_json
from fateaudit.errors import DamagedFileError
from fateaudit.signing.keys import PrivateKey, PublicKey, decode

PAYLOAD_TYPE = "application/vnd.in-toto+json"

MAX_ENVELOPE_BYTES = 1 << 24
"""A list of a hundred thousand files has room."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An envelope that was read: well-formed, its signature not yet checked."""

    payload: bytes
    fingerprint: str
    """The key that it says it was signed with."""
    signature: bytes
    digest: str
    """The sha256 of the whole file: how later signatures refer to this one."""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return encode_for_signing(PAYLOAD_TYPE, self.payload)

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether `key` made this signature, and is the key that the envelope names."""
        return key.fingerprint == self.fingerprint and key.verifies(self.signature, self.signed_bytes)


def encode_for_signing(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding: `DSSEv1`, and each part with its length before it."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def canonical(data: Any) -> bytes:
    """Return JSON in the one form that is signed: sorted keys, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sign_payload(payload: bytes, key: PrivateKey) -> bytes:
    """Return the envelope's bytes."""
    signature = key.sign(encode_for_signing(PAYLOAD_TYPE, payload))
    return _write(payload, key.public.fingerprint, signature)


def open_envelope(content: bytes, name: str) -> Envelope:
    """Read an envelope. Raises DamagedFileError unless `content` is exactly what `sign_payload` writes."""
    try:
        payload, fingerprint, signature = _parts(read_json(content[: MAX_ENVELOPE_BYTES + 1], name))
        is_exact = _write(payload, fingerprint, signature) == content
    except (DamagedFileError, ValueError, TypeError, KeyError):
        is_exact = False
    if not is_exact:
        raise DamagedFileError(
            f"{name} is not a signature in the form in which fateaudit writes it: it was changed or cut off",
            hint="take a fresh copy from whoever signed",
        )
    return Envelope(payload, fingerprint, signature, hashlib.sha256(content).hexdigest())


def _parts(data: Any) -> tuple[bytes, str, bytes]:
    """Return payload, key id and signature; more keys, signatures or another type fail when written again."""
    (signature,) = data["signatures"]
    if not re.fullmatch("sha256:[0-9a-f]{64}", signature["keyid"]):
        raise ValueError("keyid")
    return decode(data["payload"]), signature["keyid"], decode(signature["sig"])


def _write(payload: bytes, fingerprint: str, signature: bytes) -> bytes:
    return canonical(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": fingerprint, "sig": base64.b64encode(signature).decode()}],
        }
    )
