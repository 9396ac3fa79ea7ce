"""Method and limits: the evidence level, what could not be measured, and what speaks for and against reliance."""

import hashlib
import json

import pytest
from conftest import ROOT, a_check
from report_reading import an_attestation, audited, html_of, loosened, text_of

from fateaudit.evidence import Drawn, Questionnaire
from fateaudit.report.background import decided, left_out, not_measured
from fateaudit.report.reliance import independence, speaks_against, speaks_for
from fateaudit.report.reported import Reported, Signatures, unsigned
from fateaudit.report.validation import validation
from fateaudit.signing import Role
from fateaudit.standing import Judgement, Standing

GROUPS = {"a": (50, 100), "b": (60, 100)}


def reported(record, standing=Standing.DRAFT, signers=()):
    judgement = Judgement(
        standing=standing, beneath=standing, because=(), causes=(), signers=signers, valid_to="2027-11-21"
    )
    return Reported(record, record.to_bytes(), Signatures(judgement))


def told(entries):
    return {entry.term: entry.told for entry in entries}


@pytest.mark.parametrize(
    ("role", "level"), [("holdout", 3), ("historical", 2), ("vendor_supplied", 2), ("synthetic", 2)]
)
def test_all_five_levels_are_listed_and_one_applies(tmp_path, role, level) -> None:
    html = html_of(audited(tmp_path, groups=GROUPS, dataset={"role": role}))
    table = html.partition('<table class="levels">')[2].partition("</table>")[0]

    assert [f'<th scope="row">{number}</th>' in table for number in range(5)] == [True] * 5
    assert table.count("This one") == 1
    assert f'<tr class="applies"><th scope="row">{level}</th>' in table
    assert f"Level {level} of 4: the model’s outputs were given" in text_of(html).replace("'", "’")


def test_the_model_file_on_cases_kept_back_is_the_highest_level(sample_record) -> None:
    text = text_of(html_of(sample_record))

    assert "Level 4 of 4: the model file was run here, on cases kept back from training, as its owner states." in text


def test_what_could_not_be_measured_is_listed_with_its_reason(tmp_path, sample_record) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "few": (3, 6)})

    assert told(not_measured(record))["F-01"] == "Decided favourably, by group: few: 6 cases; 30 needed."
    assert "questions were answered “I don’t know”, or not at all." in told(not_measured(sample_record))["Answers"]
    assert "Nothing of it is a pass." in text_of(html_of(record))


def test_limits_signed_before_the_run_are_still_not_shown_to_come_first(sample_record) -> None:
    attested = an_attestation(Role.MODEL_OWNER, name="Olive Owner")
    unknown = "It is not shown that the limits were fixed before the first run."

    assert told(decided(with_sheet(sample_record, signed=())))["Limits fixed"] == unknown
    assert told(decided(with_sheet(sample_record, signed=(attested,))))["Limits fixed"] == (
        f"{unknown} The model owner signed them before this run, at 2026-11-21T09:00:00Z by their own computer."
    )


def test_what_came_before_the_run_and_the_tools_own_test_are_told(sample_record, tmp_path) -> None:
    record = loosened(tmp_path)
    found, unknown = told(decided(record)), told(decided(sample_record))

    assert found["Earlier runs"].startswith("Run 1 with this model. The run ledger begins with this run")
    assert (
        f"Line 1 of the ledger, on which this run begins, has the digest {record.ledger.head}."
        in (found["Earlier runs"])
    )
    assert unknown["Earlier runs"] == "We cannot show how often this was run."
    assert found["Known answers"].startswith(
        f"{record.self_test.passed} known answers were computed again before anything was measured; all came out "
        "(fateaudit/self-test/1)."
    )
    assert "policing/1" in found["The reference"]
    assert not {"Earlier runs", "Reference limits"} & told(left_out(record)).keys()


def test_costs_that_nobody_named_were_not_weighed(sample_record, tmp_path) -> None:
    assert told(left_out(sample_record))["Usefulness"].startswith("Costs were not weighed")
    unlabelled = audited(tmp_path, rows=[{"group": "a", "prediction": "yes"}] * 90, columns={"label": None})
    assert told(left_out(unlabelled))["Usefulness"].startswith("No row has a label")


def test_a_ledger_and_a_yardstick_speak_for_and_their_absence_against(sample_record, tmp_path) -> None:
    record = loosened(tmp_path)

    assert record.ledger.fixed_sentence in speaks_for(reported(record))
    assert any(one.endswith("; all came out.") for one in speaks_for(reported(record)))
    assert sample_record.ledger.fixed_sentence in speaks_against(reported(sample_record))
    assert any("no ledger was kept" in one for one in speaks_against(reported(sample_record)))
    assert "Runs that it does not hold cannot be known." in " ".join(speaks_against(reported(record)))
    assert not any("No common yardstick" in one for one in speaks_against(reported(record)))


def test_demands_that_exclude_each_other_are_named_with_their_source(sample_record) -> None:
    text = text_of(html_of(sample_record))

    assert "no model that errs can have the same error rates for both and also be right equally often" in text
    assert "(Kleinberg, Mullainathan and Raghavan 2016; Chouldechova 2017)" in text


def test_what_speaks_for_reliance_comes_from_the_record(sample_record, tmp_path) -> None:
    record = sample_record.model_copy(update={"demonstration": False})
    found = speaks_for(reported(record, Standing.ISSUED))

    assert "Four people signed, each with a key of their own, and the signatures hold." in found
    assert "The model file is the one that the policy pins by its digest." in found
    assert "The data are the file that the policy pins by its digest." in found
    assert any(one.startswith("Figures that count arrests: fairlearn ") for one in found)

    bare = speaks_for(reported(audited(tmp_path, groups=GROUPS)))
    assert not any("pins" in one or "signed" in one for one in bare)
    assert "The limits stand in the record, and their file is named by its digest." in bare


def test_invented_people_speak_for_nothing(sample_record) -> None:
    found = " ".join(speaks_for(reported(sample_record, Standing.DEMONSTRATION)))

    assert "signed" not in found
    assert "reviewer" not in found


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "By its signatures alone it is DRAFT: see “Signatures”."),
        ({}, "Its time was typed in by whoever ran the audit. No outside authority confirms it."),
        ({}, "Only its makers have measured how often this tool is wrong: see “The error rate of this tool”."),
        ({}, "The cases were made up. They say nothing about any real use."),
        ({}, "The model was not at hand. Its outputs were taken as they were given."),
        (
            {"dataset": {"role": "holdout"}},
            "That the cases were kept back from training is what their owner states. It was not checked.",
        ),
        ({"dataset": {"role": "vendor_supplied"}}, "The supplier chose the cases. Yours may differ."),
        (
            {"columns": {"label_kind": "past_decision"}},
            "The records say what was decided then, which is not what would have been right.",
        ),
        (
            {"statistics": {"decide_on": "point"}},
            "Chance was not allowed for: the policy lets the bare figures decide.",
        ),
        ({"demonstration": True}, "This is a demonstration. Nobody may rely on it."),
    ],
)
def test_what_speaks_against_reliance_comes_from_the_record(tmp_path, changes, said) -> None:
    assert said in speaks_against(reported(audited(tmp_path, groups=GROUPS, **changes)))


def test_a_model_that_knows_that_it_is_tested_and_told_answers_speak_against(sample_record) -> None:
    found = speaks_against(reported(sample_record))

    assert "A model can be made to answer otherwise when it is tested. Locking it up does not show that." in found
    assert any(one.startswith("Answers are what people say. A reviewer confirmed ") for one in found)
    assert "Figures about the model as a whole were calculated once, by this tool alone." in found


def test_answers_drawn_and_not_opened_speak_against(sample_record) -> None:
    drawn = Drawn(items=("A", "B"), opened=1, confirmed=1)
    found = speaks_against(reported(with_sheet(sample_record, drawn=drawn)))

    assert "Not every answer drawn for a closer look was opened: 2 drawn, 1 opened, 1 confirmed." in found


def with_sheet(record, **changes):
    """The record with another list of questions."""
    evidence = [
        item.model_copy(update=changes) if isinstance(item, Questionnaire) else item for item in record.evidence
    ]
    return record.model_copy(update={"evidence": tuple(evidence)})


def test_figures_that_are_missing_are_counted_against(tmp_path) -> None:
    record = audited(tmp_path, a_check(), groups={"a": (50, 100), "few": (3, 6)})

    assert "1 figure could not be measured: see above." in speaks_against(reported(record))


def test_who_is_not_known_is_said(tmp_path, sample_record) -> None:
    record = audited(tmp_path, groups=GROUPS, dataset={"role": "vendor_supplied"})
    found = told(independence(Reported(record, b"", Signatures(unsigned(record)))))

    assert found["Who chose the cases"].startswith("The supplier.")
    assert found["Who ran the audit"] == "The record does not name them, and nobody has signed as assessor."
    assert found["Who reviewed"] == "Nobody has signed as independent reviewer."
    assert told(independence(reported(sample_record)))["Who chose the cases"].startswith("Not known to the record.")


def test_the_error_rate_of_the_tool_is_what_was_measured(sample_record) -> None:
    content = (ROOT / "benchmarks" / "results" / "inference.json").read_bytes()
    measured = json.loads(content)
    false_met = [row for row in measured["rows"] if row["unit"] == "audits" and row["id"].startswith("met_")]
    worst = max(row["measured"] for row in false_met)
    text = text_of(html_of(sample_record))

    assert f"with version {measured['versions']['fateaudit']}, in a {measured['effort']['name']} run" in text
    assert f" to {100 * worst:.1f} of every 100 audits, by situation; {sum(r['number'] for r in false_met):,} " in text
    assert f"Aims missed | {len(measured['missed'])} of {len(measured['rows'])} that were set" in text
    assert f"sha256 {hashlib.sha256(content).hexdigest()}" in text


def test_the_error_rate_of_another_version_is_not_known(sample_record) -> None:
    other = sample_record.model_copy(update={"tool": sample_record.tool.model_copy(update={"version": "0.0.9"})})

    assert "This audit was made with version 0.0.9: for that version the error rate is not known." in (
        validation(other).lede
    )
    assert "not known" not in validation(sample_record).lede
