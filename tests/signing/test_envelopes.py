"""One signature, one file, one way to write it."""

import base64
import json
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fateaudit.errors import DamagedFileError
from fateaudit.signing import (
    PAYLOAD_TYPE,
    encode_for_signing,
    generate_key,
    open_envelope,
    sign_payload,
    write_openssl_check,
)

KEY = generate_key()
PAYLOAD = '{"a":"é","b":[1,2]}'.encode()
CONTENT = sign_payload(PAYLOAD, KEY)


def holds(content):
    """Whether `content` opens and was signed by the key."""
    try:
        return open_envelope(content, "e").is_signed_by(KEY.public)
    except DamagedFileError:
        return False


def rewritten(**changes):
    return json.dumps(json.loads(CONTENT) | changes, sort_keys=True, separators=(",", ":")).encode()


def test_an_envelope_opens_to_what_was_signed() -> None:
    envelope = open_envelope(CONTENT, "e")

    assert envelope.payload == PAYLOAD
    assert envelope.fingerprint == KEY.public.fingerprint
    assert holds(CONTENT)
    assert rewritten() == CONTENT


def test_another_key_did_not_sign_it() -> None:
    assert not open_envelope(CONTENT, "e").is_signed_by(generate_key().public)


def test_the_encoding_is_the_one_of_the_dsse_protocol() -> None:
    # The worked example of the DSSE specification.
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"

    assert encode_for_signing("http://example.com/HelloWorld", b"hello world") == expected


def test_every_single_bit_change_is_refused() -> None:
    accepted = []
    for place in range(len(CONTENT)):
        for bit in range(8):
            changed = bytearray(CONTENT)
            changed[place] ^= 1 << bit
            if holds(bytes(changed)):
                accepted.append((place, bit))

    assert accepted == []


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_byte_added_or_taken_away_is_refused(data) -> None:
    place = data.draw(st.integers(0, len(CONTENT) - 1))
    added = data.draw(st.binary(min_size=1, max_size=2))

    assert not holds(CONTENT[:place] + added + CONTENT[place:])
    assert not holds(CONTENT[:place] + CONTENT[place + 1 :])


ENVELOPE = json.loads(CONTENT)
SIGNATURE = ENVELOPE["signatures"][0]
LAST = SIGNATURE["sig"]


@pytest.mark.parametrize(
    "content",
    [
        CONTENT + b"\n",
        b" " + CONTENT,
        b"\xef\xbb\xbf" + CONTENT,
        json.dumps(ENVELOPE).encode(),
        CONTENT.replace(b"vnd.in-toto", b"vnd.in\\u002dtoto"),
        CONTENT.replace(b'{"payload":', b'{"payload":"","payload":'),
        rewritten(extra=1),
        rewritten(signatures=[]),
        rewritten(signatures=[SIGNATURE, SIGNATURE]),
        rewritten(signatures=[SIGNATURE | {"cert": ""}]),
        rewritten(signatures=[SIGNATURE | {"keyid": ""}]),
        rewritten(signatures=[SIGNATURE | {"keyid": None}]),
        rewritten(signatures=[SIGNATURE | {"keyid": generate_key().public.fingerprint}]),
        rewritten(signatures=[SIGNATURE | {"keyid": KEY.public.fingerprint.upper()}]),
        rewritten(signatures=[SIGNATURE | {"sig": LAST.rstrip("=")}]),
        rewritten(signatures=[SIGNATURE | {"sig": f"{LAST}="}]),
        rewritten(signatures=[SIGNATURE | {"sig": f"{LAST[:8]}\n{LAST[8:]}"}]),
        rewritten(
            signatures=[SIGNATURE | {"sig": base64.urlsafe_b64encode(base64.b64decode(LAST) + b"\xff").decode()}]
        ),
        rewritten(signatures=[SIGNATURE | {"sig": ""}]),
        rewritten(signatures=[SIGNATURE | {"sig": 5}]),
        rewritten(signatures={"sig": LAST}),
        rewritten(payloadType="application/vnd.in-toto+JSON"),
        rewritten(payload=base64.b64encode(PAYLOAD + b" ").decode()),
        rewritten(payload=None),
        b"",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        CONTENT[:-1],
    ],
)
def test_no_other_way_to_write_it_is_accepted(content) -> None:
    assert not holds(content)


def test_the_payload_type_is_part_of_what_is_signed() -> None:
    signature = KEY.sign(encode_for_signing("text/plain", PAYLOAD))
    other = [SIGNATURE | {"sig": base64.b64encode(signature).decode()}]

    assert encode_for_signing(PAYLOAD_TYPE, PAYLOAD) != encode_for_signing("text/plain", PAYLOAD)
    assert not holds(rewritten(signatures=other))
    assert not holds(rewritten(signatures=other, payloadType="text/plain"))


def openssl(command):
    return subprocess.run(command, shell=True, capture_output=True, text=True, check=False)  # noqa: S602 - as printed


def test_plain_openssl_agrees_and_disagrees_after_a_flip(tmp_path) -> None:
    folder = tmp_path / "with a space"
    command = write_openssl_check(open_envelope(CONTENT, "e"), KEY.public, folder, name="owner")
    answer = openssl(command)

    assert command.startswith("openssl pkeyutl -verify -pubin -inkey ")
    assert answer.returncode == 0, answer.stderr
    assert "Signature Verified Successfully" in answer.stdout

    for file in ("owner.signed.bin", "owner.sig"):
        content = (folder / file).read_bytes()
        (folder / file).write_bytes(bytes([content[0] ^ 1]) + content[1:])
        assert openssl(command).returncode != 0
        (folder / file).write_bytes(content)
    (folder / "owner.pub").write_bytes(generate_key().public.pem)
    assert openssl(command).returncode != 0
