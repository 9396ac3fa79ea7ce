"""Four people with a key each, a trust file that names them, and a small audit that all of them signed."""

import io
import json

import pikepdf
from conftest import NOON, rows_of, write_audit

from fateaudit.accountability import inputs_of
from fateaudit.artifacts import describe, sha256
from fateaudit.auditing import audit
from fateaudit.signing import Decision, Role, Wish, generate_key, read_trust, sign_in_role, sign_list

OWNER, REVIEWER, ASSESSOR, OFFICER = Role
MORNING, LATER, NOW = "2026-11-21T09:00:00Z", "2026-11-21T15:00:00Z", "2026-11-22T08:00:00Z"
PEOPLE = {OWNER: "Olive Owner", REVIEWER: "Rafael Reviewer", ASSESSOR: "Asta Assessor", OFFICER: "Otto Officer"}
KEYS = {role: generate_key() for role in Role}


def an_entry(key, **changes):
    """The entry of a key in a trust file, valid in 2026 and 2027."""
    entry = {
        "fingerprint": key.public.fingerprint,
        "public": key.public.text,
        "valid_from": "2026-01-01",
        "valid_to": "2027-12-31",
    }
    return entry | changes


def a_trust_text(changes=None, keys=KEYS, roles=None):
    """A trust file, as bytes; `changes` by role go into the entries of keys. JSON is YAML too."""
    people = [
        {
            "id": PEOPLE[role].split()[0].lower(),
            "name": PEOPLE[role],
            "roles": (roles or {}).get(role, [role.value]),
            "keys": [an_entry(keys[role], **(changes or {}).get(role, {}))],
        }
        for role in Role
    ]
    return json.dumps({"schema": "fateaudit/trust/1", "people": people}, indent=1).encode()


def a_trust(changes=None, **others):
    return read_trust(a_trust_text(changes, **others), "trust.yaml")


def a_wish(role, **changes):
    """What each role usually signs: the answers in the morning, the record in the afternoon."""
    usual = {"role": role, "time": MORNING if role.signs_answers else LATER}
    if role is OFFICER:
        usual["valid_to"] = "2027-11-21"
    return Wish(**usual | changes)


A_REFUSAL = a_wish(OFFICER, decision=Decision.REFUSE, statement="Too many are held.", valid_to=None)


def write_record(folder, *, demonstration=False, **changes):
    """Write a policy, rows, answers, evidence, the trust file and the record of an audit of them; return the record."""
    policy = write_audit(folder, rows_of(a=(80, 100), b=(70, 100)), demonstration=demonstration, **changes)
    (folder / "trust.yaml").write_bytes(a_trust_text())
    (folder / "answers.yaml").write_text("answers: {}\n", encoding="utf-8")
    (folder / "evidence").mkdir()
    (folder / "evidence" / "minutes.txt").write_text("Agreed.\n", encoding="utf-8")
    record = audit(policy, clock=NOON)
    more = [
        describe((folder / name).read_bytes(), role=role, name=name, media_type="text/plain")
        for role, name in (("answers", "answers.yaml"), ("evidence", "evidence/minutes.txt"))
    ]
    record = record.model_copy(update={"artifacts": (*record.artifacts, *more)})
    (folder / "audit.json").write_bytes(record.to_bytes())
    return record


def files_of(record, role):
    """What a role signs."""
    return inputs_of(record.artifacts) if role.signs_answers else {"audit.json": sha256(record.to_bytes())}


def sign_all(folder, record, *, wishes=None, until=OFFICER):
    """Sign in every role in turn, as far as `until`."""
    for role in list(Role)[: list(Role).index(until) + 1]:
        wish = (wishes or {}).get(role) or a_wish(role, demonstration=record.demonstration)
        put(folder, sign_in_role(folder, wish, KEYS[role], files=files_of(record, role), trust=a_trust()))


def put(folder, named):
    name, content = named
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder / name


def seal(folder, record):
    """Sign the list of files."""
    time, trust = "2026-11-21T16:00:00Z", a_trust()
    put(folder, sign_list(folder, KEYS[ASSESSOR], trust=trust, time=time, demonstration=record.demonstration))


def a_pdf(**attachments):
    """One empty page that carries files."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    for name, content in attachments.items():
        pdf.attachments[name.replace("_", ".")] = pikepdf.AttachedFileSpec(pdf, content, filename=name)
    written = io.BytesIO()
    pdf.save(written, deterministic_id=True)
    return written.getvalue()
