"""Keys lie encrypted in private files, and have one name."""

import base64
import hashlib
import stat
import subprocess

import pytest

from fateaudit.errors import DamagedFileError, UsageError
from fateaudit.signing import PublicKey, generate_key, is_encrypted, read_key, write_key

PASSPHRASE = "four words with spaces"  # noqa: S105 - of a key that signs nothing


def test_a_key_comes_back_with_its_passphrase_and_signs_the_same(tmp_path) -> None:
    key = generate_key()
    write_key(tmp_path / "new" / "k.pem", key, passphrase=PASSPHRASE)
    back = read_key(tmp_path / "new" / "k.pem", passphrase=PASSPHRASE)

    assert back.public == key.public
    assert back.sign(b"x") == key.sign(b"x")
    assert not back.demonstration
    assert is_encrypted(tmp_path / "new" / "k.pem")


def test_only_its_owner_may_read_a_key_file_and_none_is_overwritten(tmp_path) -> None:
    path = tmp_path / "k.pem"
    write_key(path, generate_key(), passphrase=PASSPHRASE)
    content = path.read_bytes()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert content.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    with pytest.raises(UsageError, match="exists already"):
        write_key(path, generate_key(), passphrase=PASSPHRASE)
    assert path.read_bytes() == content


@pytest.mark.parametrize("passphrase", ["four words with space", "", None, "Four words with spaces"])
def test_a_wrong_passphrase_is_one_clear_error(tmp_path, passphrase) -> None:
    write_key(tmp_path / "k.pem", generate_key(), passphrase=PASSPHRASE)

    with pytest.raises(UsageError, match=r"does not open the key|is encrypted") as raised:
        read_key(tmp_path / "k.pem", passphrase=passphrase)
    assert raised.value.hint
    assert "ValueError" not in str(raised.value)


def test_accents_typed_in_two_ways_are_one_passphrase(tmp_path) -> None:
    composed, decomposed = "caf\u00e9 caf\u00e9 caf\u00e9", "cafe\u0301 cafe\u0301 cafe\u0301"
    write_key(tmp_path / "k.pem", generate_key(), passphrase=composed)

    assert read_key(tmp_path / "k.pem", passphrase=decomposed)


@pytest.mark.parametrize("passphrase", [None, "", "eleven char"])
def test_a_key_is_not_written_without_a_good_passphrase(tmp_path, passphrase) -> None:
    with pytest.raises(UsageError, match="12 characters"):
        write_key(tmp_path / "k.pem", generate_key(), passphrase=passphrase)
    assert not (tmp_path / "k.pem").exists()


def test_only_a_demonstration_key_lies_unencrypted_and_is_known_by_that(tmp_path) -> None:
    write_key(tmp_path / "k.pem", generate_key(demonstration=True), passphrase=None)

    assert not is_encrypted(tmp_path / "k.pem")
    assert read_key(tmp_path / "k.pem", passphrase=None).demonstration
    assert read_key(tmp_path / "k.pem", passphrase=PASSPHRASE).demonstration


@pytest.mark.parametrize("content", [b"", b"not a key", b"\xff" * 40_000, b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_file_that_holds_no_key_is_said_to_hold_none(tmp_path, content) -> None:
    (tmp_path / "k.pem").write_bytes(content)

    with pytest.raises(DamagedFileError, match="Ed25519"):
        read_key(tmp_path / "k.pem", passphrase=PASSPHRASE)


def test_a_key_of_another_kind_is_refused(tmp_path) -> None:
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", tmp_path / "k.pem"],
        check=True,
        capture_output=True,
    )
    with pytest.raises(DamagedFileError, match="Ed25519"):
        read_key(tmp_path / "k.pem", passphrase=None)


@pytest.mark.parametrize("name", ["nothing.pem", ".", "a/b/c.pem", "nul\0.pem"])
def test_a_path_that_is_no_key_file_is_wrong_usage(tmp_path, name) -> None:
    with pytest.raises(UsageError, match="key file"):
        read_key(tmp_path / name, passphrase=None)


def test_the_fingerprint_is_what_openssl_and_sha256sum_say(tmp_path) -> None:
    key = generate_key().public
    (tmp_path / "k.pub").write_bytes(key.pem)
    der = subprocess.run(
        ["openssl", "pkey", "-pubin", "-in", tmp_path / "k.pub", "-outform", "DER"], check=True, capture_output=True
    ).stdout

    assert key.fingerprint == f"sha256:{hashlib.sha256(der).hexdigest()}"


def test_a_public_key_is_written_in_one_way() -> None:
    key = generate_key().public
    assert PublicKey.from_text(key.text) == key
    stray = key.text[:-2] + chr(ord(key.text[-2]) + 1) + "="
    others = (key.text[:-1], key.text + "\n", f" {key.text}", stray, base64.b64encode(b"short").decode(), "", "é" * 44)
    for text in others:
        with pytest.raises(ValueError, match="not"):
            PublicKey.from_text(text)


def test_a_private_key_is_not_shown_by_printing_it() -> None:
    assert "secret" not in repr(generate_key())
