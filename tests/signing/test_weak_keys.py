"""Keys that sign without a private half, and names that are one name: neither gets into a trust file.

The points of small order are computed here from the curve's equation, not copied from the code under test.
"""

import base64
import hashlib
import json

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from signing.people import KEYS, OWNER, REVIEWER, a_trust, a_trust_text, an_entry

from fateaudit.errors import PolicyError
from fateaudit.signing import read_trust
from fateaudit.signing.keys import PublicKey

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SPKI = bytes.fromhex("302a300506032b6570032100")
"""What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410)."""


def add(one, other):
    (x1, y1), (x2, y2) = one, other
    crossed = D * x1 * x2 * y1 * y2
    x = (x1 * y2 + x2 * y1) * pow(1 + crossed, -1, P) % P
    y = (y1 * y2 + x1 * x2) * pow(1 - crossed, -1, P) % P
    return x, y


def times(number, point):
    result = (0, 1)
    while number:
        if number & 1:
            result = add(result, point)
        point, number = add(point, point), number >> 1
    return result


def point_at(y):
    """A point with this y, or None: x² = (y² - 1) / (d y² + 1)."""
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return None if (x * x - square) % P else (x, y)


def small_order_points():
    """All eight: any point times the order of the large subgroup is one, and one of order 8 makes the others."""
    for y in range(2, 100):
        found = point_at(y)
        start = times(L, found) if found else (0, 1)
        if times(4, start) != (0, 1):
            return [times(number, start) for number in range(8)]
    raise AssertionError


POINTS = small_order_points()


def encodings():
    """Every way to write them: y and, where it fits in 255 bits, y + p; with and without the bit of the sign."""
    ys = {y for _, y in POINTS}
    ys |= {y + P for y in ys if y + P < 2**255}
    return sorted((y | sign << 255).to_bytes(32, "little") for y in ys for sign in (0, 1))


ENCODED = encodings()


def accepts(raw, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def test_there_are_eight_points_of_small_order_written_in_fourteen_ways() -> None:
    assert len(set(POINTS)) == 8
    assert all(times(8, point) == (0, 1) for point in POINTS)
    assert len(ENCODED) == 14


@pytest.mark.parametrize("raw", ENCODED, ids=bytes.hex)
def test_a_key_of_small_order_verifies_a_signature_that_nobody_made(raw) -> None:
    """No private key is used: R is one of eight points and S is 0. One message in eight or fewer fits."""
    forged = [(y | (x & 1) << 255).to_bytes(32, "little") + bytes(32) for x, y in POINTS]
    messages = [f"I accept, {number} times.".encode() for number in range(64)]

    assert any(accepts(raw, signature, message) for message in messages for signature in forged)


def test_no_signature_is_made_so_easily_for_an_ordinary_key() -> None:
    forged = [(y | (x & 1) << 255).to_bytes(32, "little") + bytes(32) for x, y in POINTS]

    assert not any(accepts(KEYS[OWNER].public.raw, one, b"I accept.") for one in forged)
    assert not any(key.public.is_weak for key in KEYS.values())


@pytest.mark.parametrize("raw", ENCODED, ids=bytes.hex)
def test_no_key_of_small_order_is_anybodys(raw) -> None:
    entry = {
        "public": base64.b64encode(raw).decode(),
        "fingerprint": f"sha256:{hashlib.sha256(SPKI + raw).hexdigest()}",
    }

    assert PublicKey(raw).is_weak
    with pytest.raises(PolicyError, match="anybody could sign with this public key") as raised:
        a_trust({REVIEWER: entry})
    assert raised.value.where[0].startswith("trust.yaml:")


# Names


def named(owner, reviewer):
    data = json.loads(a_trust_text())
    data["people"][0]["name"], data["people"][1]["name"] = owner, reviewer
    return json.dumps(data, indent=1).encode()


@pytest.mark.parametrize(
    ("owner", "reviewer"),
    [
        ("Alex Smith", "Alex Smith"),
        ("Alex Smith", "ALEX smith"),
        ("Alex Smith", "Alex Smith."),
        ("Alex Smith", "A.l.e.x Smith"),
        ("Alex Smith", " Alex   Smith "),
        ("Alex Smith", "Alex-Smith"),
        ("Zo\u00eb Smith", "Zoe\u0308 Smith"),
        ("Alex Smith", "\uff21lex Smith"),
    ],
)
def test_one_person_is_not_two_in_a_trust_file(owner, reviewer) -> None:
    with pytest.raises(PolicyError, match="the name of this person stands here twice") as raised:
        read_trust(named(owner, reviewer), "trust.yaml")
    assert len(raised.value.where) == 2


@pytest.mark.parametrize("hidden", ["\u200b", "\u200d", "\u202e", "\u2060", "\ufeff", "\u00ad"])
def test_no_name_in_a_trust_file_holds_what_nobody_sees(hidden) -> None:
    with pytest.raises(PolicyError):
        read_trust(named("Alex Smith", f"Alex{hidden} Smith"), "trust.yaml")


def test_two_people_of_different_names_stand_in_a_trust_file() -> None:
    first, second = (person.name for person in read_trust(named("Zo\u00eb Smith", "Zo\u00e9 Smith"), "t").people[:2])

    assert (first, second) == ("Zo\u00eb Smith", "Zo\u00e9 Smith")


def test_one_key_is_not_two_peoples_keys_by_its_fingerprint_in_capitals() -> None:
    again = an_entry(KEYS[OWNER], fingerprint=KEYS[OWNER].public.fingerprint.upper())

    with pytest.raises(PolicyError):
        a_trust({REVIEWER: again})
