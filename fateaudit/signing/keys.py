"""Ed25519 keys: made, kept in a file, and named by a fingerprint.

A private key lies in its file encrypted with a passphrase. The one exception is a demonstration key, which signs
nothing that anybody may rely on. Whose key it is stands in the trust file, never here.
"""

import base64
import binascii
import hashlib
import os
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from fateaudit.errors import AuditFailedError, DamagedFileError, UsageError

MIN_PASSPHRASE = 12
"""Characters. The file's own key stretching is short, so a short passphrase could be found by trying."""

MAX_KEY_BYTES = 1 << 14
MAX_PASSPHRASE_BYTES = 1_023
"""The longest that OpenSSL takes."""

RAW_BYTES = 32
_ENCRYPTED = b"-----BEGIN ENCRYPTED PRIVATE KEY-----"


_P = 2**255 - 19
_OF_ORDER_8 = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
_SMALL_ORDER = frozenset(
    [number.to_bytes(32, "little") for number in (0, 1, _P - 1, _P, _P + 1)] + [bytes.fromhex(y) for y in _OF_ORDER_8]
)
"""The y coordinates of the points whose order divides 8, without the sign, in both forms where there are two: Bernstein
and others, High-speed high-security signatures (2012), on small-order keys."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key: its 32 bytes."""

    raw: bytes

    @classmethod
    def from_text(cls, text: str) -> "PublicKey":
        """Read the base64 text of a trust file. Raises ValueError unless it is exactly what `text` gives."""
        raw = decode(text)
        if len(raw) != RAW_BYTES:
            raise ValueError("not 32 bytes")
        return cls(raw)

    @property
    def text(self) -> str:
        """The key as it stands in a trust file: the base64 of its 32 bytes."""
        return base64.b64encode(self.raw).decode()

    @property
    def fingerprint(self) -> str:
        """`sha256:` and the digest of the key's DER form: `openssl pkey -pubin -outform DER | sha256sum`."""
        der = self._key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return f"sha256:{hashlib.sha256(der).hexdigest()}"

    @property
    def is_weak(self) -> bool:
        """Whether it is a point of small order, under which signatures can be made without a private key."""
        return self.raw[:-1] + bytes([self.raw[-1] & 0x7F]) in _SMALL_ORDER

    @property
    def pem(self) -> bytes:
        """The key as openssl reads it."""
        return self._key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether `signature` was made over `message` with the private half of this key."""
        try:
            self._key().verify(signature, message)
        except InvalidSignature:
            return False
        return True

    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.raw)


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key, and whether it is only for demonstrations."""

    secret: Ed25519PrivateKey = field(repr=False)
    demonstration: bool

    @property
    def public(self) -> PublicKey:
        """The half that others may have."""
        return PublicKey(self.secret.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the signature over `message`."""
        return self.secret.sign(message)


def generate_key(*, demonstration: bool = False) -> PrivateKey:
    """Return a new key."""
    return PrivateKey(Ed25519PrivateKey.generate(), demonstration)


def write_key(path: Path, key: PrivateKey, *, passphrase: str | None) -> None:
    """Write a private key to a new file that only its owner may read.

    Without a passphrase only a demonstration key is written. Raises UsageError for a file that exists, and for a
    passphrase that is missing or short.
    """
    content = key.secret.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, _encryption(key, passphrase)
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} exists already", hint="a key is never overwritten: choose another name") from None
    except OSError as error:
        raise AuditFailedError(f"{path} cannot be written: {error.strerror}", hint="choose another folder") from None
    with os.fdopen(handle, "wb") as file:
        os.fchmod(handle, 0o600)
        file.write(content)


def _encryption(key: PrivateKey, passphrase: str | None) -> serialization.KeySerializationEncryption:
    if key.demonstration and passphrase is None:
        return serialization.NoEncryption()
    if passphrase is None or len(passphrase) < MIN_PASSPHRASE:
        raise UsageError(
            f"a private key needs a passphrase of {MIN_PASSPHRASE} characters or more",
            hint="four words with spaces between them are easy to remember",
        )
    return serialization.BestAvailableEncryption(_passphrase_bytes(passphrase))


def _passphrase_bytes(passphrase: str) -> bytes:
    """Return the same bytes for the same text, whichever way a keyboard composes its accents."""
    content = unicodedata.normalize("NFC", passphrase).encode(errors="replace")
    if len(content) > MAX_PASSPHRASE_BYTES:
        raise UsageError("this passphrase is too long", hint=f"use {MIN_PASSPHRASE} to 200 characters")
    return content


def is_encrypted(path: Path) -> bool:
    """Whether the key in this file asks for a passphrase: to know whether to ask for one."""
    return _read(path).startswith(_ENCRYPTED)


def read_key(path: Path, *, passphrase: str | None) -> PrivateKey:
    """Read a private key; one that lies there unencrypted is a demonstration key.

    Raises UsageError for a file that does not exist and for a wrong passphrase, DamagedFileError for a file that holds
    no Ed25519 key.
    """
    content = _read(path)
    encrypted = content.startswith(_ENCRYPTED)
    if encrypted and not passphrase:
        raise UsageError(f"the key {path} is encrypted", hint="give its passphrase")
    secret = None
    try:
        given = _passphrase_bytes(passphrase) if encrypted and passphrase else None
        secret = serialization.load_pem_private_key(content, given)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if encrypted:
            raise UsageError(
                f"this passphrase does not open the key {path}",
                hint="type it again, or take a fresh copy of the file: it may be damaged",
            ) from None
    if not isinstance(secret, Ed25519PrivateKey):
        raise DamagedFileError(f"{path} does not hold an Ed25519 private key", hint="make one with `fateaudit keygen`")
    return PrivateKey(secret, demonstration=not encrypted)


def _read(path: Path) -> bytes:
    if path.exists() and not path.is_file():
        raise UsageError(f"{path} is a folder or a device, not a key file", hint="give the file that `keygen` wrote")
    try:
        with path.open("rb") as file:
            return file.read(MAX_KEY_BYTES)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError, ValueError):
        raise UsageError(f"there is no key file {path}", hint="make one with `fateaudit keygen`") from None
    except OSError as error:
        raise DamagedFileError(
            f"the key {path} cannot be read: {error.strerror}", hint="check who may read it"
        ) from None


def decode(text: object) -> bytes:
    """Read base64 that is written in the one way there is. Raises ValueError for spaces, odd padding or stray bits."""
    if not isinstance(text, str):
        raise ValueError("not text")  # noqa: TRY004 - the same to every caller as text that is no base64
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise ValueError("not base64") from None
    if base64.b64encode(content).decode() != text:
        raise ValueError("not the one base64 form of these bytes")
    return content
