"""A trust file says whose key is whose, once each."""

import hashlib
import json

import pytest
from signing.people import KEYS, OFFICER, OWNER, a_trust, a_trust_text, an_entry

from fateaudit.errors import DamagedFileError, PolicyError
from fateaudit.signing import generate_key, read_trust


def edited(edit):
    data = json.loads(a_trust_text())
    edit(data["people"])
    return json.dumps(data, indent=1).encode()


def test_a_key_leads_to_its_person_and_an_unknown_key_to_nobody() -> None:
    person, key = a_trust().holder(KEYS[OFFICER].public.fingerprint)

    assert (person.name, person.roles) == ("Otto Officer", (OFFICER,))
    assert key.key == KEYS[OFFICER].public
    assert a_trust().holder(generate_key().public.fingerprint) is None


def test_plain_yaml_with_dates_is_read() -> None:
    entry = an_entry(KEYS[OWNER])
    text = f"""schema: fateaudit/trust/1
people:
  - id: olive
    name: Olive Owner
    roles: [model_owner]
    keys:
      - fingerprint: {entry["fingerprint"]}
        public: {entry["public"]}
        valid_from: 2026-01-01
        valid_to: 2026-12-31
        revoked: 2026-06-01
"""
    (person,) = read_trust(text.encode(), "trust.yaml").people

    assert person.keys[0].revoked == "2026-06-01"


def test_another_file_than_the_pinned_one_is_refused_before_it_is_read() -> None:
    content = a_trust_text()
    assert read_trust(content, "trust.yaml", pin=hashlib.sha256(content).hexdigest())
    with pytest.raises(DamagedFileError, match="not the file that is pinned"):
        read_trust(b"%not yaml", "trust.yaml", pin=hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda people: people[0]["keys"].append(an_entry(KEYS[OFFICER])), "the key of this person stands here twice"),
        (lambda people: people[0].update(id="otto"), "the id of this person stands here twice"),
        (lambda people: people[0].update(name="otto  OFFICER"), "the name of this person stands here twice"),
        (lambda people: people[0]["keys"][0].update(public=KEYS[OFFICER].public.text), "not that of the public key"),
        (lambda people: people[0]["keys"][0].update(public="AAAA"), "base64 of 32 bytes"),
        (lambda people: people[0]["keys"][0].update(valid_to="2025-01-01"), "ends before it begins"),
        (lambda people: people[0]["keys"][0].update(valid_to="2026-02-30"), "valid_to"),
        (lambda people: people[0].update(roles=["emperor"]), "roles"),
        (lambda people: people[0].update(roles=[]), "roles"),
        (lambda people: people[0].update(id="Olive Owner"), "id"),
        (lambda people: people[0].update(email="x"), "email"),
        (lambda people: people.clear(), "people"),
    ],
)
def test_what_cannot_be_relied_on_is_refused_with_its_line(edit, said) -> None:
    with pytest.raises(PolicyError, match=said) as raised:
        read_trust(edited(edit), "trust.yaml")
    assert raised.value.where[0].startswith("trust.yaml:")
    assert raised.value.hint
