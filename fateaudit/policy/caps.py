"""Rule R3: what keeps an opinion from being better than it can be shown to be. Each cap prints its own sentence."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from fateaudit.documents import Frozen
from fateaudit.evidence import Answered, Evidence, Given, Questionnaire, TrainedOn, Usefulness
from fateaudit.ledger import NOT_COUNTED, RunHistory
from fateaudit.policy.checks import Principle
from fateaudit.policy.schema import Policy


class Circumstances(Frozen):
    """What an opinion rests on beside the evidence: what came before the run, and what the model is good for."""

    history: RunHistory = NOT_COUNTED
    usefulness: Usefulness | None = None
    """None where no row has a label."""
    trained_on: TrainedOn | None = None
    """None where nobody gave the ids of the training data."""


NOTHING_KNOWN = Circumstances()
"""Of a run without a ledger, on rows without labels."""


class Best(StrEnum):
    """The best result that a cap leaves."""

    IN_PART = "in_part"
    NO_OPINION = "no_opinion"


class Cap(Frozen):
    """One thing that lowers the best possible result."""

    best: Best
    features: tuple[Principle, ...]
    sentence: str


EVERY = tuple(Principle)


MOST_NOT_APPLICABLE = 4
"""One in so many questions may be said not to apply before a reader should wonder."""


def caps_of(policy: Policy, circumstances: Circumstances, evidence: Sequence[Evidence] = ()) -> tuple[Cap, ...]:
    """Return every cap that applies, those that leave no opinion first."""
    of_use = _of_use(policy, circumstances.usefulness)
    caps = [
        *_of_the_run(policy, circumstances.history),
        *_of_the_data(policy, circumstances.trained_on),
        *of_use,
        *_of_the_answers(evidence),
    ]
    return tuple(sorted(caps, key=lambda cap: cap.best is not Best.NO_OPINION))


def _of_the_run(policy: Policy, history: RunHistory) -> Iterator[Cap]:
    if history.fixed_before == "changed":
        yield Cap(best=Best.NO_OPINION, features=EVERY, sentence=history.fixed_sentence)
    elif history.fixed_before == "not_shown":
        yield Cap(best=Best.IN_PART, features=EVERY, sentence=history.fixed_sentence)
    if policy.statistics.decide_on == "point":
        yield Cap(best=Best.IN_PART, features=EVERY, sentence="The limits were judged as if chance played no part.")


def _of_the_data(policy: Policy, trained_on: TrainedOn | None) -> Iterator[Cap]:
    match policy.dataset.role:
        case "vendor_supplied":
            sentence = "It was tested only on cases that the supplier chose."
            yield Cap(best=Best.IN_PART, features=EVERY, sentence=sentence)
        case "historical" if trained_on is None or trained_on.bounds[1] > 0:
            sentence = "It is not shown that the model was trained on other cases than these."
            yield Cap(best=Best.IN_PART, features=EVERY, sentence=sentence)
        case "synthetic":
            sentence = "The cases were made up: they say nothing about a real system."
            yield Cap(best=Best.NO_OPINION, features=EVERY, sentence=sentence)
        case _:
            pass
    if trained_on is not None and trained_on.inside:
        sentence = f"Of {trained_on.rows:,} cases it was tested on, {trained_on.inside:,} are in its training data."
        yield Cap(best=Best.IN_PART, features=EVERY, sentence=sentence)
    if policy.columns.label is not None and policy.columns.label_kind == "past_decision":
        sentence = "The records show what was decided before, not what would have been right."
        yield Cap(best=Best.IN_PART, features=(Principle.FAIRNESS,), sentence=sentence)


def _of_use(policy: Policy, usefulness: Usefulness | None) -> Iterator[Cap]:
    if usefulness is None or usefulness.is_shown:
        return
    if not usefulness.tells_apart:
        sentence = "The model is not shown to do better than the same answer for everyone."
    elif policy.decision.costs is None:
        sentence = "Nobody said what errors cost, so the model is not shown to be worth them."
    else:
        sentence = "The model is not shown to cost less than the same answer for everyone."
    yield Cap(best=Best.IN_PART, features=(Principle.FAIRNESS,), sentence=sentence)


def _of_the_answers(evidence: Sequence[Evidence]) -> Iterator[Cap]:
    """Yield what keeps ticked boxes from being worth as much as answers that somebody looked into."""
    answers = [item for item in evidence if isinstance(item, Answered)]
    beside = [item for item in answers if item.given is Given.NA]
    if len(beside) * MOST_NOT_APPLICABLE > len(answers):
        sentence = f"Of {len(answers):,} questions, {len(beside):,} were said not to apply."
        yield Cap(best=Best.IN_PART, features=(Principle.ACCOUNTABILITY,), sentence=sentence)
    for sheet in evidence:
        if isinstance(sheet, Questionnaire) and sheet.drawn.opened < len(sheet.drawn.items):
            drawn = sheet.drawn
            sentence = f"Of {len(drawn.items)} answers drawn for reading in full, the reviewer read {drawn.opened}."
            yield Cap(best=Best.IN_PART, features=(Principle.ACCOUNTABILITY,), sentence=sentence)
