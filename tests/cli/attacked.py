"""An audit with answers made in this process, and what people who lie together can make of it with tools of their own.

Nothing here asks the tool whether it may be done: keys lie in memory, and whatever is signed is signed.
"""

from cli.signed_audit import A_01, write_answers
from conftest import NOON, a_check, rows_of, write_audit
from signing.people import (
    KEYS,
    LATER,
    MORNING,
    OFFICER,
    OWNER,
    REVIEWER,
    a_pdf,
    a_trust,
    a_trust_text,
    put,
    seal,
)

from fateaudit.accountability import artifacts_of, inputs_of, read_policy_answers
from fateaudit.artifacts import sha256
from fateaudit.auditing import audit
from fateaudit.cli.folder import write_record
from fateaudit.cli.targets import describe_inputs
from fateaudit.policy import read_policy
from fateaudit.record import AuditRecord, conclude_again
from fateaudit.signing import Role, Wish, envelope_name, sign_files, sign_in_role

CREATED = NOON.now
ROWS = rows_of(a=(80, 100), b=(70, 100))


def write_home(home, *, limit=0.10, severity="blocker", edit=None, **changes):
    """A policy, rows, a trust file, one paper and an answer to every question; `edit` changes the answers' text."""
    home.mkdir(parents=True, exist_ok=True)
    write_answers(home)
    if edit is not None:
        rewrite(home / "answers.yaml", edit)
    (home / "trust.yaml").write_bytes(a_trust_text())
    return write_limits(home, limit=limit, severity=severity, **changes)


def write_limits(home, *, limit=0.10, severity="blocker", **changes):
    usual = {
        "trust": {"path": "trust.yaml", "sha256": sha256(a_trust_text())},
        "gate": {"require": "issued", "cannot_tell": "pass"},
        "dataset": {"role": "holdout"},
    }
    return write_audit(home, ROWS, a_check(limit={"min": limit}), A_01 | {"severity": severity}, **usual | changes)


def rewrite(path, edit):
    text = path.read_text(encoding="utf-8")
    changed = edit(text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def replacing(old, new, count=1):
    """An edit of a text that does hold what it replaces."""
    return lambda text: text.replace(old, new, count)


def sign_answers(policy, *, time=MORNING, roles=(OWNER, REVIEWER)):
    """Sign the answers and all inputs beside the policy, as `fateaudit sign` does."""
    source = read_policy(policy)
    answers = read_policy_answers(source, source.policy.checklist_check)
    files = inputs_of([*describe_inputs(source), *artifacts_of(answers)])
    for role in roles:
        wish = Wish(role=role, time=time, demonstration=source.policy.demonstration)
        put(policy.parent, sign_in_role(policy.parent, wish, KEYS[role], files=files, trust=a_trust()))


def run(policy, folder):
    """What `fateaudit run` writes, but the report; return the record."""
    record = audit(policy, clock=NOON)
    write_record(record, policy, folder)
    return record


def audited(home, **changes):
    """An audit after its run, signed by owner and reviewer; return its folder and the record."""
    policy = write_home(home, **changes)
    sign_answers(policy)
    return home / "audit", run(policy, home / "audit")


def concluded(record, **changes):
    """The record with other evidence, and with the findings that follow from it."""
    changed = record.model_copy(update=changes)
    findings, opinion = conclude_again(changed)
    return changed.model_copy(update={"findings": findings, "opinion": opinion})


def with_sheet(record, **changes):
    """The record with other words on the list of questions as a whole."""
    sheet = record.questionnaire
    changed = sheet.model_copy(update=changes)
    assert changed != sheet
    return concluded(record, evidence=tuple(changed if item == sheet else item for item in record.evidence))


def issue(folder, record, *, officer=None):
    """Have the record in a folder signed by assessor and officer, reported and listed, without asking the tool."""
    content = record.to_bytes()
    (folder / "audit.json").write_bytes(content)
    AuditRecord.from_bytes(content)
    previous = [sha256((folder / envelope_name(role)).read_bytes()) for role in (OWNER, REVIEWER)]
    for role in list(Role)[2:]:
        last = "2027-11-21" if role is OFFICER else None
        wish = officer if officer and role is OFFICER else Wish(role=role, time=LATER, valid_to=last)
        person = a_trust().holder(KEYS[role].public.fingerprint)[0]
        files = {"audit.json": sha256(content)}
        signed = sign_files(wish, KEYS[role], person=person, files=files, previous=previous)
        previous.append(sha256(put(folder, (envelope_name(role), signed)).read_bytes()))
    draw(folder)
    seal(folder, record)


def draw(folder):
    """A report that carries what is in the folder; what its page says is nobody's concern here."""
    content = (folder / "audit.json").read_bytes()
    (folder / "report.pdf").write_bytes(a_pdf(audit_json=content, trust_yaml=a_trust_text()))
