"""Answers on page 1: sixty of them are one matter, their signatures another, and a stop comes first."""

from conftest import a_check
from report_reading import an_answer, an_attestation, audited, page_1, with_answers

from fateaudit.evidence import Given
from fateaudit.report.found import Room
from fateaudit.signing import Decision, Role

SAME = {"a": (1_800, 2_000), "b": (1_800, 2_000)}
GAP = {"a": (100, 200), "b": (180, 200)}
ON_LINES = Room(picture=False, full=0, lines=9)


def test_all_answers_are_one_exception_with_the_weightiest_question(tmp_path) -> None:
    answers = [
        an_answer("FA-PUR-01"),
        an_answer("FA-PUR-02", Given.PARTIAL),
        an_answer("FA-PUR-03", Given.NO),
        an_answer("FA-PUR-04", Given.UNKNOWN, confirmed=False),
        an_answer("FA-PUR-05", confirmed=False),
        an_answer("FA-PUR-06", Given.NA),
    ]
    text = page_1(with_answers(audited(tmp_path, groups=SAME), *answers))

    assert "1 exception: not met." in text
    assert "1. Accountability, as its owner's people answered: not met A-01" in text
    assert "Of 6 questions, 1 has a yes that a reviewer confirmed. 2 have a no, or only in part." in text
    assert "2 nobody could confirm. 1 does not apply." in text
    assert "Weighs most: “Is FA-PUR-03 settled in writing?” No (FA-PUR-03). “Is FA-PUR-02" in text


def test_answers_of_every_feature_are_in_it(tmp_path) -> None:
    record = with_answers(audited(tmp_path, groups=SAME), an_answer(), an_answer("X", Given.NO, principle="fairness"))
    text = page_1(record)

    assert "Accountability, as its owner's people answered: not met" in text
    assert "Fairness | Not met | measuring, answers | 1 answer not met" in text
    assert "Accountability | No opinion | answers | See under the result" in text  # the cases were made up


def test_answers_of_less_weight_are_no_exception(tmp_path) -> None:
    minor = an_answer("FA-X", Given.NO, severity="minor")
    text = page_1(with_answers(audited(tmp_path, groups=SAME), an_answer(), minor))

    assert "No exceptions in what was judged." in text


def test_the_widest_gap_comes_before_answers_of_the_same_weight(tmp_path) -> None:
    text = page_1(with_answers(audited(tmp_path, groups=GAP), an_answer(given=Given.NO)))

    assert "2 exceptions, worst first: 2 not met." in text
    assert text.index("1. Decided favourably") < text.index("2. Accountability, as")


def test_unconfirmed_answers_could_not_be_judged_and_are_no_pass(tmp_path) -> None:
    text = page_1(with_answers(audited(tmp_path, groups=GAP), an_answer(confirmed=False)), ON_LINES)

    assert "2. Accountability | Could not be judged, as its owner's people answered. This is not a pass. Of 1" in text
    assert "“Is FA-PUR-03 settled in writing?” Yes, but nobody confirmed it (FA-PUR-03)." in text


def test_missing_signatures_on_the_answers_are_an_exception_of_their_own(tmp_path) -> None:
    record = audited(tmp_path, groups=SAME)
    nobody = page_1(with_answers(record, an_answer(), signed=(), lacking=("nobody has signed the answers",)))
    half = with_answers(
        record,
        an_answer(),
        signed=(an_attestation(Role.MODEL_OWNER),),
        lacking=("the independent reviewer has not signed the answers",),
    )

    assert "1 exception: could not be judged." in nobody
    assert "1. Signatures on these answers: could not be judged A-01" in nobody
    assert "None by model owner or reviewer could be relied on. This is not a pass." in nobody
    assert "The reviewer has not signed the answers." in page_1(half)


def test_who_refused_the_answers_is_named(tmp_path) -> None:
    refusal = an_attestation(Role.INDEPENDENT_REVIEWER, Decision.REFUSE)
    signed = (an_attestation(Role.MODEL_OWNER, name="Olive Owner"), refusal)
    text = page_1(with_answers(audited(tmp_path, groups=SAME), an_answer(), signed=signed))

    assert "Signatures on these answers: not met A-01\nRafael Reviewer (reviewer) refused the answers." in text


def test_a_stop_comes_first_and_is_counted(tmp_path) -> None:
    stop = an_answer("FA-HUM-01", Given.NO, stop=True, question="Does a person decide, every time?")
    text = page_1(with_answers(audited(tmp_path, groups=GAP), an_answer(), stop), ON_LINES)

    assert "It follows from the first exception alone, whatever the limits say. 3 exceptions, worst first" in text
    assert "\n1. This ends the matter, whatever the limits say\n" in text
    assert "\n“Does a person decide, every time?” No (FA-HUM-01).\n" in text
    assert text.index("1. This ends") < text.index("2. Group |")
    assert "3. Accountability | Not met" in text


def test_coercion_with_nobody_deciding_is_a_stop_without_a_question(tmp_path) -> None:
    record = with_answers(
        audited(tmp_path, groups=SAME), an_answer(), flags={"high_impact": "yes"}, autonomy="fully_autonomous"
    )

    assert "Nobody decides before the output has its effect on a person, and that ends the matter." in page_1(record)


def test_a_stop_stands_where_nothing_else_has_room(tmp_path) -> None:
    stop = an_answer("FA-HUM-01", Given.NO, stop=True)
    text = page_1(
        with_answers(audited(tmp_path, a_check(), groups=GAP), stop), Room(picture=False, full=0, lines=0, ask=False)
    )

    assert "1. This ends the matter, whatever the limits say" in text
    assert "And 2 more on page 2." in text
