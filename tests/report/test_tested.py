"""What was tested: the system, the better outcome, and from the rows of the file to the rows that were judged."""

from collections import Counter

import pytest
from conftest import a_check, rows_of
from report_reading import EVERYTHING, audited, html_of, text_of

from fateaudit.evidence import Attestation
from fateaudit.report import tested
from fateaudit.report.exclusions import lines, not_recorded
from fateaudit.signing import Decision, Role

BY_DECISION = a_check(id="F-01", limit={"min": 0.80})
BY_LABEL = a_check(id="F-02", metric="true_positive_rate_difference", limit={"max": 0.05})


def section(record):
    """The words of the section."""
    return (
        text_of(html_of(record, EVERYTHING)).partition("\nWhat was tested\n")[2].partition("\nFindings and choices")[0]
    )


def of_policy(record, **changes):
    """The record with other settings in its policy: system, decision, columns."""
    settings = {key: getattr(record.policy, key).model_copy(update=given) for key, given in changes.items()}
    policy = record.policy.model_copy(update=settings)
    return record.model_copy(update={"policy": policy, "system": policy.system})


def numbers(line):
    return [int(said.replace(",", "")) for said in (line.no_label, line.not_asked, line.not_recorded, line.too_few)]


def with_gaps():
    """Rows of two groups, a small one and an unrecorded one; some have no label."""
    rows = rows_of(a=(60, 100), b=(50, 100), few=(5, 12), **{"": (4, 9)})
    for row in rows[::7]:
        row["label"] = ""
    return rows


def test_the_system_is_said_in_its_owners_words_and_in_plain_ones(sample_record) -> None:
    text = section(sample_record)

    assert "Name | Release decision support" in text
    assert "Not for | Deciding without an officer; Any other offence, place or time" in text
    assert "Kind | Prediction and analysis" in text
    assert "Who decides | A person. The system only advises. This is what its owner states." in text
    assert "Owner | Sample owner (nobody), Senior responsible owner, Demonstration" in text


def test_nobody_guessed_which_outcome_is_better(sample_record) -> None:
    text = section(sample_record)

    assert "Better | Suggested for release. The owner said so; nothing was guessed." in text
    assert "Records say | What was decided then. That is not what would have been right." in text


def test_rows_labels_and_missing_groups_are_those_of_the_file(sample_record, sample_rows) -> None:
    text = section(sample_record)
    labelled = sum(row["released"] != "" for row in sample_rows)

    assert f"In the file | {len(sample_rows):,} arrests." in text
    assert f"Label | {labelled:,} have one; {len(sample_rows) - labelled} have none." in text
    missing = {one.name: one.rows for one in not_recorded(sample_record)}
    assert missing == {
        label: sum(row[name] == "" for row in sample_rows)
        for name, label in (("colour", "Recorded colour"), ("sex", "Sex"), ("age", "Age"), ("citizen", "Citizen"))
    }


def test_each_line_ends_with_those_judged_as_counted_in_the_file(sample_record, sample_rows) -> None:
    found = {line.counted: line for line in lines(sample_record)}
    released = [row for row in sample_rows if row["released"] == "Yes"]

    assert found["Recorded colour, released by officers"].judged == f"{len(released):,}"
    assert found["Recorded colour, released by officers"].not_asked == f"{len(sample_rows) - len(released):,}"
    sixty = sum(int(row["age"]) >= 60 for row in sample_rows)
    assert found["Age"].too_few == f"{sixty}"
    assert found["Age"].judged == f"{len(sample_rows) - sixty:,}"


def test_no_line_loses_a_row(sample_record, tmp_path) -> None:
    gaps = audited(tmp_path, BY_DECISION, BY_LABEL, rows=with_gaps())

    for record in (sample_record, gaps):
        counted = [line for line in lines(record) if not line.instead]
        assert counted
        for line in counted:
            assert sum(numbers(line)) + int(line.judged.replace(",", "")) == record.counts.rows
            assert line.rows == f"{record.counts.rows:,}"


def test_every_step_is_counted_as_in_the_rows(tmp_path) -> None:
    rows = with_gaps()
    of_all, of_labelled = lines(audited(tmp_path, BY_DECISION, BY_LABEL, rows=rows))
    groups = Counter(row["group"] for row in rows)
    asked = Counter(row["group"] for row in rows if row["label"] == "yes")
    no_label = sum(row["label"] == "" for row in rows)

    assert numbers(of_all) == [0, 0, groups[""], groups["few"]]
    assert of_all.judged == f"{groups['a'] + groups['b']}"
    assert numbers(of_labelled) == [no_label, sum(row["label"] == "no" for row in rows), asked[""], asked["few"]]
    assert of_labelled.judged == f"{asked['a'] + asked['b']}"


def test_an_attribute_that_no_limit_asks_about_has_its_line(tmp_path) -> None:
    rows = [{**row, "other": "x"} for row in rows_of(a=(60, 100), b=(50, 100))]
    sensitive = [{"name": "group", "label": "Group"}, {"name": "other", "label": "Other"}]
    text = section(audited(tmp_path, rows=rows, columns={"sensitive": sensitive}))

    assert "Other | 200 | No limit asks about it." in text


def test_what_could_not_be_measured_judged_nobody(tmp_path) -> None:
    text = section(audited(tmp_path, groups={"a": (50, 100), "few": (3, 6)}))

    assert "Group | 106 | None judged: few: 6 cases; 30 needed." in text


def test_without_labels_none_are_used(tmp_path) -> None:
    rows = [{"group": row["group"], "prediction": row["prediction"]} for row in rows_of(a=(60, 100), b=(50, 100))]
    text = section(audited(tmp_path, rows=rows, columns={"label": None}))

    assert "Records say | Nothing of what happened: no column for it was named." in text
    assert "Label | None was named, so none was used." in text


def test_how_a_decision_comes_about_is_said(sample_record, tmp_path) -> None:
    assert "At 0.733 or more, the output is: suggested for release. Below 0.733: not suggested" in section(
        sample_record
    )
    above = of_policy(sample_record, decision={"at": ">", "threshold": 0.5})
    assert "Above 0.5, the output is: suggested for release. At 0.5 or less: not suggested" in section(above)
    given = audited(tmp_path, groups={"a": (60, 100), "b": (50, 100)})
    assert "taken as the data give them, in the column “prediction”." in section(given)
    scored = of_policy(given, columns={"prediction": None, "score": "points"})
    assert "Its scores were taken as the data give them, in the column “points”. At 0.5 or more" in section(scored)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("stage", value) for value in ("concept", "prototype", "evaluation", "approved")),
        *(("autonomy", value) for value in ("advisory", "human_in_loop", "human_on_loop", "fully_autonomous")),
        *(("category", value) for value in ("prediction_analysis", "recognition", "exploration", "communication")),
    ],
)
def test_every_word_of_the_policy_has_plain_words(sample_record, setting, value) -> None:
    record = of_policy(sample_record, system={setting: value})
    told = " ".join(entry.told for entry in tested.tested(record).system)

    assert "_" not in told
    assert "approved" not in told.casefold()


def test_when_the_limits_were_fixed_is_not_claimed(sample_record) -> None:
    text = section(without_signatures(sample_record))

    assert "When | This version cannot show when the limits were written." in text
    assert "Signed | No signature from before the run that could be believed covers them." in text
    assert f"Their file | Its digest begins {sample_record.artifact('policy').sha256[:16]}" in text


def without_signatures(record, *signed):
    """The record with these signatures on its answers, and no others."""
    sheet = record.questionnaire.model_copy(update={"signed": signed})
    evidence = tuple(sheet if item == record.questionnaire else item for item in record.evidence)
    return record.model_copy(update={"evidence": evidence})


def a_signature(**changes):
    given = {
        "role": Role.MODEL_OWNER,
        "person": "owner",
        "name": "A. Owner",
        "fingerprint": f"sha256:{'0' * 64}",
        "decision": Decision.ACCEPT,
        "conditions": (),
        "statement": "",
        "time": "2026-11-20T09:30:00Z",
        "holds": True,
    }
    return Attestation(**given | changes)


def test_signatures_from_before_the_run_are_named_with_their_time(sample_record) -> None:
    refusing = a_signature(name="B. Reviewer", role=Role.INDEPENDENT_REVIEWER, decision=Decision.REFUSE)
    text = section(without_signatures(sample_record, a_signature(), refusing))

    assert "A. Owner (model owner), accepted: 20 November 2026, 09:30 UTC." in text
    assert "B. Reviewer (independent reviewer), refused: 20 November 2026, 09:30 UTC." in text
    assert "The times are those of the signers' computers." in text


@pytest.mark.parametrize("changes", [{"holds": False}, {"time": "2027-01-01T00:00:00Z"}])
def test_a_signature_that_does_not_hold_or_came_later_covers_nothing(sample_record, changes) -> None:
    text = section(without_signatures(sample_record, a_signature(**changes)))

    assert "A. Owner" not in text
    assert "No signature from before the run" in text


def test_every_file_is_named_or_counted(sample_record) -> None:
    text = section(sample_record)
    evidence = [file for file in sample_record.artifacts if file.role == "evidence"]

    for file in sample_record.artifacts:
        if file.role != "evidence":
            assert f"{file.name} | {file.sha256[:16]}" in text
    assert f"It also lists {len(evidence)} files of evidence for the answers." in text


def test_sentences_are_short(sample_record) -> None:
    sentences = [one for one in section(sample_record).replace("\n", ". ").split(". ") if one.count(" ") > 2]

    assert sum(len(one.replace("|", " ").split()) for one in sentences) / len(sentences) <= 20
