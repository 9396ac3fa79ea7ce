"""Builders for reports: records of small tables, and what a reader finds on the pages."""

import io
import re
import shutil
from html.parser import HTMLParser

import pikepdf
from conftest import NOON, SAMPLE, a_check, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.evidence import Answered, Attestation, Drawn, Given, Questionnaire, Respondent, Step, Trace
from fateaudit.policy import ChecklistCheck, Principle, Severity, conclude, read_profile
from fateaudit.report import render
from fateaudit.report.followed import TITLES
from fateaudit.report.found import Room
from fateaudit.report.html import to_html
from fateaudit.report.reported import Reported, Signatures, unsigned
from fateaudit.signing import Decision, Role, Signature
from fateaudit.signing.statements import MEANINGS
from fateaudit.standing import QUORUM, Cause, Judgement, Lack, Signer, Standing

EVERYTHING = Room(picture=False, full=3, lines=99)


class _Text(HTMLParser):
    """The words of a page, a line for each block; tables with bars between cells."""

    BLOCKS = frozenset({"h1", "h2", "h3", "p", "li", "tr", "section", "table", "figure", "div", "br"})
    CELLS = frozenset({"td", "th"})
    SILENT = frozenset({"title", "style"})

    def __init__(self):
        super().__init__()
        self.parts = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):  # noqa: ARG002 - the parser passes both
        self.silent += tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT
        if tag in self.BLOCKS:
            self.parts.append("\n")
        elif tag in self.CELLS:
            self.parts.append(" | ")

    def handle_data(self, data):
        if not self.silent:
            self.parts.append(data)


def text_of(html):
    """The words that a page shows, without its markup."""
    reader = _Text()
    reader.feed(html)
    lines = (" ".join(line.split()).removesuffix(" |") for line in "".join(reader.parts).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def html_of(record, room=EVERYTHING, *, judgement=None, is_whole=True):
    """The report's markup, for a record that nobody has signed unless a judgement says otherwise."""
    return to_html(Reported(record, b"", Signatures(judgement or unsigned(record))), room, is_whole=is_whole)


def page_1(record, room=EVERYTHING, **changes):
    """The words of page 1, with room for everything."""
    return text_of(html_of(record, room, is_whole=False, **changes))


def pdf_of(record, judgement=None):
    """The PDF, opened."""
    signatures = Signatures(judgement) if judgement else None
    return pikepdf.open(io.BytesIO(render(record, record.to_bytes(), signatures=signatures)))


def audited(folder, *checks, rows=None, demonstration=False, groups=None, **changes):
    """The record of an audit of `group=(selected, all)`, or of `rows`, against some checks."""
    changes = {"demonstration": demonstration, "dataset": {"role": "synthetic"}, **changes}
    path = write_audit(folder, rows or rows_of(**groups), *(checks or [a_check()]), **changes)
    return audit(path, clock=NOON)


LOOSER = {
    "label_kind: past_decision": "label_kind: outcome",
    'at: ">=" }': 'at: ">=", costs: { wrong_adverse: 1, wrong_favourable: 4 } }',
    "limit: { min: 0.80 }": "limit: { min: 0.10 }",
    "limit: { max: 1.25 }": "limit: { max: 10 }",
    "limit: { max: 0.05 }": "limit: { max: 0.90 }",
    "limit: { max: 0.15 }": "limit: { max: 0.90 }",
    "limit: { min: 0.90 }": "limit: { min: 0.50 }",
}


def loosened(folder):
    """The record of the sample under limits that nothing could break, with nothing else to be said against it."""
    path = shutil.copytree(SAMPLE, folder / "audit") / "fateaudit.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in LOOSER.items():
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    record = audit(path, clock=NOON, ledger=folder / "audits.log")
    return record.model_copy(update={"demonstration": False})


def page_where(pdf, heading):
    """The number of the page on which the bookmark of a heading points."""
    with pdf.open_outline() as outline:
        item = next(item for item in outline.root if item.title == heading)
        target = item.destination[0]
    return next(number for number, page in enumerate(pdf.pages, 1) if page.obj.objgen == target.objgen)


_NOT_PROSE = re.compile(r"^(\d+\. |Not met: |Could not be judged: |Met: )")
_END_OF_SENTENCE = re.compile(r"(?<=[.!?…])[”\"]?\s+(?=[\"“A-Z0-9–])")


def mean_sentence_length(text):
    """Words per sentence in the prose of a page. Table rows, headings and labels are not sentences."""
    prose = [line for line in text.splitlines() if " | " not in line and not _NOT_PROSE.match(line)]
    ended = [line for line in prose if line.rstrip('”"').endswith((".", "!", "?", "…"))]
    sentences = [sentence for line in ended for sentence in _END_OF_SENTENCE.split(line)]
    return sum(len(sentence.split()) for sentence in sentences) / len(sentences)


SOMEBODY = Respondent(id="owner", name="Olive Owner", role="model owner")


def an_answer(item="FA-PUR-03", given=Given.YES, *, confirmed=True, **changes):
    """The answer to one question: a confirmed yes to a blocker of accountability."""
    usual = {
        "id": f"A-01/{item}",
        "check": "A-01",
        "item": item,
        "section": "Purpose",
        "principle": "accountability",
        "severity": "blocker",
        "stop": False,
        "question": f"Is {item} settled in writing?",
        "given": given,
        "confirmed": confirmed,
        "opened": False,
        "statement": "A statement.",
        "evidence": (),
        "answered_by": SOMEBODY,
        "answered_at": "2026-11-21",
        "reviewed_by": None,
        "condition": "",
        "detail": f"{given}, says Olive Owner (model owner).",
    }
    return Answered(**usual | changes)


def an_attestation(role, decision=Decision.ACCEPT, **changes):
    """A signature on the answers, as it was found at the run."""
    usual = {
        "person": "someone",
        "name": "Rafael Reviewer",
        "fingerprint": "f" * 16,
        "conditions": (),
        "statement": "No.",
    }
    usual["time"] = "2026-11-21T09:00:00Z"
    return Attestation(role=role, decision=decision, holds=True, **usual | changes)


def with_answers(record, *answers, signed=None, lacking=(), flags=None, **system):
    """The record with a checklist that was answered so, and everything that follows from that."""
    both = (Role.MODEL_OWNER, Role.INDEPENDENT_REVIEWER)
    check = ChecklistCheck(
        id="A-01",
        principle=Principle.ACCOUNTABILITY,
        checklist="a-list",
        answers="a.yaml",
        severity=Severity.BLOCKER,
        why="t",
    )
    sheet = Questionnaire(
        id="A-01",
        check="A-01",
        checklist="a-list",
        version="1",
        sha256="0" * 64,
        title="A list",
        flags=flags or {},
        asked=tuple(one.item for one in answers),
        not_asked=(),
        signals=(),
        drawn=Drawn(items=(), opened=0, confirmed=0),
        required=both,
        signed=tuple(an_attestation(role) for role in both) if signed is None else signed,
        lacking=lacking,
    )
    measured = tuple(item for item in record.evidence if item.check != "A-01")
    checks = (*record.policy.metric_checks(), check)
    policy = record.policy.model_copy(
        update={"checks": checks, "system": record.policy.system.model_copy(update=system)}
    )
    evidence = (*measured, sheet, *answers)
    findings, opinion = conclude(policy, evidence, record.circumstances, profile=read_profile())
    parts = {"policy": policy, "system": policy.system, "evidence": evidence, "findings": findings, "opinion": opinion}
    return record.model_copy(update=parts)


NAMES = dict(zip(QUORUM, ("Olive Owner", "Rafael Reviewer", "Asta Assessor", "Otto Officer"), strict=True))


def a_signer(role, decision=Decision.ACCEPT, *, statement="", conditions=(), valid_to="2027-11-21"):
    """One signature as a judgement has it."""
    is_acceptance = role is Role.ACCOUNTABLE_OFFICER and decision is not Decision.REFUSE
    signature = Signature(
        role=role,
        person=NAMES[role].split()[0].lower(),
        meaning=MEANINGS[role, decision],
        decision=decision,
        conditions=conditions,
        statement=statement,
        time="2026-11-21T15:00:00Z",
        previous=(),
        valid_to=valid_to if is_acceptance else None,
        demonstration=False,
    )
    return Signer(f"signatures/{role}.dsse.json", signature, "f" * 16, NAMES[role], holds=True)


def a_judgement(standing, *, officer=None, causes=(), until=Role.ACCOUNTABLE_OFFICER, valid_to=None):
    """A standing with signatures in every role as far as `until`."""
    roles = QUORUM[: QUORUM.index(until) + 1] if until else ()
    signers = tuple(officer if officer and role is officer.signature.role else a_signer(role) for role in roles)
    return Judgement(standing, standing, (), tuple(causes), signers, valid_to)


REFUSED = a_judgement(
    Standing.ISSUED_USE_REFUSED,
    officer=a_signer(Role.ACCOUNTABLE_OFFICER, Decision.REFUSE, statement="Too many are held."),
)
ISSUED = a_judgement(Standing.ISSUED, valid_to="2027-11-21")
NOT_VALID = a_judgement(
    Standing.NOT_VALID, causes=[Cause(Lack.BROKEN, "audit.json is not the file that was signed: it was changed")]
)
UNFINISHED = a_judgement(
    Standing.DRAFT,
    until=Role.INDEPENDENT_REVIEWER,
    causes=[Cause(Lack.MISSING, f"the {role.words} has not signed audit.json") for role in QUORUM[2:]],
)


def a_trace(*more, recomputed=True, score="0.731059", stages=frozenset(TITLES)):
    """A way of one case through these stages, of a model that weighs."""
    steps = (
        ("input", "checks", "1"),
        ("input", "sex", "Male"),
        ("encoded", "checks_scaled", "-2"),
        ("weighed", "checks_scaled", "0.6"),
        ("weighed", "intercept", "0.4"),
        ("weighed", "sum", "1"),
        ("score", "score", score),
        ("threshold", ">=", "0.733"),
        ("decision", "decision", "adverse"),
    )
    made = tuple(Step(stage=stage, name=name, value=value) for stage, name, value in (*steps, *more) if stage in stages)
    return Trace(steps=made, stages=tuple(dict.fromkeys(step.stage for step in made)), recomputed=recomputed)
