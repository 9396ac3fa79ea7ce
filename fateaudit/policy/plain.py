"""A policy in plain words, for a reader who decides about it and has never seen one. Nothing is judged here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from fateaudit.evidence import Convention, Side
from fateaudit.policy.checks import MetricCheck, Principle, Severity
from fateaudit.policy.judging import sides_to_judge
from fateaudit.policy.looser import BESIDE_WORDS, Beside, LimitBeside
from fateaudit.policy.meaning import Meaning, Meanings
from fateaudit.policy.schema import Attribute, Policy
from fateaudit.policy.waiver import Waiver
from fateaudit.policy.waiving import earliest_audit
from fateaudit.policy.wording import attribute_name, capitalised, decimal, limit_in_words, listed, units

WEIGHT_WORDS = {
    Severity.BLOCKER: "decides alone",
    Severity.MAJOR: "counts",
    Severity.MINOR: "is shown, and decides nothing",
    Severity.INFO: "is for information",
}

WEIGHTS_EXPLAINED = (
    "“Decides alone”: if this one limit is not kept, the whole result is “does not meet the limits set”.",
    "“Counts”: if it is not kept, the result falls short; under two of the four headings, it does not meet.",
    "What could not be judged is never a pass.",
)

_FRACTIONS = {
    Fraction(1, 2): "half",
    Fraction(3, 4): "three quarters",
    Fraction(4, 5): "four fifths",
    Fraction(9, 10): "nine tenths",
    Fraction(2, 3): "two thirds",
}

_OF_THE_MODEL = {
    "documentation_completeness": "Of every 100 fields that describe a model, {ends} must be filled in.",
    "determinism": "Of every 100 cases given to the model again, {ends} must get the same output.",
    "train_overlap": "Of every 100 cases, {ends} may be cases that the model was trained on.",
    "trace_completeness": "Of the six stages from the inputs to one output, {share} must be open to be followed.",
    "transparency_fidelity": "A simple rule that people can read must repeat {ends} parts in 100 of the model.",
    "attribution_fidelity": "The reasons given must account for {ends} parts in 100 of what the model does.",
    "attribution_stability": "Of every 100 reasons, {ends} must stay the same when the reasons are worked out again.",
    "attribution_additivity_gap": "Reasons may miss the output by {ends} in 100 of how far outputs lie apart.",
    "proxy_risk": "A column may go with an attribute, and carry its difference in outputs, to {ends} in 100.",
    "flip_rate": "Of every 100 cases, {ends} may get another output when an attribute alone is changed.",
    "attribution_fidelity_gap": "The reasons given may account for {ends} parts in 100 less of one group than another.",
    "sensitive_attribution_share": "Of all that moves the output, {ends} parts in 100 may lie on declared attributes.",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """One limit as a lay reader is told of it."""

    check: str
    principle: Principle
    whose: str
    sentence: str
    weight: str
    reference: str
    why: str


def promises(policy: Policy, meanings: Meanings, besides: Sequence[LimitBeside]) -> tuple[Promise, ...]:
    """Return every limit as a sentence, with its weight and what the reference asks."""
    return tuple(
        Promise(
            check=check.id,
            principle=check.principle,
            whose=_whose(check, policy),
            sentence=sentence(check, meanings[check.id], policy),
            weight=WEIGHT_WORDS[check.severity],
            reference=_reference_for(check, besides),
            why=check.why,
        )
        for check in policy.metric_checks()
    )


def _whose(check: MetricCheck, policy: Policy) -> str:
    if check.across == "overall":
        return ""
    return listed([attribute_name(policy, of) for of in check.attribute_sets()])


def sentence(check: MetricCheck, meaning: Meaning, policy: Policy) -> str:
    """Return a limit as one sentence that a person can hold against a table of counts."""
    if meaning.is_statistic:
        return _of_statistic(check, meaning)
    match meaning.comparison:
        case "score":
            return _of_model(check)
        case "level":
            return _of_level(check, meaning, policy)
        case "ratio":
            return _of_ratio(check, meaning, policy)
        case "difference":
            return _of_difference(check, meaning, policy)


def _of_statistic(check: MetricCheck, meaning: Meaning) -> str:
    kinds = {"ratio": ", one group to another,", "difference": ", from one group to another,"}
    kind = kinds.get(meaning.comparison, "")
    says = capitalised(meaning.subject.counted)
    return f"“{meaning.subject.title}”{kind} must be {limit_in_words(check.limit)}. {says}."


def _of_model(check: MetricCheck) -> str:
    shares = " and ".join(
        f"{'at least' if side is Side.MIN else 'at most'} {_hundredths(end)}" for side, end in check.limit.sides()
    )
    whole = check.limit.min == 1 and check.limit.max is None
    said = _OF_THE_MODEL.get(check.metric, "{ends} of every 100, as " + check.metric + " counts them.")
    share = "all" if whole else f"{shares} in 100"
    return capitalised(said.format(ends="all" if whole and "parts" not in said else shares, share=share))


def _of_level(check: MetricCheck, meaning: Meaning, policy: Policy) -> str:
    ends = " and ".join(
        f"{'at least' if side is Side.MIN else 'at most'} {_hundredths(end)}" for side, end in check.limit.sides()
    )
    where = "" if check.across == "overall" else " In every group by itself."
    return f"Of every 100 {_rows(meaning, policy)}, {ends} may {_verb(meaning)}.{where}"


def _of_ratio(check: MetricCheck, meaning: Meaning, policy: Policy) -> str:
    rows, verb = _rows(meaning, policy), _verb(meaning)
    ends = dict(sides_to_judge(check, meaning.convention))
    said = []
    if (low := ends.get(Side.MIN)) is not None:
        said.append(f"less than {_times(low)} as often")
    if (high := ends.get(Side.MAX)) is not None:
        said.append(f"more than {_times(high)} as often")
    than = _against(check, meaning)
    numbers = " to ".join(_hundredths(end) for end in ends.values())
    bound = "" if len(ends) > 1 else ("at least " if Side.MIN in ends else "at most ")
    counted = f"where 100 are there, {bound}{numbers} of as many here"
    return f"Of all {rows}, no group may {verb} {' or '.join(said)} as {than}: {counted}."


def _of_difference(check: MetricCheck, meaning: Meaning, policy: Policy) -> str:
    ends = dict(sides_to_judge(check, meaning.convention))
    rows, verb = _rows(meaning, policy), _verb(meaning)
    if meaning.convention is Convention.TO_REFERENCE:
        low, high = _hundredths(-ends[Side.MIN]), _hundredths(ends[Side.MAX])
        return (
            f"Of every 100 {rows}, at most {high} more and at most {low} fewer may {verb} in any group than in "
            f"{_against(check, meaning)}."
        )
    most = _hundredths(ends[Side.MAX])
    return f"Of every 100 {rows}, at most {most} more may {verb} in one group than in any other."


def _rows(meaning: Meaning, policy: Policy) -> str:
    return f"{units(policy)} {meaning.subject.among}".strip()


def _verb(meaning: Meaning) -> str:
    counted = meaning.subject.counted
    return f"be {counted.removeprefix('are ')}" if counted.startswith("are ") else counted


def _against(check: MetricCheck, meaning: Meaning) -> str:
    if meaning.convention is Convention.TO_REFERENCE:
        named = listed([f"“{group}” ({name})" for name, group in check.params.reference.items()])
        return f"the group that was named: {named}"
    best = Convention.TO_HIGHEST if meaning.better is Side.MIN else Convention.TO_LOWEST
    if meaning.convention is best:
        return "the best-off group"
    return (
        "the group where it is rarest"
        if meaning.convention is Convention.TO_LOWEST
        else "the group where it is commonest"
    )


def _times(value: Fraction) -> str:
    return _FRACTIONS.get(value) or ("exactly" if value == 1 else f"{decimal(float(value))} times")


def _hundredths(value: Fraction) -> str:
    return f"{float(value * 100):.10g}"


def _reference_for(check: MetricCheck, besides: Sequence[LimitBeside]) -> str:
    """Return what the reference asks about the same thing: "at least 0.80 (same)", or nothing."""
    found = [one for one in besides if one.own is not None and one.own.id == check.id]
    said = dict.fromkeys(f"{limit_in_words(one.reference.limit)} ({BESIDE_WORDS[one.beside]})" for one in found)
    return "; ".join(said) or "nothing on this"


def unasked(policy: Policy, besides: Sequence[LimitBeside], meanings: Meanings) -> tuple[tuple[str, str], ...]:
    """Return what the reference limits and no check of weight does: whose, and the limit as a sentence."""
    missing: dict[str, tuple[MetricCheck, list[str]]] = {}
    for one in besides:
        if one.beside is Beside.MISSING:
            _, names = missing.setdefault(one.reference.metric, (one.reference, []))
            names.append(attribute_name(policy, one.of))
    return tuple((listed(names), sentence(check, meanings[check.id], policy)) for check, names in missing.values())


def groups_of(attribute: Attribute) -> str:
    """Return who is told apart by one attribute: its named groups, its bins, or what the data will say."""
    if attribute.bins:
        return listed([attribute.groups.get(name, name) for name in attribute.bin_names()])
    if attribute.groups:
        return listed(list(attribute.groups.values()))
    return "every value that stands in the data"


def what_decides(policy: Policy) -> Iterator[str]:
    """Yield what it takes for a limit to be kept, not kept or neither, a sentence each."""
    statistics = policy.statistics
    sure = decimal(statistics.confidence * 100).removesuffix(".00")
    if statistics.decide_on == "point":
        yield "Figures are compared with limits as they are, as if chance played no part."
    else:
        yield (
            "A limit is kept, or not kept, only where chance is a poor excuse: at most "
            f"{100 - float(sure):g} times in 100 it would look so by chance alone. In between, it could not be judged."
        )
    every = units(policy)
    yield f"Groups of fewer than {statistics.min_group_size:,} {every} are shown and decide nothing."
    yield (
        f"A limit is kept only if the groups that were judged hold at least {statistics.coverage * 100:g} of every 100 "
        f"{every}."
    )
    if policy.columns.missing == "error":
        yield "Where it is not recorded who somebody is, nothing is tested."
    else:
        yield "Where it is not recorded who somebody is, that is a group of its own: shown, and never left out."


_FAIL_ON = {
    Severity.BLOCKER: "that decides alone",
    Severity.MAJOR: "that counts or decides alone",
    Severity.MINOR: "of any weight but those for information",
    Severity.INFO: "of any weight",
}


def what_the_gate_does(policy: Policy) -> Iterator[str]:
    """Yield what stops a pipeline, a sentence each."""
    gate = policy.gate
    yield f"`fateaudit gate` stops where a limit {_FAIL_ON[gate.fail_on]} is not kept."
    if gate.cannot_tell == "fail":
        yield "It stops where one of them could not be judged."
    else:
        yield "It lets pass what could not be judged."
    yield "It stops unless the audit is signed by all." if gate.require == "issued" else "It does not ask who signed."
    yield from map(_waiver_in_words, policy.waivers)
    yield "None of this changes the result that the report prints."


def _waiver_in_words(waiver: Waiver) -> str:
    return (
        f"Until {waiver.until} it may pass although {waiver.check} is not kept or could not be judged, on a test made "
        f"on {earliest_audit(waiver)} or later; if {waiver.check} decides alone, only once the accountable officer has "
        f"signed that test. Reason given: {waiver.reason}"
    )
