"""What must be said in each of 34 situations in which a simpler rule says the wrong thing.

The numbers are those of the list that the project was built from. Situations about signatures, the ledger's file and
the command line stand where those are tested, and are named at the end.
"""

import json

import pytest
from conftest import ADV, FAV, a_check, a_policy_text, counts_of
from test_answering import A_LIST, a_sheet, an_answer

from fateaudit.counts import Cell, Counts
from fateaudit.errors import ExitCode
from fateaudit.evidence import Convention, Given, PairClaim, Reason, Score, Subject, Unmeasured
from fateaudit.fairness import measure, measure_usefulness
from fateaudit.ledger import NOT_COUNTED
from fateaudit.policy import (
    Acceptance,
    Circumstances,
    FeatureResult,
    Overall,
    Policy,
    Principle,
    Verdict,
    apply_gate,
    apply_gate_with_waivers,
    conclude,
    limit_text,
    read_profile,
    reference_policy,
    sides_to_judge,
    weigh_waivers,
)

MEETS, FALLS_SHORT, NO_OPINION, DOES_NOT_MEET = (
    Overall.MEETS,
    Overall.FALLS_SHORT,
    Overall.NO_OPINION,
    Overall.DOES_NOT_MEET,
)
FAIRNESS, ACCOUNTABILITY, TRANSPARENCY, EXPLAINABILITY = Principle
GOOD = {
    "documentation_completeness": 1.0,
    "trace_completeness": 1.0,
    "attribution_fidelity": 0.98,
    "attribution_stability": 0.97,
}
SHOWN = NOT_COUNTED.model_copy(update={"fixed_before": "shown", "fixed_sentence": "Shown."})
CHANGED = NOT_COUNTED.model_copy(update={"fixed_before": "changed", "fixed_sentence": "The policy was changed."})


def fairness_checks(**changes):
    """Both sides of the outcome, who bears wrong adverse outputs, and how many there may be at all."""
    return {
        "F-01": a_check(id="F-01", severity="blocker"),
        "F-02": a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25}, severity="blocker"),
        "F-03": a_check(id="F-03", metric="wrong_adverse_rate_difference", limit={"max": 0.05}, severity="blocker"),
        "F-04": a_check(
            id="F-04", metric="wrong_adverse_share", across="overall", limit={"max": 0.5}, severity="major"
        ),
    } | changes


def model_checks():
    limits = {name: {"min": 0.9} for name in GOOD} | {"attribution_stability": {"min": 0.8}}
    return {
        name: a_check(
            id=f"{'T' if place < 2 else 'E'}-{place:02}",
            principle="transparency" if place < 2 else "explainability",
            metric=name,
            across="overall",
            limit=limit,
            severity="major",
        )
        for place, (name, limit) in enumerate(limits.items())
    }


def rows_of(**groups):
    """Rows from `group=(right favourable, wrong adverse, wrong favourable, right adverse)`."""
    sides = [(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)]
    return [
        {"group": name, "label": label, "decision": decision}
        for name, cells in groups.items()
        for (label, decision), n in zip(sides, cells, strict=True)
        for _ in range(n)
    ]


def cells_of(**groups):
    """The same as counts, for more rows than one would write down."""
    cells = [
        Cell(group=(name,), label=label, decision=decision, n=n)
        for name, numbers in groups.items()
        for (label, decision), n in zip([(FAV, FAV), (FAV, ADV), (ADV, FAV), (ADV, ADV)], numbers, strict=True)
        if n
    ]
    cells.sort(key=lambda cell: (cell.group, cell.label, cell.decision))
    rows = sum(cell.n for cell in cells)
    return Counts(rows=rows, weighted=False, attributes=("group",), joint=True, cells=tuple(cells), histograms=())


EQUAL = rows_of(a=(950, 50, 50, 950), b=(950, 50, 50, 950))


class Audit:
    """The opinions on some rows, under a policy that is complete unless something is left out or changed."""

    def __init__(self, rows=EQUAL, *, checks=None, history=SHOWN, **changes):
        self.scores = changes.pop("scores", GOOD)
        self.answers, self.signed = changes.pop("answers", None), changes.pop("signed", True)
        checks = [*(checks or [*fairness_checks().values(), *model_checks().values(), A_LIST])]
        text = a_policy_text(*checks)
        columns = {"label_kind": "outcome"} | changes.pop("columns", {})
        dataset = {"role": "holdout"} | changes.pop("dataset", {})
        decision = {"costs": {"wrong_adverse": 2.0, "wrong_favourable": 1.0}} | changes.pop("decision", {})
        text["columns"] |= columns
        text["dataset"] |= dataset
        text |= {"decision": decision, "statistics": {"min_group_size": 30}} | changes
        self.policy = Policy.model_validate_json(json.dumps(text))
        names = tuple(one.name for one in self.policy.columns.sensitive)
        self.counts = rows if isinstance(rows, Counts) else counts_of(rows, names)
        self.reference_policy = reference_policy(self.policy, read_profile().profile)
        evidence = [item for policy in (self.policy, self.reference_policy) for item in self._measured(policy)]
        if self.policy.checklist_check is not None:
            evidence += self._answered()
        self.evidence = evidence
        usefulness = measure_usefulness(self.counts, self.policy)
        self.findings, self.opinions = conclude(
            self.policy,
            evidence,
            Circumstances(history=history, usefulness=usefulness),
            profile=read_profile(),
        )
        self.by_check = {finding.check: finding for finding in self.findings}
        self.result, self.reference = self.opinions.policy, self.opinions.reference.opinion

    def _measured(self, policy):
        yield from measure(policy.metric_checks(FAIRNESS), self.counts, policy)
        for check in policy.metric_checks(TRANSPARENCY, EXPLAINABILITY):
            yield self._score(check, self.scores[check.metric])

    def _score(self, check, value):
        common = {
            "id": f"{check.id}/overall",
            "check": check.id,
            "metric": check.metric,
            "subject": Subject(title=check.metric, among="", counted="", formal=""),
            "of": (),
        }
        if value is None:
            return Unmeasured(
                **common, convention=Convention.ABSOLUTE, reason=Reason.MISSING_INPUT, detail="no model was given"
            )
        claims = tuple(
            PairClaim(side=side, limit=limit_text(limit), ends=(value, value), beyond=())
            for side, limit in sides_to_judge(check, Convention.ABSOLUTE)
        )
        return Score(
            **common, confidence=0.95, method="", value=value, interval=(value, value), baseline=None,
            claims=claims, sentence="",
        )  # fmt: skip

    def _answered(self):
        answers = self.answers or [an_answer(f"FA-{name[:3].upper()}-01", principle=name) for name in Principle]
        lacking = {} if self.signed else {"signed": (), "lacking": ("nobody has signed the answers",)}
        return [a_sheet(*answers, **lacking), *answers]

    @property
    def features(self):
        return {principle: feature.result for principle, feature in self.result.features.items()}

    @property
    def caps(self):
        return [cap.sentence for cap in self.result.caps]


def without(*ids, checks=None):
    """All checks but some; A-01 stays unless named."""
    kept = checks or fairness_checks() | {check["id"]: check for check in model_checks().values()} | {"A-01": A_LIST}
    return [check for name, check in kept.items() if name not in ids]


def changed(**changes):
    """All checks, some of them changed: `F_01={"limit": …}`."""
    kept = fairness_checks() | {check["id"]: check for check in model_checks().values()} | {"A-01": A_LIST}
    for name, change in changes.items():
        check = name.replace("_", "-")
        kept[check] = kept[check] | change
    return list(kept.values())


def test_a_complete_policy_that_is_kept_meets_every_limit_and_so_does_the_reference() -> None:
    audit = Audit()

    assert audit.result.overall is MEETS
    assert audit.reference.overall is MEETS
    assert set(audit.features.values()) == {FeatureResult.MET}
    assert audit.result.caps == ()
    assert audit.result.missing == {}


def test_1_one_side_of_the_outcome_is_nearly_blind() -> None:
    rows = rows_of(a=(600, 0, 11, 33), b=(1900, 0, 45, 24))
    audit = Audit(rows, checks=without("F-02"))

    assert audit.by_check["F-01"].verdict is Verdict.MET
    assert audit.features[FAIRNESS] is FeatureResult.NO_OPINION
    assert audit.result.overall is NO_OPINION
    assert audit.reference.overall is DOES_NOT_MEET


def test_2_four_people_in_a_group_are_shown_and_decide_nothing() -> None:
    rows = [*EQUAL, *rows_of(c=(2, 0, 0, 2))]
    audit = Audit(rows)

    assert audit.result.overall is MEETS
    assert audit.by_check["F-01"].because.endswith("4,000 of 4,004 judged")


def test_3_too_few_to_tell_is_no_opinion() -> None:
    audit = Audit(rows_of(a=(28, 5, 5, 13), b=(105, 10, 11, 23)))

    assert audit.by_check["F-02"].verdict is Verdict.CANNOT_TELL
    assert audit.result.overall is NO_OPINION


NOTHING_OF_THE_MODEL = dict.fromkeys(GOOD)


def test_4_with_predictions_only_fairness_is_still_said() -> None:
    audit = Audit(scores=NOTHING_OF_THE_MODEL)

    assert audit.result.overall is NO_OPINION
    assert audit.features[FAIRNESS] is FeatureResult.MET
    assert audit.features[TRANSPARENCY] is audit.features[EXPLAINABILITY] is FeatureResult.NO_OPINION


def test_5_leaving_the_questions_out_gives_no_better_answer() -> None:
    audit = Audit(checks=without(*(check["id"] for check in model_checks().values())))

    assert audit.result.overall is NO_OPINION
    assert audit.features[FAIRNESS] is FeatureResult.MET
    # The questions that people answered are still there.
    assert audit.features[TRANSPARENCY] is audit.features[EXPLAINABILITY] is FeatureResult.NO_OPINION


def test_6_cases_that_the_supplier_chose() -> None:
    audit = Audit(dataset={"role": "vendor_supplied"})

    assert audit.result.overall is FALLS_SHORT
    assert audit.caps == ["It was tested only on cases that the supplier chose."]


ONE_IS_OPEN = rows_of(a=(400, 5, 20, 60), b=(1700, 20, 60, 220))


def test_7_one_blocker_that_cannot_be_told_is_named() -> None:
    audit = Audit(ONE_IS_OPEN, checks=changed(F_03={"severity": "minor"}))
    open_ = [finding.check for finding in audit.findings if finding.verdict is not Verdict.MET]

    assert open_ == ["F-02"]
    assert audit.result.overall is NO_OPINION


def test_8_a_blocker_cannot_be_told_and_a_major_is_not_met() -> None:
    audit = Audit(
        ONE_IS_OPEN, checks=changed(F_03={"severity": "minor"}), scores=GOOD | {"documentation_completeness": 0.2}
    )

    assert audit.result.overall is NO_OPINION
    assert audit.result.because.endswith("and 1 limit is not met")


def test_9_a_waiver_of_a_blocker_opens_the_gate_once_the_officer_has_signed() -> None:
    """The line on page 1 stands in tests/report/test_waived.py, the signed folder in tests/cli/test_gate_waivers.py."""
    waiver = {"check": "F-01", "until": "2027-01-31", "reason": "The threshold changes in January."}
    checks = changed(F_02={"severity": "minor"}, F_03={"severity": "minor"})
    plain, audit = Audit(BAD, checks=checks), Audit(BAD, checks=checks, waivers=[waiver])

    assert audit.result.overall is DOES_NOT_MEET
    assert (audit.findings, audit.opinions) == (plain.findings, plain.opinions)
    unsigned = gated(audit, Acceptance(None, "nobody has signed audit.json"))
    assert unsigned.exit_code is ExitCode.NOT_MET
    assert unsigned.reason.endswith(
        "takes the accountable officer's signature on the audit: nobody has signed audit.json"
    )
    signed = gated(audit, Acceptance("Otto Officer"))
    assert (signed.exit_code, signed.passed_by_waiver) == (ExitCode.OK, ("F-01",))


def gated(audit, acceptance, *, created="2026-11-21T12:00:00Z", now="2026-11-22T08:00:00Z"):
    """What the gate answers to this audit with its policy's waivers."""
    waivers = weigh_waivers(audit.policy, audit.findings, created=created, now=now, acceptance=acceptance)
    return apply_gate_with_waivers(audit.policy, audit.findings, audit.result, evidence=audit.evidence, waivers=waivers)


def test_12_limits_that_were_changed_after_a_run() -> None:
    assert Audit(history=CHANGED).result.overall is NO_OPINION
    assert Audit(BAD, history=CHANGED).result.overall is DOES_NOT_MEET
    assert Audit(history=NOT_COUNTED).result.overall is FALLS_SHORT


BAD = rows_of(a=(500, 400, 50, 950), b=(950, 50, 50, 950))


def test_13_no_fairness_check_at_all() -> None:
    audit = Audit(checks=without("F-01", "F-02", "F-03", "F-04"))

    assert audit.result.overall is NO_OPINION
    assert audit.features[FAIRNESS] is FeatureResult.NO_OPINION  # the answers are there, the measuring is not


def test_14_only_checks_that_weigh_nothing() -> None:
    checks = [check | {"severity": "info"} for check in without("A-01")]
    audit = Audit(checks=checks)

    assert audit.result.overall is NO_OPINION
    assert set(audit.features.values()) <= {FeatureResult.NO_OPINION, FeatureResult.NOT_AUDITED}


def test_15_where_nobody_recorded_who_these_people_were() -> None:
    audit = Audit([{key: row[key] for key in ("label", "decision")} for row in EQUAL],
                  checks=without("F-01", "F-02", "F-03"), columns={"sensitive": []})  # fmt: skip

    assert audit.features[FAIRNESS] is FeatureResult.NO_OPINION
    assert "whether any group fares worse: nobody recorded who these people were" in audit.result.missing[FAIRNESS]
    assert audit.reference.overall is NO_OPINION


def test_16_labels_made_by_the_process_that_is_audited() -> None:
    audit = Audit(columns={"label_kind": "past_decision"})

    assert audit.result.overall is FALLS_SHORT
    assert audit.features[FAIRNESS] is FeatureResult.IN_PART
    assert audit.features[TRANSPARENCY] is FeatureResult.MET


def test_17_ten_million_rows_just_beyond_the_limit_are_beyond_it() -> None:
    """A ratio of 0.796 against 0.80: with 10 million rows it is beyond, with 1,000 nobody can tell."""
    checks = changed(F_02={"limit": {"max": 1.3}})
    large = Audit(cells_of(a=(1_990_000, 0, 0, 3_010_000), b=(2_500_000, 0, 0, 2_500_000)), checks=checks)
    small = Audit(cells_of(a=(199, 0, 0, 301), b=(250, 0, 0, 250)), checks=checks)

    assert large.by_check["F-01"].verdict is Verdict.NOT_MET
    assert large.result.overall is DOES_NOT_MEET
    assert small.by_check["F-01"].verdict is Verdict.CANNOT_TELL


def test_18_a_limit_that_is_far_too_loose() -> None:
    loose = changed(F_01={"limit": {"min": 0.1}}, F_02={"limit": {"max": 9}}, F_03={"limit": {"max": 0.9}})
    audit = Audit(BAD, checks=loose)

    assert audit.result.overall is MEETS
    assert audit.reference.overall is DOES_NOT_MEET
    assert audit.opinions.reference_is_worse


def test_19_a_model_that_says_the_same_for_everyone_and_a_coin() -> None:
    constant = Audit(rows_of(a=(500, 0, 500, 0), b=(500, 0, 500, 0)))
    coin = Audit(rows_of(a=(500, 500, 500, 500), b=(500, 500, 500, 500)), checks=changed(F_04={"limit": {"max": 0.6}}))

    assert constant.result.overall is NO_OPINION
    assert constant.by_check["F-02"].verdict is Verdict.CANNOT_TELL
    assert coin.result.overall is FALLS_SHORT
    assert coin.caps == ["The model is not shown to do better than the same answer for everyone."]


EQUALLY_WRONG = rows_of(a=(600, 65, 0, 35), b=(600, 65, 0, 35))


def test_20_equal_misery_is_not_presumption_of_innocence() -> None:
    checks = changed(F_03={"limit": {"max": 0.2}}, F_04={"severity": "blocker"})
    audit = Audit(EQUALLY_WRONG, checks=checks)

    assert audit.by_check["F-01"].verdict is Verdict.MET
    assert audit.result.overall is DOES_NOT_MEET
    assert Audit(EQUALLY_WRONG, checks=without("F-04")).result.overall is NO_OPINION


def test_21_a_small_group_that_fares_far_worse_as_a_major() -> None:
    rows = rows_of(a=(30, 0, 0, 170), b=(1900, 0, 0, 1900))
    checks = changed(F_01={"severity": "major"}, F_02={"severity": "major"}, F_03={"limit": {"max": 0.2}})
    audit = Audit(rows, checks=checks)

    assert audit.result.overall is FALLS_SHORT
    assert audit.reference.overall is DOES_NOT_MEET
    assert audit.opinions.reference_is_worse


@pytest.mark.parametrize("fail_on", ["blocker", "major", "minor"])
def test_22_the_gate_moves_no_opinion(fail_on) -> None:
    majors = changed(F_01={"severity": "major"}, F_02={"severity": "major"}, F_03={"severity": "major"})
    gate = {"fail_on": fail_on, "cannot_tell": "fail"}
    one = Audit(BAD, checks=majors, gate=gate)
    two = Audit(BAD, checks=majors, gate=gate, scores=GOOD | {"documentation_completeness": 0.2})

    assert (one.result.overall, two.result.overall) == (FALLS_SHORT, DOES_NOT_MEET)
    code = apply_gate(one.policy, one.findings, one.result).exit_code
    assert code == (0 if fail_on == "blocker" else 3)


def test_23_a_middle_group_as_the_reference_hides_half_of_the_gap() -> None:
    rows = rows_of(a=(1200, 0, 0, 800), b=(960, 0, 0, 1040), c=(800, 0, 0, 1200))
    to_middle = {"params": {"convention": "to_reference", "reference": {"group": "b"}}}
    audit = Audit(rows, checks=changed(F_01=to_middle | {"limit": {"min": 0.8}}, F_02=to_middle))

    assert audit.features[FAIRNESS] in {FeatureResult.NO_OPINION, FeatureResult.NOT_MET}
    assert any("best-off group" in what for what in audit.result.missing[FAIRNESS])
    assert audit.reference.overall is DOES_NOT_MEET


def test_24_favourable_entered_the_wrong_way_round_is_still_a_gap() -> None:
    rows = rows_of(a=(430, 0, 0, 570), b=(100, 0, 0, 900))
    to_b = {"params": {"convention": "to_reference", "reference": {"group": "b"}}}
    audit = Audit(rows, checks=changed(F_01=to_b))

    assert audit.by_check["F-01"].verdict is Verdict.NOT_MET


def test_27_attributes_that_are_added_do_not_soften_the_reference() -> None:
    many = [{"name": "group", "label": "Group"}, *({"name": f"x{n}", "label": f"X {n}"} for n in range(15))]
    rows = rows_of(a=(540, 60, 10, 390), b=(640, 20, 10, 330))
    wide = [row | {f"x{n}": str(hash((place, n)) % 2) for n in range(15)} for place, row in enumerate(rows)]
    checks = changed(F_02={"across": [one["name"] for one in many]}, F_01={"across": [one["name"] for one in many]})
    audit = Audit(wide, checks=checks, columns={"sensitive": many})
    alone = Audit(rows)

    def ends(opinions):
        found = [one for one in opinions.reference.findings if one.check == "R-200"]
        return found[0].because

    assert ends(audit.opinions) == ends(alone.opinions)


def test_29_labels_that_are_withheld_give_no_opinion() -> None:
    rows = [row | {"label": None} for row in EQUAL]
    audit = Audit(rows, checks=without("F-03", "F-04"), columns={"label": None})

    assert audit.by_check["F-01"].verdict is Verdict.MET
    assert audit.features[FAIRNESS] is FeatureResult.NO_OPINION
    assert audit.result.overall is NO_OPINION


def test_30_trivial_checks_are_not_counted() -> None:
    trivial = [a_check(id=f"X-{n:02}", limit={"min": 0.01}, severity="minor") for n in range(20)]
    checks = [*without("A-01"), A_LIST]
    few, many = Audit(BAD, checks=checks), Audit(BAD, checks=[*checks, *trivial])

    assert many.result.because == few.result.because
    assert many.result.overall is few.result.overall is DOES_NOT_MEET


def test_a_stop_question_answered_no_ends_it_under_the_reference_too() -> None:
    answers = [an_answer("FA-PUR-04", Given.NO, stop=True), *(an_answer(f"FA-{n}", principle=n) for n in Principle)]
    audit = Audit(answers=answers)

    assert audit.result.overall is audit.reference.overall is DOES_NOT_MEET


def test_answers_that_nobody_signed_give_no_opinion() -> None:
    audit = Audit(signed=False)

    assert audit.features[ACCOUNTABILITY] is FeatureResult.NO_OPINION
    assert audit.result.overall is NO_OPINION
