"""An audit with statistics, from rows to the pages: they are in the record, and every page shows them."""

import random

import pytest
from conftest import NOON, a_check, write_audit

from fateaudit.auditing import audit
from fateaudit.errors import DamagedFileError
from fateaudit.evidence import Estimate, Unmeasured
from fateaudit.record import AuditRecord
from fateaudit.recounting import refuse_other_evidence
from fateaudit.report.found import Room
from fateaudit.report.html import to_html
from fateaudit.report.reported import Reported, Signatures, unsigned

CHECKS = [
    ("balanced_accuracy", {"min": 0.6}, {}),
    ("equalized_odds_difference", {"max": 0.1}, {}),
    ("balanced_accuracy_ratio", {"min": 0.8}, {}),
    ("treatment_equality", {"max": 2}, {}),
    ("theil_index", {"max": 0.9}, {}),
    ("auc", {"min": 0.6}, {}),
    ("auc_difference", {"max": 0.1}, {}),
    ("brier_score", {"max": 0.3}, {}),
    ("calibration_in_the_large", {"min": -0.01, "max": 0.01}, {}),
    ("standardised_calibration_error", {"max": 0.3}, {}),
    ("mean_score_difference", {"max": 0.1}, {}),
    ("consistency", {"min": 0.6}, {"across": "overall"}),
    ("auc", {"min": 0.6}, {"across": "overall"}),
]


def some_rows():
    draw = random.Random(5)  # noqa: S311 - rows for a test
    rows = []
    for _ in range(900):
        group, score = draw.choice("ab"), draw.betavariate(2, 2)
        label = "yes" if draw.random() < score else "no"
        rows.append({"group": group, "label": label, "score": score, "prediction": "yes" if score >= 0.5 else "no"})
    return rows


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    checks = [
        a_check(id=f"F-{number:02}", metric=metric, limit=limit, **others)
        for number, (metric, limit, others) in enumerate(CHECKS, 1)
    ]
    path = write_audit(tmp_path_factory.mktemp("audit"), some_rows(), *checks, columns={"score": "score"})
    return audit(path, clock=NOON)


def test_statistics_are_in_the_record_and_come_back_byte_for_byte(record) -> None:
    by_check = {item.check: item for item in record.figures}

    assert {check for check, item in by_check.items() if isinstance(item, Estimate)} == {
        f"F-{number:02}" for number in range(1, 14)
    } - {"F-12"}
    assert isinstance(by_check["F-12"], Unmeasured)
    assert AuditRecord.from_bytes(record.to_bytes()) == record


def test_what_counts_can_tell_is_measured_again_and_the_rest_is_left_alone(record) -> None:
    refuse_other_evidence(record, "audit.json")
    altered = [item.model_copy(update={"value": 0.99}) if item.check == "F-01" else item for item in record.evidence]
    with pytest.raises(DamagedFileError):
        refuse_other_evidence(record.model_copy(update={"evidence": tuple(altered)}), "audit.json")


def test_a_calibration_error_stands_on_the_page_beside_its_floor_for_calibration_alone(record) -> None:
    html = to_html(Reported(record, b"", Signatures(unsigned(record))), Room(picture=False, full=3, lines=99))
    asked = sum("calibration" in metric for metric, _, _ in CHECKS)

    assert html.count("Calibration error") == asked == 2
    for part in next(item for item in record.figures if item.metric == "standardised_calibration_error").parts:
        found = part.calibration
        said = f"{found.error:.3f}; a calibrated model with these bins would show {found.floor:.3f}."
        assert html.count(f"{part.group[0].upper()}: {said}") == asked


def test_every_page_shows_them(record) -> None:
    html = to_html(Reported(record, b"", Signatures(unsigned(record))), Room(picture=False, full=3, lines=99))

    for item in record.figures:
        assert item.subject.title in html
    assert "Student" in html
    assert "True positive rate" in html
    assert "NaN" not in html
    assert "nan " not in html
