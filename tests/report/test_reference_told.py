"""The reference beside the result: at equal size where it is worse, and limit beside limit."""

import re

import pytest
from conftest import a_check
from report_reading import (
    REFUSED,
    an_answer,
    audited,
    html_of,
    loosened,
    page_1,
    page_where,
    pdf_of,
    text_of,
    with_answers,
)

from fateaudit.cli.showing import show_opinion
from fateaudit.evidence import Given
from fateaudit.policy import Overall, apply_gate
from fateaudit.report import unsigned
from fateaudit.report.beside import how_loose, limit_beside_limit, reference
from fateaudit.report.found import Room
from fateaudit.report.keeping import keeping, reasons
from fateaudit.signing import Role


@pytest.fixture(scope="module")
def loose(tmp_path_factory):
    """The sample under limits that nothing breaks, with every answer confirmed."""
    return with_answers(loosened(tmp_path_factory.mktemp("loose")), an_answer())


def test_limits_that_nothing_breaks_are_met_and_the_reference_is_not(loose) -> None:
    """Scenario 18: the limits its owner set are met; against the reference it does not."""
    assert loose.opinion.policy.overall is Overall.MEETS
    assert loose.opinion.reference.opinion.overall is Overall.DOES_NOT_MEET
    assert loose.opinion.reference_is_worse


def test_a_reference_that_is_worse_comes_first_and_is_as_large(loose) -> None:
    html = html_of(loose, is_whole=False)

    assert '<section class="opinion worse">' in html
    assert html.index('<p class="v not-met">Does not meet the limits set</p>') < html.index(
        '<p class="v met">Meets every limit set</p>'
    )
    text = page_1(loose)
    assert "Against the reference limits: a common yardstick, not law\nDoes not meet the limits set\n" in text
    assert "The same limits for every system. Of its 17 limits: 9 not met, 3 could not be judged." in text
    assert "far looser" in text


def test_the_title_of_the_file_says_both(loose, sample_record) -> None:
    said = "Meets every limit set (reference: does not meet the limits set)"

    assert f"<title>Audit of Release decision support: {said}</title>" in html_of(loose)
    assert "(reference:" not in html_of(sample_record)


def test_with_both_at_full_size_page_1_is_one_page(loose) -> None:
    for judgement in (None, REFUSED):
        with pdf_of(loose, judgement) as pdf:
            assert page_where(pdf, "Every check") == 2


def test_a_refusal_and_a_worse_reference_stand_side_by_side(loose) -> None:
    html = html_of(loose, judgement=REFUSED, is_whole=False)

    assert '<section class="opinion refused worse">' in html
    assert html.index('class="reference"') < html.index('class="result"') < html.index('class="standing"')


def test_the_same_result_is_said_small(sample_record) -> None:
    html = html_of(sample_record, is_whole=False)
    said = reference(sample_record)

    assert (said.say, said.shape, said.is_worse) == ("Reference limits: same result", "not-met", False)
    assert "opinion worse" not in html
    assert html.index('class="result"') < html.index('class="reference"')
    assert "Reference limits: same result\nThe same limits for every system. 2 limits are missing" in page_1(
        sample_record
    )


def test_two_bottoms_are_not_ranked_and_not_called_the_same(tmp_path) -> None:
    """Scenario 1: no opinion, as only one side is limited; the reference, which limits both, is not met."""
    record = audited(tmp_path, groups={"a": (1_800, 2_000), "b": (1_990, 2_000)}, dataset={"role": "holdout"})
    said = reference(record)

    assert record.opinion.policy.overall is Overall.NO_OPINION
    assert (said.say, said.is_worse) == ("Does not meet the limits set", False)


def test_one_limit_is_far_looser(tmp_path) -> None:
    record = audited(tmp_path, a_check(limit={"min": 0.10}), groups={"a": (10, 100), "b": (90, 100)})

    assert how_loose(record) == "1 limit is far looser and 7 are missing (page 2)."
    assert how_loose(record) in page_1(record)


def test_a_major_where_the_reference_has_a_blocker_is_of_less_weight(tmp_path) -> None:
    """Scenario 21: a small group, far worse off, and a limit that only weighs as major."""
    groups = {"a": (50, 1_000), "b": (3_000, 18_000)}
    checks = [a_check(severity="major"), a_check(id="F-02", metric="accuracy", across="overall", limit={"min": 0.5})]
    record = audited(tmp_path, *checks, groups=groups, dataset={"role": "holdout"})
    found = limit_beside_limit(record)
    row = found.limits[0].rows[0]

    assert record.opinion.reference.opinion.overall is Overall.DOES_NOT_MEET
    assert (row.by, row.check, row.beside, row.is_plain) == ("Group", "F-01", "same, weighs less (major)", False)
    assert "1 is of less weight" in how_loose(record)


def test_the_gate_moves_neither_result_nor_reference(tmp_path) -> None:
    """Scenario 22: a gate that lets majors pass does not thereby change what is said."""
    majors = [
        a_check(id="F-02", metric="accuracy", across="overall", limit={"min": 0.5}),
        a_check(severity="major"),
        a_check(id="T-01", principle="transparency", metric="documentation_completeness", across="overall",
                severity="major", limit={"min": 0.9}),
    ]  # fmt: skip
    groups = {"a": (10, 100), "b": (90, 100)}
    strict = audited(tmp_path / "strict", *majors, groups=groups)
    lenient = audited(tmp_path / "lenient", *majors, groups=groups, gate={"fail_on": "blocker"})

    assert lenient.opinion == strict.opinion
    assert lenient.opinion.policy.overall is Overall.DOES_NOT_MEET
    assert apply_gate(lenient.policy, lenient.findings, lenient.opinion.policy).exit_code == 0
    assert page_1(lenient) == page_1(strict).replace(strict.audit_id, lenient.audit_id)


def test_limit_stands_beside_limit(loose, sample_record) -> None:
    text = text_of(html_of(loose))

    assert "Limit beside limit\nThe reference, policing/1, is a common yardstick and not law" in text
    row = "Recorded colour | 0.82 | F-01 | at least 0.10 | Met | far looser | at least 0.80 | Not judged"
    assert row in text
    assert "<b>far looser</b>" in html_of(loose)
    assert "<b>same</b>" not in html_of(loose)
    assert "A rule of thumb of United States agencies for hiring, used here by analogy." in text
    assert "Age | 0.21 | none | Not tested | not in this policy | at most 0.05 | Not met" in text_of(
        html_of(sample_record)
    ).replace(" | | ", " | ")


def test_every_limit_of_the_reference_has_its_source(sample_record) -> None:
    found = limit_beside_limit(sample_record)

    assert [len(limit.rows) for limit in found.limits] == [4, 4, 4, 1, 1, 1, 1, 1, 2]
    assert all(limit.source for limit in found.limits)


def test_what_is_asked_of_people_stands_beside_what_the_reference_asks(loose, tmp_path) -> None:
    both = "by model owner and independent reviewer"
    none = limit_beside_limit(audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})).limits[-1]
    same = limit_beside_limit(loose).limits[-1]

    assert same.measured == "Answers and signatures: a-list"
    assert [(row.by, row.found, row.check, row.limit, row.word, row.beside) for row in same.rows] == [
        ("Answers", "1 of 1", "A-01", "each a confirmed yes", "Met", "same"),
        ("Signatures", "2", "A-01", both, "Met", "same"),
    ]
    assert [(row.limit, row.word, row.beside, row.reference_limit, row.reference_word) for row in none.rows] == [
        ("none", "Not tested", "not asked", "each a confirmed yes", "Not judged"),
        ("none", "Not tested", "not asked", both, "Not judged"),
    ]


def test_one_signature_is_not_what_the_reference_asks(loose) -> None:
    (*checks, listed) = loose.policy.checks
    alone = listed.model_copy(update={"require": listed.require.model_copy(update={"signed_by": (Role.MODEL_OWNER,)})})
    beside = loose.opinion.reference
    theirs = beside.model_copy(update={"findings": tuple(one for one in beside.findings if one.check != alone.id)})
    record = loose.model_copy(
        update={
            "policy": loose.policy.model_copy(update={"checks": (*checks, alone)}),
            "opinion": loose.opinion.model_copy(update={"reference": theirs}),
        }
    )
    signatures = limit_beside_limit(record).limits[-1].rows[-1]

    assert (signatures.limit, signatures.beside, signatures.is_plain) == ("by model owner", "not both sign", False)
    assert (signatures.word, signatures.reference_word) == ("Met", "Not judged")


def test_what_was_limited_in_another_way_says_so(tmp_path) -> None:
    check = a_check(id="F-07", metric="selection_rate_difference", limit={"max": 0.05})
    found = limit_beside_limit(audited(tmp_path, check, groups={"a": (50, 100), "b": (60, 100)}))

    assert found.limits[0].rows[0].beside == "not in this policy; limited in another way (F-07)"


def test_what_was_not_asked_and_what_caps_it_is_said_worst_first(tmp_path) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})
    every, few, none = (reasons(record, most) for most in (99, 2, 0))

    assert every.told[0] == "The cases were made up: they say nothing about a real system."
    assert every.told[1].startswith("Not asked: ")
    assert every.told[-1] == "It is not shown that the limits were fixed before the first run."
    assert every.more == ""
    assert few.told == every.told[:2]
    assert few.more == f"And {len(every.told) - 2} more reasons on page 2."
    assert none.more == f"{len(every.told)} reasons are on page 2."
    for one in every.told:
        assert one in page_1(record)


def test_every_reason_stands_in_the_section_with_what_it_does(tmp_path, loose) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})
    found = {one.sentence: one for one in keeping(record)}

    made_up = found["The cases were made up: they say nothing about a real system."]
    assert (made_up.does, made_up.counts_for) == ("No opinion at best: every feature", "Both")
    assert found["It does not ask how complete the documentation is."].counts_for == "Result"
    assert found["It does not ask who answers for the system."].counts_for == "Both"
    assert "Nothing but the limits themselves." in text_of(html_of(loose))


def test_a_stop_stands_there_too(tmp_path) -> None:
    stop = an_answer("FA-HUM-01", Given.NO, stop=True)
    record = with_answers(audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)}), stop)

    assert keeping(record)[0].does == "Does not meet the limits set, whatever they say"


def test_reasons_give_way_to_what_was_found(tmp_path) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})
    text = page_1(record, Room(picture=False, full=1, lines=0, reasons=1))

    assert re.search(r"better: The cases were made up: .* real system\. And \d+ more reasons on page 2\.", text)
    assert "Why it is not better, whatever the figures: " in page_1(
        record, Room(picture=False, full=1, lines=0, reasons=0)
    )


def test_the_run_is_said_once(loose, tmp_path) -> None:
    unknown = page_1(audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)}))

    assert "Run 1 with this model. The run ledger begins with this run" in page_1(loose)
    assert "the limits were fixed before the first run with this model and these data." in page_1(loose)
    assert unknown.count("It is not shown that the limits were fixed before the first run.") == 1
    assert "We cannot show how often this was run." in unknown


def test_the_terminal_says_the_reference_and_what_keeps_the_result(loose, tmp_path, capsys) -> None:
    record = audited(tmp_path, groups={"a": (50, 100), "b": (60, 100)})
    show_opinion(loose, unsigned(loose))
    worse = capsys.readouterr().out
    show_opinion(record, unsigned(record))
    kept = capsys.readouterr().out

    assert "REFERENCE (policing/1): Does not meet the limits set. This is worse than the result." in worse
    assert "Not better than" not in worse
    assert "Not better than no opinion (every feature): The cases were made up" in kept
    assert "Not asked, so no opinion (accountability): who answers for the system." in kept
    assert "We cannot show how often this was run. It is not shown that the limits were fixed" in kept
