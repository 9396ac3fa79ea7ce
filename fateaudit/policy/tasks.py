"""What a model gives, and what outcomes are called: settings that must fit each other, whichever comes first."""

from fateaudit.documents import Document
from fateaudit.errors import PolicyError
from fateaudit.naming import alike
from fateaudit.policy.schema import Policy


def refuse_unfit_task(policy: Policy, document: Document) -> None:
    """Raise PolicyError for settings of outcomes in a policy about a number, and for a line that nobody has drawn."""
    where = document.where("task")
    if not policy.gives_numbers:
        if policy.decision.less_is_better:
            raise PolicyError(
                f'decision.at is "{policy.decision.at}", and a score is the probability of the better outcome',
                where=[document.where("decision", "at")],
                hint='write ">=" or ">"; or task: regression, where scores are numbers of which less is better',
            )
        return
    if "threshold" not in policy.decision.model_fields_set:
        raise PolicyError(
            "decision.threshold is not written, and no number suits every model of task: regression",
            where=[where],
            hint='write decision: { threshold: … }, in the unit of the model; and at: "<=", where less is better',
        )
    if "at" not in policy.decision.model_fields_set:
        raise PolicyError(
            "decision.at is not written, and of a number nobody knows whether more of it is better for the person",
            where=[where],
            hint='write at: "<=" into decision where less is better, ">=" where more is',
        )
    if policy.model.classes:
        raise PolicyError(
            "model.classes names outcomes, and a model of task: regression gives a number",
            where=[where, document.where("model", "classes")],
            hint="remove model.classes; or remove task: regression, where the model gives probabilities",
        )


def refuse_unclear_outcomes(policy: Policy, document: Document) -> None:
    """Raise PolicyError for an outcome that is named twice, or as both better and worse."""
    columns, seen = policy.columns, [alike(policy.columns.favourable)]
    where = document.where("columns", "adverse")
    for value in columns.adverse or ():
        if alike(value) == seen[0]:
            raise PolicyError(
                f'columns.adverse names "{value}", and columns.favourable says the same',
                where=[document.where("columns", "favourable"), where],
                hint="name in adverse every outcome but the one that is better for the person",
            )
        if alike(value) in seen:
            raise PolicyError(
                f'columns.adverse names "{value}" twice, if only in other capitals or spaces',
                where=[where],
                hint="write each outcome in one way, in the policy and in the data",
            )
        seen.append(alike(value))
