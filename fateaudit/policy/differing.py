"""Two policies held against each other: what changed that can alter a verdict, and which way.

"Easier" means that a better opinion, or a passed gate, is nearer than before. What could turn out either way is said to
be so: a changed threshold is not harmless because nobody can tell whom it helps. Nothing that changed goes unsaid.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fateaudit.evidence import Convention, Side
from fateaudit.policy.changes import Change, Effect, Told
from fateaudit.policy.changes_of_settings import changes_of_columns, changes_of_settings
from fateaudit.policy.checks import Check, ChecklistCheck, MetricCheck
from fateaudit.policy.content import BEST_OFF
from fateaudit.policy.judging import limit_text, sides_to_judge
from fateaudit.policy.reading import PolicyFile
from fateaudit.policy.schema import Policy
from fateaudit.policy.wording import decimal, limit_in_words, listed

Conventions = Mapping[str, Convention]
"""What each check holds groups against, by its id."""


def compare_files(old: PolicyFile, new: PolicyFile, before: Conventions, after: Conventions) -> tuple[Change, ...]:
    """Return every change between two policies, with the lines it stands on, what makes it easier first."""
    told = compare(old.policy, new.policy, before, after)
    changes = [
        Change(
            effect=one.effect,
            what=one.what,
            old_line=_line(old, one.old),
            new_line=_line(new, one.new),
        )
        for one in told
    ]
    return tuple(changes)


def _line(source: PolicyFile, at: tuple[str | int, ...]) -> int | None:
    if not at or at[0] not in source.document.data:
        return None
    return source.document.line_of(at)


def compare(old: Policy, new: Policy, before: Conventions, after: Conventions) -> tuple[Told, ...]:
    """Return every change, what makes a better opinion easier first."""
    told = [
        *_of_checks(old, new, before, after),
        *changes_of_columns(old, new),
        *changes_of_settings(old, new),
    ]
    order = list(Effect)
    return tuple(sorted(told, key=lambda one: order.index(one.effect)))


def _of_checks(old: Policy, new: Policy, before: Conventions, after: Conventions) -> Iterator[Told]:
    were = {check.id: (place, check) for place, check in enumerate(old.checks)}
    are = {check.id: (place, check) for place, check in enumerate(new.checks)}
    for name, (place, check) in were.items():
        if name not in are or not _is_same(check, are[name][1]):
            yield Told(Effect.EASIER, f"{name} is gone: {_said(check)}", ("checks", place), ())
    for name, (place, check) in are.items():
        if name not in were or not _is_same(were[name][1], check):
            effect = Effect.EITHER if new.statistics.family == "policy" else Effect.HARDER
            shared = "; it takes its part of the margin that all checks share" if effect is Effect.EITHER else ""
            yield Told(effect, f"{name} is new: {_said(check)}{shared}", (), ("checks", place))
            continue
        at, was = were[name]
        where = ("checks", at), ("checks", place)
        yield from _severity(was, check, *where)
        if isinstance(was, MetricCheck) and isinstance(check, MetricCheck):
            yield from _limit(was, check, (before[name], after[name]), *where)
            yield from _params(was, check, (before[name], after[name]), *where)
            yield from _across(was, check, *where)
        elif isinstance(was, ChecklistCheck) and isinstance(check, ChecklistCheck):
            yield from _checklist(was, check, *where)
        if was.why != check.why:
            yield Told(Effect.TEXT, f"{name} gives another reason", (*where[0], "why"), (*where[1], "why"))


def _is_same(one: Check, other: Check) -> bool:
    """Whether two checks of one id are still about the same thing."""
    if isinstance(one, MetricCheck) and isinstance(other, MetricCheck):
        return (one.principle, one.metric) == (other.principle, other.metric)
    return isinstance(one, ChecklistCheck) and isinstance(other, ChecklistCheck)


def _said(check: Check) -> str:
    if isinstance(check, ChecklistCheck):
        return f"{check.checklist}, {check.severity}"
    return f"{check.metric}, {limit_in_words(check.limit)}, {check.severity}"


Where = tuple[str | int, ...]


def _severity(was: Check, now: Check, old: Where, new: Where) -> Iterator[Told]:
    if was.severity is not now.severity:
        effect = Effect.HARDER if now.severity.at_least(was.severity) else Effect.EASIER
        what = f"{now.id} weighs {'more' if effect is Effect.HARDER else 'less'}: {now.severity}, was {was.severity}"
        yield Told(effect, what, (*old, "severity"), (*new, "severity"))


def _limit(
    was: MetricCheck, now: MetricCheck, conventions: tuple[Convention, Convention], old: Where, new: Where
) -> Iterator[Told]:
    """Hold each end that is judged against what it was; a limit can be looser at one end and tighter at the other."""
    if conventions[0] is not conventions[1]:
        if was.limit != now.limit:
            what = f"{now.id}: the limit is {limit_in_words(now.limit)}, was {limit_in_words(was.limit)}"
            yield Told(Effect.EITHER, what, (*old, "limit"), (*new, "limit"))
        return
    ends = [dict(sides_to_judge(check, conventions[0])) for check in (was, now)]
    for side in Side:
        before, after = (end.get(side) for end in ends)
        if before == after:
            continue
        if before is None or after is None:
            is_looser = after is None
        else:
            is_looser = after < before if side is Side.MIN else after > before
        said = [
            f"{_BOUND[side]} {decimal(float(limit_text(end)))}" if end is not None else "none"
            for end in (after, before)
        ]
        what = f"{now.id} ({now.metric}) is {'looser' if is_looser else 'tighter'}: {said[0]}, was {said[1]}"
        yield Told(Effect.EASIER if is_looser else Effect.HARDER, what, (*old, "limit"), (*new, "limit"))
    if was.limit != now.limit and ends[0] == ends[1]:
        yield Told(Effect.TEXT, f"{now.id}: the same limit is written in another way", (*old, "limit"), (*new, "limit"))


_BOUND = {Side.MIN: "at least", Side.MAX: "at most"}


def _params(
    was: MetricCheck, now: MetricCheck, conventions: tuple[Convention, Convention], old: Where, new: Where
) -> Iterator[Told]:
    at = (*old, "params"), (*new, "params")
    one, other = conventions
    if one is not other:
        effect = Effect.EITHER
        if one in BEST_OFF and other is Convention.TO_REFERENCE:
            effect = Effect.EASIER
        elif one is Convention.TO_REFERENCE and other in BEST_OFF:
            effect = Effect.HARDER
        against = {Convention.TO_REFERENCE: "a named group"}
        what = f"{now.id} holds groups against {against.get(other, other.value)}, was {against.get(one, one.value)}"
        yield Told(effect, what, *at)
    held = [{**check.params.model_dump(mode="json"), "convention": None} for check in (was, now)]
    for name in held[0]:
        is_said = name == "reference" and one is not other
        if held[0][name] != held[1][name] and not is_said:
            what = f"{now.id}: params.{name} is {_shown(held[1][name])}, was {_shown(held[0][name])}"
            yield Told(_of_param(name, held[0][name], held[1][name]), what, *at)
    if was.params.convention is not now.params.convention and one is other:
        yield Told(Effect.TEXT, f"{now.id}: the same convention is written in another way", *at)


def _of_param(name: str, was: Any, now: Any) -> Effect:
    if name == "why_excluded":
        return Effect.TEXT
    if name == "exclude_below":
        return Effect.EASIER if (now or 0) > (was or 0) else Effect.HARDER
    return Effect.EITHER


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return listed([f"{name}: {one}" for name, one in value.items()]) or "none"
    return (listed(list(map(str, value))) if isinstance(value, list | tuple) else str(value or "")) or "none"


def _across(was: MetricCheck, now: MetricCheck, old: Where, new: Where) -> Iterator[Told]:
    sets = [{frozenset(of): " × ".join(of) or "everyone" for of in check.attribute_sets()} for check in (was, now)]
    gone = [name for of, name in sets[0].items() if of not in sets[1]]
    added = [name for of, name in sets[1].items() if of not in sets[0]]
    at = (*old, "across"), (*new, "across")
    if gone:
        yield Told(Effect.EASIER, f"{now.id} no longer limits {listed(gone)}", *at)
    if added:
        # One more comparison shares the margin of the others, which can turn "not met" into "cannot tell".
        what = f"{now.id} limits {listed(added)} too, and tells all that it compares less surely for it"
        yield Told(Effect.EITHER, what, *at)


def _checklist(was: ChecklistCheck, now: ChecklistCheck, old: Where, new: Where) -> Iterator[Told]:
    for name in ("checklist", "answers"):
        if getattr(was, name) != getattr(now, name):
            what = f"{now.id}: {name} is {getattr(now, name)}, was {getattr(was, name)}"
            yield Told(Effect.EITHER, what, (*old, name), (*new, name))
    signers = [set(check.require.signed_by) for check in (was, now)]
    at = (*old, "require"), (*new, "require")
    for effect, roles, words in (
        (Effect.EASIER, signers[0] - signers[1], "need no longer sign"),
        (Effect.HARDER, signers[1] - signers[0], "must sign"),
    ):
        if roles:
            yield Told(effect, f"{now.id}: {listed(sorted(role.words for role in roles))} {words} the answers", *at)
