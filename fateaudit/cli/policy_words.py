"""A policy as pages of lines for a lay reader: what is audited, who is compared, each limit, what decides."""

from collections.abc import Iterator
from dataclasses import dataclass

from fateaudit.policy import Columns, Policy, Principle
from fateaudit.policy.looser import LimitBeside, compare_limits
from fateaudit.policy.meaning import Meanings
from fateaudit.policy.plain import (
    WEIGHT_WORDS,
    WEIGHTS_EXPLAINED,
    Promise,
    groups_of,
    promises,
    unasked,
    what_decides,
    what_the_gate_does,
)
from fateaudit.policy.wording import listed, units


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, and how far in it stands."""

    text: str
    indent: int = 2


@dataclass(frozen=True, slots=True)
class Page:
    """One part, about one screen long."""

    title: str
    lines: tuple[Line, ...]


def pages(policy: Policy, meanings: Meanings, reference: Policy, of_reference: Meanings) -> tuple[Page, ...]:
    """Return a policy part by part."""
    besides = compare_limits(policy, reference)
    told = promises(policy, meanings, besides)
    limits = [
        Page(f"Limits on {principle.value}", tuple(_of_feature(principle, told)))
        for principle in Principle
        if principle is not Principle.ACCOUNTABILITY
    ]
    return (
        Page("What is audited", tuple(map(Line, _what(policy)))),
        Page("Who is compared", tuple(map(Line, _who(policy)))),
        *limits,
        Page("What people must answer", tuple(map(Line, _answers(policy)))),
        Page("Limits of the common yardstick that are not here", tuple(_unasked(policy, besides, of_reference))),
        Page("What decides", tuple(map(Line, (*WEIGHTS_EXPLAINED, *what_decides(policy))))),
        Page("What a pipeline does with it", tuple(map(Line, what_the_gate_does(policy)))),
    )


_AUTONOMY = {
    "advisory": "It advises; a person decides.",
    "human_in_loop": "A person approves each output before it has an effect.",
    "human_on_loop": "Outputs take effect by themselves; a person watches and can stop it.",
    "fully_autonomous": "Outputs take effect by themselves; nobody decides before.",
}

_LABELS = {
    "outcome": "The records say what happened.",
    "recorded_event": "The records say what was written down, which is not all that happened.",
    "past_decision": "The records say what was decided before, not what would have been right.",
}

_CASES = {
    "holdout": "The {units} were kept back from training.",
    "historical": "It is not said that the {units} were kept back from training.",
    "vendor_supplied": "The supplier chose the {units}.",
    "synthetic": "The {units} are made up.",
}


def _what(policy: Policy) -> Iterator[str]:
    system, columns, words = policy.system, policy.columns, policy.words
    yield f"{system.name}. {system.purpose}"
    if system.not_for:
        yield f"It is not for: {'; '.join(system.not_for)}."
    yield f"{_AUTONOMY[system.autonomy]} {system.owner.name}, {system.owner.role}, answers for it."
    if policy.demonstration:
        yield "All of this is a demonstration: nobody may rely on it."
    yield (
        f"It is tested on {units(policy)}: {policy.dataset.provenance} "
        f"{_CASES[policy.dataset.role].format(units=units(policy))}"
    )
    yield (
        f"Better for the person is “{columns.favourable}”: being {words.favourable}. "
        f"{_others(columns)} being {words.adverse}."
    )
    if columns.label is None:
        yield "No records say what happened, so nobody can say which outputs were wrong."
    else:
        yield _LABELS[columns.label_kind]
    if policy.model.path is None:
        yield "Only the outputs of the model are at hand, not the model."
    else:
        from_on = _FROM_ON[policy.decision.at].format(f"{policy.decision.threshold:g}")
        yield f"A {'number' if policy.gives_numbers else 'score'} {from_on} means {words.favourable}."


def _others(columns: Columns) -> str:
    if columns.adverse is None or len(columns.adverse) == 1:
        return "The other outcome is"
    return f"The others, {listed([f'“{value}”' for value in columns.adverse])}, count as one outcome:"


_FROM_ON = {">=": "of {} or more", ">": "above {}", "<=": "of {} or less", "<": "below {}"}


def _who(policy: Policy) -> Iterator[str]:
    if not policy.columns.sensitive:
        yield "Nobody: it is not recorded who these people were."
    for attribute in policy.columns.sensitive:
        yield f"{attribute.label}: {groups_of(attribute)}."
        if attribute.not_recorded:
            yield f"Not recorded, for {attribute.label}: {listed([f'“{value}”' for value in attribute.not_recorded])}."
    for names in policy.columns.intersections:
        yield f"Both together: {listed([policy.attribute(name).label for name in names])}."


def _of_feature(principle: Principle, told: tuple[Promise, ...]) -> Iterator[Line]:
    ones = [one for one in told if one.principle is principle]
    if not ones:
        yield Line(f"Nothing limits it, so nothing can be said about {principle.value}.")
    for one in ones:
        whose = f" By {one.whose}:" if one.whose else ""
        yield Line(f"{one.check} {one.weight}.{whose} {one.sentence}")
        yield Line(f"Common yardstick: {one.reference}. Reason given: {one.why}", indent=6)


def _answers(policy: Policy) -> Iterator[str]:
    check = policy.checklist_check
    if check is None:
        yield "Nobody is asked anything, so nothing can be said about who answers for the system."
        return
    roles = listed([role.words for role in check.require.signed_by])
    yield f"{check.id}: the questions of {check.checklist}, in {check.answers}. Each has its own weight."
    yield f"To sign before the test: the {roles}. That they did {WEIGHT_WORDS[check.severity]}."
    yield f"Reason given: {check.why}"
    if policy.trust is None:
        yield "No file says whose signature counts, so none can."


def _unasked(policy: Policy, besides: tuple[LimitBeside, ...], of_reference: Meanings) -> Iterator[Line]:
    missing = unasked(policy, besides, of_reference)
    if not missing:
        yield Line("None: each has its counterpart above.")
    for whose, said in missing:
        yield Line(f"{'' if whose == 'Everyone' else f'By {whose}: '}{said}")
