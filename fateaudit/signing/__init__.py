"""Keys, envelopes and digests: who signed which bytes. What an audit is, is not known here.

One envelope holds one signature by one person in one role, and each lists the envelopes that came before it, so that
none can be taken away unnoticed. Whether the signatures together are worth anything is `standing`'s question.
"""

from fateaudit.signing.acts import sign_in_role, sign_list
from fateaudit.signing.attachments import read_attachments
from fateaudit.signing.envelopes import PAYLOAD_TYPE, Envelope, encode_for_signing, open_envelope, sign_payload
from fateaudit.signing.folder import (
    ENDING,
    MANIFEST,
    SIGNATURES,
    digest_of,
    envelope_name,
    list_files,
    read_envelopes,
    read_manifest,
)
from fateaudit.signing.keys import (
    MIN_PASSPHRASE,
    PrivateKey,
    PublicKey,
    generate_key,
    is_encrypted,
    read_key,
    write_key,
)
from fateaudit.signing.opening import Signed, SignedManifest, digests_of, open_manifest, open_signatures
from fateaudit.signing.openssl import write_openssl_check
from fateaudit.signing.signer import Wish, find_signer, last_day, sign_files, sign_manifest
from fateaudit.signing.statements import MEANINGS, Decision, Manifest, Role, Signature, Statement, Subject, moment
from fateaudit.signing.trust import Person, Trust, TrustedKey, read_trust

__all__ = [
    "ENDING",
    "MANIFEST",
    "MEANINGS",
    "MIN_PASSPHRASE",
    "PAYLOAD_TYPE",
    "SIGNATURES",
    "Decision",
    "Envelope",
    "Manifest",
    "Person",
    "PrivateKey",
    "PublicKey",
    "Role",
    "Signature",
    "Signed",
    "SignedManifest",
    "Statement",
    "Subject",
    "Trust",
    "TrustedKey",
    "Wish",
    "digest_of",
    "digests_of",
    "encode_for_signing",
    "envelope_name",
    "find_signer",
    "generate_key",
    "is_encrypted",
    "last_day",
    "list_files",
    "moment",
    "open_envelope",
    "open_manifest",
    "open_signatures",
    "read_attachments",
    "read_envelopes",
    "read_key",
    "read_manifest",
    "read_trust",
    "sign_files",
    "sign_in_role",
    "sign_list",
    "sign_manifest",
    "sign_payload",
    "write_key",
    "write_openssl_check",
]
