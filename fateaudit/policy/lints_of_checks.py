"""Notes on single checks: limits that decide nothing, that nothing can meet, or that say something else than meant."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from fateaudit.counts import Outcome
from fateaudit.evidence import Convention, Side
from fateaudit.policy.checks import Limit, MetricCheck, Principle
from fateaudit.policy.content import Content
from fateaudit.policy.judging import sides_to_judge
from fateaudit.policy.lints import Draft, Noted, Weight, weight_of_open
from fateaudit.policy.looser import BESIDE_WORDS, Beside, LimitBeside, compare_limits
from fateaudit.policy.meaning import Meaning, by_harm
from fateaudit.policy.reference import read_profile, reference_policy
from fateaudit.policy.wording import count_of, limit_in_words, listed

MANY_LESSER = 5
"""So many checks that do not decide are an annex of their own; beside few that decide, they flatter a count."""


def _placed(draft: Draft) -> Iterator[tuple[tuple[str | int, ...], MetricCheck, Meaning]]:
    for place, check in enumerate(draft.policy.checks):
        if isinstance(check, MetricCheck):
            yield ("checks", place), check, draft.meanings[check.id]


def lacks(check: MetricCheck, draft: Draft) -> str:
    """Return what is not there that the check would be measured with, or nothing."""
    meaning = draft.meanings[check.id]
    if meaning.needs_model and draft.policy.model.path is None:
        return "the model"
    return "labels" if meaning.needs_labels and draft.policy.columns.label is None else ""


def hopeless(draft: Draft) -> frozenset[str]:
    """Return the checks that no model and no data can meet."""
    return frozenset(
        check.id
        for _, check, meaning in _placed(draft)
        if lacks(check, draft) or _is_zero_tolerance(check, meaning) or _is_beyond_all(check, meaning)
    )


def cannot_be_measured(draft: Draft) -> Iterator[Noted]:
    """L-04: a metric that needs the model or the labels, where there are none."""
    for at, check, _ in _placed(draft):
        if lacking := lacks(check, draft):
            do = "write columns.label: the column that says what happened"
            if lacking == "the model":
                do = "ask for the model file and write model.path; withheld is not the same as met"
            what = f"{check.id} ({check.metric}) cannot be measured without {lacking}"
            yield Noted((*at, "metric"), weight_of_open(check.severity), what, do)


def zero_is_tolerated(draft: Draft) -> Iterator[Noted]:
    """L-07: no gap at all is asked for, and no finite number of rows can show that there is none."""
    for at, check, meaning in _placed(draft):
        if _is_zero_tolerance(check, meaning):
            what = f"{check.id} tolerates nothing ({limit_in_words(check.limit)}): with enough rows no model meets it"
            do = "write how large a gap somebody would have to answer for, for example "
            do += {"ratio": "{ min: 0.80 }, or { max: 1.25 } to the lowest", "difference": "{ max: 0.05 }"}.get(
                meaning.comparison, "{ max: 0.15 }, or { min: 0.85 }"
            )
            yield Noted((*at, "limit"), weight_of_open(check.severity), what, do)


def _is_zero_tolerance(check: MetricCheck, meaning: Meaning) -> bool:
    """Whether the limit allows one value only, of a quantity that is estimated from rows."""
    if meaning.comparison == "score":
        return False
    if meaning.comparison == "level":
        if meaning.is_statistic:
            return check.limit.min == check.limit.max
        return check.limit.min == 1 or check.limit.max in {0, check.limit.min}
    ends = dict(sides_to_judge(check, meaning.convention))
    if meaning.convention is Convention.TO_REFERENCE:
        return ends[Side.MIN] == ends[Side.MAX]
    return set(ends.values()) == {1 if meaning.comparison == "ratio" else 0}


def nothing_breaks_or_keeps(draft: Draft) -> Iterator[Noted]:
    """L-08: a limit that next to nothing can be beyond, or within."""
    for at, check, meaning in _placed(draft):
        if not meaning.is_statistic and _is_unbreakable(check.limit, meaning):
            what = f"{check.id} ({check.metric}, {limit_in_words(check.limit)}) can hardly be broken by any model"
            yield Noted((*at, "limit"), Weight.READ, what, "write a limit that some model would not keep")
        elif _is_beyond_all(check, meaning):
            what = f"{check.id} ({check.metric}, {limit_in_words(check.limit)}) can be kept by no model"
            yield Noted((*at, "limit"), weight_of_open(check.severity), what, "write a limit that a good model keeps")


_NEAR = 0.01
"""So near to the end of what is possible, a rate, a ratio or its inverse is as good as there."""


def _is_unbreakable(limit: Limit, meaning: Meaning) -> bool:
    low, high = limit.min, limit.max
    if meaning.comparison == "score":
        return (low is None or low <= 0) and (high is None or high >= 1)
    if meaning.comparison == "difference":
        return (low is None or low <= _NEAR - 1) and (high is None or high >= 1 - _NEAR)
    top = 1 - _NEAR if meaning.comparison == "level" else 1 / _NEAR
    return (low is None or low <= _NEAR) and (high is None or high >= top)


def _is_beyond_all(check: MetricCheck, meaning: Meaning) -> bool:
    """Whether a score would have to be as bad as can be."""
    limit = check.limit
    good, bad = (limit.min, limit.max) if meaning.better is Side.MIN else (limit.max, limit.min)
    worst = 0 if meaning.better is Side.MIN else 1
    return meaning.comparison == "score" and good is None and bad == worst


def wrong_way_round(draft: Draft) -> Iterator[Noted]:
    """L-09: "at least" of something bad, or "at most" of something good."""
    for at, check, meaning in _placed(draft):
        ends = {side for side, _ in check.limit.sides()}
        is_one_sided = meaning.comparison in {"score", "level"} and (
            meaning.comparison == "score" or meaning.needs_labels
        )
        if is_one_sided and meaning.better is not None and meaning.better not in ends:
            good = "more" if meaning.better is Side.MIN else "less"
            what = f"{check.id} ({check.metric}) is better the {good} there is, and the limit asks for the opposite"
            end = "min" if meaning.better is Side.MIN else "max"
            yield Noted(
                (*at, "limit"), Weight.READ, what, f"write {end} in place of {'max' if end == 'min' else 'min'}"
            )


def named_reference(draft: Draft) -> Iterator[Noted]:
    """L-10: a named group may be a middle one, and then half of the gap is never looked at."""
    for at, check, meaning in _placed(draft):
        if meaning.convention is Convention.TO_REFERENCE:
            named = listed([f"{name}: {group}" for name, group in check.params.reference.items()])
            what = (
                f"{check.id} holds every group against one that was named ({named}); a middle one hides half of a gap"
            )
            do = "remove params: the best-off group is then the one that others are held against"
            yield Noted((*at, "params"), Weight.READ, what, do)


def asked_twice(draft: Draft) -> Iterator[Noted]:
    """L-11: the same comparison within the same limit under two ids counts twice and asks once."""
    first: dict[tuple[object, ...], str] = {}
    for at, check, meaning in _placed(draft):
        repeated: dict[str, list[str]] = {}
        for of in check.attribute_sets():
            named = tuple(sorted(check.params.reference.items()))
            ends = sides_to_judge(check, meaning.convention)
            key = (by_harm(check.metric, draft.policy), meaning.convention, frozenset(of), ends, named)
            earlier = first.setdefault(key, check.id)
            if earlier != check.id:
                repeated.setdefault(earlier, []).append(" × ".join(of) or "everyone")
        for earlier, whose in repeated.items():
            what = f"{check.id} asks what {earlier} asks already, for {listed(whose)}"
            yield Noted(at, Weight.READ, what, f"remove it from one of the two: {check.id} or {earlier}")


def never_checked(draft: Draft) -> Iterator[Noted]:
    """L-12: an attribute that was declared and that no check compares by itself."""
    comparing = [check for _, check, _ in _placed(draft) if check.principle is Principle.FAIRNESS]
    checked = {of for check in comparing for of in check.attribute_sets()}
    for place, attribute in enumerate(draft.policy.columns.sensitive):
        if (attribute.name,) not in checked:
            what = f"no check compares the groups of {attribute.name}, which is declared"
            do = f"add {attribute.name} to across: of the checks that compare groups"
            yield Noted(("columns", "sensitive", place), Weight.READ, what, do)
    for place, names in enumerate(draft.policy.columns.intersections):
        if not any(set(of) == set(names) for of in checked):
            what = f"the intersection {' × '.join(names)} is declared, and no check compares its groups"
            do = f"write a check with across: [[{', '.join(names)}]], or remove the intersection"
            yield Noted(("columns", "intersections", place), Weight.READ, what, do)


def bins_of_one(draft: Draft) -> Iterator[Noted]:
    """L-13: a bin that holds one value: hardly ever a group that can be judged."""
    for place, attribute in enumerate(draft.policy.columns.sensitive):
        edges = attribute.bins or ()
        whole = all(edge == int(edge) for edge in edges)
        named = list(zip(attribute.bin_names(), pairwise(edges), strict=True))
        alone = [name for name, (low, high) in named if whole and high - low <= 1]
        if alone:
            what = f"there are bins of {attribute.name} that hold one value each: {listed(alone, 3)}"
            at = ("columns", "sensitive", place, "bins")
            yield Noted(at, Weight.READ, what, "write wider bins: groups too small to judge decide nothing")


def many_trivial(draft: Draft) -> Iterator[Noted]:
    """L-14: many checks that decide nothing beside few that do."""
    weighty = sum(check.severity.is_material for check in draft.policy.checks)
    lesser = len(draft.policy.checks) - weighty
    if lesser >= MANY_LESSER and lesser > weighty:
        what = f"{count_of(lesser, 'check')} are minor or info and decide nothing, beside {weighty} that do"
        do = "raise those that matter to major, and keep the others out: the report counts blockers and majors only"
        yield Noted(("checks",), Weight.READ, what, do)


def coded_errors(draft: Draft) -> Iterator[Noted]:
    """L-18: an error rate whose meaning hangs on `columns.positive`, where another name says whom it harms."""
    renamed = Counter(
        (check.metric, by_harm(check.metric, draft.policy))
        for _, check, _ in _placed(draft)
        if by_harm(check.metric, draft.policy) != check.metric
    )
    positive = "favourable" if draft.policy.columns.coded_positive is Outcome.FAVOURABLE else "adverse"
    for (coded, named), times in renamed.items():
        at = next(at for at, check, _ in _placed(draft) if check.metric == coded)
        in_all = f" (in {times} checks)" if times > 1 else ""
        what = f"what {coded}{in_all} means hangs on columns.positive, which is {positive}"
        yield Noted(
            (*at, "metric"), Weight.READ, what, f"write {named}: the same figure, named by what it does to people"
        )


_METRICS = {
    Content.FAVOURABLE_SIDE: "selection_rate_ratio",
    Content.ADVERSE_SIDE: "adverse_rate_ratio",
    Content.ERRORS_BY_GROUP: "wrong_adverse_rate_difference",
    Content.ERRORS_AT_ALL: "wrong_adverse_share",
}
"""What the reference asks of the same; a note that stops an opinion need not be made twice."""


def looser_than_reference(draft: Draft) -> Iterator[Noted]:
    """L-20: a limit that lets more through than the reference's, or that weighs less; page 1 will show both."""
    reference = reference_policy(draft.policy, read_profile().profile)
    noted: dict[tuple[str, str], tuple[LimitBeside, list[str]]] = {}
    besides = compare_limits(draft.policy, reference)
    said = {_METRICS.get(one.content, one.content.value) for ones in draft.missing.values() for one in ones}
    yield from _not_here([one for one in besides if one.beside is Beside.MISSING and one.reference.metric not in said])
    for one in besides:
        is_looser = one.beside in {Beside.LOOSER, Beside.FAR_LOOSER}
        if one.own is not None and (is_looser or one.is_lighter):
            _, whose = noted.setdefault((one.own.id, one.reference.metric), (one, []))
            whose.append(" × ".join(one.of) or "everyone")
    for (name, metric), (one, whose) in noted.items():
        place = next(place for place, check in enumerate(draft.policy.checks) if check.id == name)
        asked = f"{metric}, {limit_in_words(one.reference.limit)}, {one.reference.severity}"
        how = BESIDE_WORDS[one.beside]
        if one.is_lighter:
            how = f"{how} and weighs less" if one.beside in {Beside.LOOSER, Beside.FAR_LOOSER} else "weighs less"
        what = f"{name} is {how} than the reference ({asked}), for {listed(whose)}".replace("is weighs", "weighs")
        at = ("checks", place, "limit")
        yield Noted(at, Weight.READ, what, "write the reference's limit, or let why: say what speaks for this one")


def _not_here(missing: list[LimitBeside]) -> Iterator[Noted]:
    """Note what the reference limits and no check of weight does, metric by metric."""
    for metric in dict.fromkeys(one.reference.metric for one in missing):
        ones = [one for one in missing if one.reference.metric == metric]
        limit, severity = ones[0].reference.limit, ones[0].reference.severity
        whose = listed([" × ".join(one.of) or "everyone" for one in ones])
        ways = listed(sorted({name for one in ones for name in one.other_ways}))
        other = f"; in another way {ways} does" if ways else ""
        what = (
            f"the reference limits {metric} ({limit_in_words(limit)}, {severity}) for {whose}, and no check here does"
        )
        yield Noted(("checks",), Weight.READ, f"{what}{other}", "add a check of it, or be ready to say why not")
