"""A record on the terminal: what is no rate has a sentence too, and whoever is not judged is named with the reason."""

from conftest import a_check
from report.report_reading import an_attestation, audited, with_answers

from fateaudit.cli.showing import show_record
from fateaudit.signing import Role

ROWS = [
    {"group": group, "label": label, "prediction": prediction}
    for group, label, prediction, n in (
        ("a", "yes", "yes", 45),
        ("a", "yes", "no", 5),
        ("a", "no", "yes", 5),
        ("a", "no", "no", 45),
        ("b", "yes", "yes", 10),
        ("b", "yes", "no", 40),
        ("b", "no", "yes", 20),
        ("b", "no", "no", 30),
        ("few", "yes", "yes", 1),
        ("few", "no", "no", 2),
    )
    for _ in range(n)
]
ODDS = a_check(id="F-02", metric="equalized_odds_difference", limit={"max": 0.1})


def shown(record, capsys):
    """What stands on the terminal."""
    show_record(record)
    return capsys.readouterr().out


def test_a_number_that_is_no_rate_has_a_sentence(tmp_path, capsys) -> None:
    said = shown(audited(tmp_path, ODDS, rows=ROWS), capsys)

    assert "F-02  not met: equalized_odds_difference, at most 0.10 (blocker)" in said
    assert (
        "        Decided favourably: 20 of every 100 recorded as favourable and 40 of every 100 recorded as adverse "
        "for cases where Group is b; 90 of every 100 recorded as favourable and 10 of every 100 recorded as adverse for"
    ) in said
    assert "        Not judged: few (1 to use, too few).\n" in said


def test_a_group_that_the_policy_set_aside_is_not_called_small(tmp_path, capsys) -> None:
    excluded = {"exclude_below": 0.02, "why_excluded": "Too few to say anything."}
    by_policy = shown(audited(tmp_path / "one", a_check(params=excluded), rows=ROWS), capsys)
    by_size = shown(audited(tmp_path / "two", a_check(), rows=ROWS), capsys)

    assert "Not judged: few (3, set aside by the policy)." in by_policy
    assert "Not judged: few (3 to count, fewer than 30)." in by_size


def test_the_name_of_a_file_keeps_its_small_letter(tmp_path, capsys) -> None:
    damaged = "signatures/model_owner.dsse.json: signed by someone"
    signed = (an_attestation(Role.MODEL_OWNER),)
    record = audited(tmp_path, rows=ROWS)
    file, people = (
        shown(with_answers(record, signed=signed, lacking=(said,)), capsys)
        for said in (damaged, "the reviewer has not signed")
    )

    assert f"Signatures on the answers: cannot tell. {damaged}." in file
    assert "Signatures on the answers: cannot tell. The reviewer has not signed." in people


def test_a_calibration_error_is_shown_beside_its_floor(tmp_path, capsys) -> None:
    scored = [{**row, "score": 0.9 if row["prediction"] == "yes" else 0.1} for row in ROWS if row["group"] != "few"]
    check = a_check(metric="calibration_in_the_large", limit={"min": -0.05, "max": 0.05})
    said = shown(audited(tmp_path, check, rows=scored, columns={"score": "score"}), capsys)

    # Of b, 30 score 0.9 with 10 recorded as favourable, and 70 score 0.1 with 40: |10 - 27| + |40 - 7| over 100.
    assert "        Calibration error. B: 0.500; a calibrated model with these bins would show 0.0" in said
    assert "A: less than 0.001; a calibrated model" in said
