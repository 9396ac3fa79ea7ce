"""Checking a signature without this tool: the three files that plain openssl needs, and what to type."""

import shlex
from pathlib import Path

from fateaudit.signing.envelopes import Envelope
from fateaudit.signing.keys import PublicKey


def write_openssl_check(envelope: Envelope, key: PublicKey, folder: Path, *, name: str) -> str:
    """Write the signed bytes, the signature and the public key to `folder`; return the command that checks them.

    The command ends with `Signature Verified Successfully` and 0, or with a failure and 1. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    signed, signature, public = (folder / f"{name}.{ending}" for ending in ("signed.bin", "sig", "pub"))
    signed.write_bytes(envelope.signed_bytes)
    signature.write_bytes(envelope.signature)
    public.write_bytes(key.pem)
    command = "openssl pkeyutl -verify -pubin -inkey {} -rawin -in {} -sigfile {}"
    return command.format(*(shlex.quote(str(path)) for path in (public, signed, signature)))
