"""The record as an HTML page: templates are filled with plain strings, and every string is escaped."""

from dataclasses import dataclass
from pathlib import Path

from fateaudit import resources
from fateaudit.policy.wording import capitalised, units
from fateaudit.report import (
    accountability,
    annexes,
    answers_annex,
    background,
    beside,
    checks,
    choices,
    deciding,
    documented,
    everyone,
    findings,
    followed,
    keeping,
    looked_at,
    reliance,
    settings,
    signatures,
    stand_in,
    tested,
    validation,
)
from fateaudit.report.evidence_level import evidence_level
from fateaudit.report.found import Room
from fateaudit.report.page1 import Page1, page1
from fateaudit.report.reported import Reported, standing_in_words
from fateaudit.report.text import moment, readable, shortened

DIGEST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """What stands on every sheet."""

    title: str
    standing: str
    identity: str
    created: str
    units: str
    favourable: str
    adverse: str


def templates() -> Path:
    """Return the folder of templates, stylesheet and fonts."""
    return resources.folder("report_templates")


def to_html(reported: Reported, room: Room, *, is_whole: bool = True) -> str:
    """Return the report as HTML; only page 1 unless `is_whole`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only rendering needs it

    environment = Environment(
        loader=FileSystemLoader(templates()),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=readable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    first = page1(reported, room)
    return environment.get_template("report.html").render(
        sheet=_sheet(reported, first), page1=first, rest=_rest(reported) if is_whole else None
    )


def _sheet(reported: Reported, first: Page1) -> Sheet:
    record = reported.record
    policy = record.artifact("policy")
    digest = policy.sha256[:DIGEST_SHOWN] if policy else "unknown"
    audit = shortened(record.audit_id, 20)
    return Sheet(
        title=f"Audit of {shortened(record.system.name, 120)}: {_result(first)}",
        standing=". ".join(standing_in_words(reported.judgement)),
        identity=f"Audit {audit} · limits {digest} · to render again: fateaudit report audit.json",
        created=moment(record.created).strftime("%Y-%m-%dT%H:%M:%SZ"),
        units=capitalised(units(record.policy)),
        favourable=capitalised(record.policy.words.favourable),
        adverse=capitalised(record.policy.words.adverse),
    )


def _result(first: Page1) -> str:
    """Return the result, and a reference that is worse with it: a title is read without its page."""
    worse = first.reference
    return f"{first.result} (reference: {worse.say.lower()})" if worse.is_worse else first.result


def _rest(reported: Reported) -> dict[str, object]:
    record = reported.record
    return {
        "checks": checks.by_check(record),
        "beside": beside.limit_beside_limit(record),
        "keeping": keeping.keeping(record),
        "tested": tested.tested(record),
        "choices": choices.choices(record),
        "everyone": everyone.tables(record),
        "looked_at": looked_at.section(record),
        "accountability": accountability.accountability(record),
        "annex": answers_annex.annex(record),
        "deciding": deciding.deciding(record),
        "stand_in": stand_in.stand_in(record),
        "followed": followed.followed(record),
        "documented": documented.documented(record),
        "settings": settings.settings(record),
        "findings": findings.findings(record),
        "decided": background.decided(record),
        "left_out": background.left_out(record),
        "made_with": background.made_with(record),
        "digests": background.digests(record),
        "clock": background.clock(record),
        "level": evidence_level(record),
        "not_measured": background.not_measured(record),
        "speaks_for": reliance.speaks_for(reported),
        "speaks_against": reliance.speaks_against(reported),
        "independence": reliance.independence(reported),
        "signatures": signatures.signatures(reported),
        "validation": validation.validation(record),
        "annexes": annexes.annexes(reported),
    }
