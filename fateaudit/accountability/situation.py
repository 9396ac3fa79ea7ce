"""Which questions are asked of which system. Whatever is not known counts as so: then its questions are asked."""

from fateaudit.accountability.answers import AnswersFile, Preamble
from fateaudit.accountability.checklist import Autonomy, Category, Checklist, Item, Stage
from fateaudit.documents import Frozen
from fateaudit.errors import PolicyError
from fateaudit.evidence import NotAsked
from fateaudit.policy import System


class Situation(Frozen):
    """The facts that decide whether conditional items are asked."""

    stage: Stage
    ruled_out: tuple[str, ...]
    """The flags to which the answers say no."""
    category: Category | None = None
    autonomy: Autonomy | None = None


def situation_of(preamble: Preamble) -> Situation:
    """Return what the answers file alone says about the system."""
    ruled_out = tuple(sorted(flag for flag, said in preamble.flags.items() if said == "no"))
    return Situation(stage=preamble.stage, ruled_out=ruled_out)


def situation_under(file: AnswersFile, system: System) -> Situation:
    """Return what answers and policy say about the system; raise PolicyError where they speak of different ones."""
    preamble = file.preamble
    for place, answered, stated in (
        ("system", preamble.system, system.name),
        ("stage", preamble.stage, system.stage),
    ):
        if answered != stated:
            raise PolicyError(
                f'the answers are about the {place} "{answered}", and the policy about "{stated}"',
                where=[file.document.where(place)],
                hint="correct whichever is wrong; answers for another system or stage do not count here",
            )
    return situation_of(preamble).model_copy(update={"category": system.category, "autonomy": system.autonomy})


def why_not_asked(item: Item, situation: Situation) -> str:
    """Return why `item` is not asked in `situation`, or nothing when it is."""
    applies = item.applies
    if applies.stage and situation.stage not in applies.stage:
        return f"asked at the stage {_either(applies.stage)}; this is {situation.stage}"
    for wanted, known in ((applies.category, situation.category), (applies.autonomy, situation.autonomy)):
        if wanted and known is not None and known not in wanted:
            return f"asked where the system is {_either(wanted)}; this is {known}"
    if applies.flags and all(flag in situation.ruled_out for flag in applies.flags):
        return f"the answers say no to {_either(applies.flags)}"
    return ""


def asked(checklist: Checklist, situation: Situation) -> tuple[Item, ...]:
    """Return the items that are asked, in the order of the file."""
    return tuple(item for item in checklist.items if not why_not_asked(item, situation))


def not_asked(checklist: Checklist, situation: Situation) -> tuple[NotAsked, ...]:
    """Return the items that are not asked, each with the reason."""
    reasons = ((item, why_not_asked(item, situation)) for item in checklist.items)
    return tuple(
        NotAsked(item=item.id, question=item.question, because=because) for item, because in reasons if because
    )


def _either(names: tuple[str, ...]) -> str:
    return " or ".join(name.replace("_", " ") for name in names)
