"""Changes of everything in a policy but its checks, setting by setting.

Every setting is compared. One that stands in no table below counts as one that could turn out either way: a setting
that is added to the schema is never taken for harmless because nobody thought of it here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fateaudit.policy.changes import Effect, Told
from fateaudit.policy.checks import Severity
from fateaudit.policy.schema import Attribute, Policy
from fateaudit.policy.wording import listed

Ways = Callable[[Any, Any], Effect]
"""Old value, new value → which way it pulls."""


def _up(when_up: Effect) -> Ways:
    """Return the way of a number: `when_up` when it rises, and the opposite when it falls."""
    down = Effect.EASIER if when_up is Effect.HARDER else Effect.HARDER
    return lambda was, now: when_up if now > was else down


def _ranked(*from_easy_to_hard: object) -> Ways:
    order = list(from_easy_to_hard)
    return lambda was, now: Effect.HARDER if order.index(now) > order.index(was) else Effect.EASIER


def _given(when_given: Effect, when_taken: Effect) -> Ways:
    """Return the way of a setting that may be absent."""
    return lambda was, now: when_given if was is None else when_taken if now is None else Effect.EITHER


def _text(_was: object, _now: object) -> Effect:
    return Effect.TEXT


def _either(_was: object, _now: object) -> Effect:
    return Effect.EITHER


def _of_role(was: str, now: str) -> Effect:
    rank = {"holdout": 0, "historical": 1, "vendor_supplied": 1, "synthetic": 2}
    if rank[was] == rank[now]:
        return Effect.TEXT
    return Effect.HARDER if rank[now] > rank[was] else Effect.EASIER


def _of_autonomy(was: str, now: str) -> Effect:
    if "fully_autonomous" in {was, now}:
        return Effect.HARDER if now == "fully_autonomous" else Effect.EASIER
    return Effect.EITHER


def _of_label_kind(was: str, now: str) -> Effect:
    if "past_decision" in {was, now}:
        return Effect.HARDER if now == "past_decision" else Effect.EASIER
    return Effect.TEXT


_PIN = _given(when_given=Effect.HARDER, when_taken=Effect.EASIER)

WAYS: Mapping[str, Ways] = {
    "system.name": _either,
    "system.purpose": _text,
    "system.not_for": _text,
    "system.owner": _text,
    "system.autonomy": _of_autonomy,
    "model.sha256": _PIN,
    "dataset.sha256": _PIN,
    "dataset.provenance": _text,
    "dataset.role": _of_role,
    "columns.label_kind": _of_label_kind,
    "columns.unit": _text,
    "decision.costs": _given(when_given=Effect.EASIER, when_taken=Effect.HARDER),
    "statistics.min_group_size": _up(Effect.EASIER),
    "statistics.coverage": _up(Effect.HARDER),
    "gate.fail_on": _ranked(Severity.BLOCKER, Severity.MAJOR, Severity.MINOR, Severity.INFO),
    "gate.cannot_tell": _ranked("pass", "fail"),
    "gate.require": _ranked("result", "issued"),
    "trust": _given(when_given=Effect.EASIER, when_taken=Effect.HARDER),
    "recourse": _text,
    "training": _given(when_given=Effect.HARDER, when_taken=Effect.EASIER),
}
"""Which way a setting pulls. A signature can only count where somebody is trusted, so naming a trust file helps."""

_WHOLE = ("version", "task", "trust", "demonstration", "recourse", "training")
_PARTS = ("system", "model", "dataset", "decision", "statistics", "gate")


def changes_of_settings(old: Policy, new: Policy) -> Iterator[Told]:
    """Yield the changes of every part but columns and checks."""
    for name in _WHOLE:
        yield from _changed((name,), getattr(old, name), getattr(new, name))
    for part in _PARTS:
        yield from _of_fields((part,), getattr(old, part), getattr(new, part))
    if old.words != new.words:
        yield Told(Effect.TEXT, "sentences use other words", ("words",), ("words",))
    yield from _of_model_card(old, new)
    yield from _of_waivers(old, new)


def _of_waivers(old: Policy, new: Policy) -> Iterator[Told]:
    """Yield what may pass the gate although it is not met, and until when; the opinion is the same with and without."""
    were = {waiver.check: (place, waiver) for place, waiver in enumerate(old.waivers)}
    are = {waiver.check: (place, waiver) for place, waiver in enumerate(new.waivers)}
    for name, (place, was) in were.items():
        if name not in are:
            what = f"the waiver of {name} until {was.until} is gone: the gate stops for it again"
            yield Told(Effect.HARDER, what, ("waivers", place), ())
    for name, (place, now) in are.items():
        here = ("waivers", place)
        if name not in were:
            what = f"{name} is waived until {now.until}: the gate may pass although it is not met"
            yield Told(Effect.EASIER, what, (), here)
            continue
        before, was = were[name]
        there = ("waivers", before)
        if now.until != was.until:
            effect = Effect.EASIER if now.until > was.until else Effect.HARDER
            what = f"the waiver of {name} ends on {now.until}, was {was.until}"
            yield Told(effect, what, (*there, "until"), (*here, "until"))
        if now.reason != was.reason:
            what = f"the waiver of {name} gives another reason"
            yield Told(Effect.TEXT, what, (*there, "reason"), (*here, "reason"))


def _of_fields(at: tuple[str, ...], old: Any, new: Any, skipped: frozenset[str] = frozenset()) -> Iterator[Told]:
    for name in type(old).model_fields:
        if name not in skipped:
            yield from _changed((*at, name), getattr(old, name), getattr(new, name))


def _changed(at: tuple[str, ...], was: Any, now: Any) -> Iterator[Told]:
    if was != now:
        path = ".".join(at)
        effect = WAYS.get(path, _either)(was, now)
        yield Told(effect, f"{path} is {_shown(now)}, was {_shown(was)}", at, at)


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "not given"
    if hasattr(value, "model_dump"):
        return listed([f"{name} {_shown(one)}" for name, one in value])
    if isinstance(value, tuple):
        return listed([_shown(one) for one in value])
    return str(value).lower() if isinstance(value, bool) else str(value)


def _of_model_card(old: Policy, new: Policy) -> Iterator[Told]:
    """Fields that say something are counted, so one more is easier; what they say is not judged."""
    at = ("model_card",), ("model_card",)
    was, now = old.model_card, new.model_card
    for effect, names, words in (
        (Effect.EASIER, now.keys() - was.keys(), "more"),
        (Effect.HARDER, was.keys() - now.keys(), "fewer"),
    ):
        if names:
            yield Told(effect, f"the model card says {words}: {listed(sorted(names))}", *at)
    changed = sorted(name for name in was.keys() & now.keys() if was[name] != now[name])
    if changed:
        yield Told(Effect.EITHER, f"the model card says something else: {listed(changed)}", *at)


def changes_of_columns(old: Policy, new: Policy) -> Iterator[Told]:
    """Yield the changes of what the columns mean, and of who is compared."""
    yield from _of_fields(("columns",), old.columns, new.columns, frozenset({"sensitive", "intersections"}))
    were = {one.name: (place, one) for place, one in enumerate(old.columns.sensitive)}
    are = {one.name: (place, one) for place, one in enumerate(new.columns.sensitive)}
    for name, (place, _) in were.items():
        if name not in are:
            there = ("columns", "sensitive", place)
            yield Told(Effect.EASIER, f"the attribute {name} is gone: nobody asks about it any more", there, ())
    for name, (place, attribute) in are.items():
        here = ("columns", "sensitive", place)
        if name not in were:
            yield Told(Effect.HARDER, f"the attribute {name} is new: checks must cover it", (), here)
        else:
            yield from _of_attribute(were[name][1], attribute, ("columns", "sensitive", were[name][0]), here)
    sets = [set(map(frozenset, policy.columns.intersections)) for policy in (old, new)]
    if sets[0] != sets[1]:
        # Groups are made only where a check asks for them, and such a check has a change of its own.
        at = ("columns", "intersections")
        yield Told(Effect.TEXT, "other intersections are declared", at, at)


Where = tuple[str | int, ...]


def _of_attribute(was: Attribute, now: Attribute, old: Where, new: Where) -> Iterator[Told]:
    if was.bins != now.bins:
        effect, words = Effect.EITHER, "are other ones"
        if was.bins and now.bins and set(now.bins[1:-1]) < set(was.bins[1:-1]):
            effect, words = Effect.EASIER, "are fewer: groups that were told apart are now one"
        edges = f"{_shown(now.bins)}, was {_shown(was.bins)}"
        yield Told(effect, f"the bins of {now.name} {words} ({edges})", (*old, "bins"), (*new, "bins"))
    at = (*old, "not_recorded"), (*new, "not_recorded")
    for effect, values, words in (
        (Effect.EASIER, set(now.not_recorded) - set(was.not_recorded), "now count as not recorded and are not judged"),
        (Effect.HARDER, set(was.not_recorded) - set(now.not_recorded), "are groups again, and judged"),
    ):
        if values:
            yield Told(effect, f"{now.name}: {listed(sorted(values))} {words}", *at)
    if (was.label, was.groups) != (now.label, now.groups):
        yield Told(Effect.TEXT, f"{now.name} and its groups are called something else", old, new)
