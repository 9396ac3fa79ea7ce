"""Everything that is found out about one model's reasons, from its rows: once, whatever a policy asks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fateaudit.evaluation import RECORDED, Inside, Predict
from fateaudit.explainability.attributes import OfAttribute, Share, look_at_attributes, share_of_attributes
from fateaudit.explainability.attributing import Attributions, Means
from fateaudit.explainability.by_group import ROWS as OF_A_GROUP
from fateaudit.explainability.checking import check_again, check_linear
from fateaudit.explainability.conditional import Curve
from fateaudit.explainability.curves_of_case import curves_of_case
from fateaudit.explainability.decision_gap import MAX_SAMPLED, Decide
from fateaudit.explainability.fidelity import ROWS as FIDELITY_ROWS
from fateaudit.explainability.fidelity import Fidelity, Score, measure_fidelity
from fateaudit.explainability.game import Game
from fateaudit.explainability.importances import MOST, Importances, explain_enough
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.reasons import Reasons, give_reasons
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.routes import Progress, unheard
from fateaudit.explainability.stability import REPEATS, ROWS, Stability, measure_stability
from fateaudit.explainability.steps import Steps
from fateaudit.explainability.texts import text_columns
from fateaudit.explainability.word_ranking import TEXTS, WordRanking, rank_all
from fateaudit.policy import Policy

if TYPE_CHECKING:
    import pyarrow as pa

ATTRIBUTE = "attribute:"

BESIDE = 50
"""Rows at most that are explained for examples and by a second route."""

FEW_GROUPS = 3
"""Groups of an attribute, as a guess of how long comparing their reasons takes."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Everything that was found out about the reasons of one model; each part a number or the reason for none."""

    importances: tuple[Attributions, Importances] | Unexplained
    fidelity: Fidelity | Unexplained
    stability: Stability | Unexplained
    attributes: tuple[OfAttribute, ...]
    """Every declared attribute."""
    share: Share | Unexplained
    reasons: tuple[Reasons | Unexplained, ...]
    second_route: str
    curves: tuple[Curve, ...] | Unexplained = ()
    """Of the last example case, over the columns that move the output most."""
    words: tuple[tuple[str, WordRanking | Unexplained], ...] = ()
    """Of each column of texts, by its name."""

    @property
    def of_words_alone(self) -> Score | None:
        """How far the values of words foretell what the model does, where it reads one text and nothing else."""
        rankings = [ranking for _, ranking in self.words]
        if isinstance(self.importances, Unexplained) or len(self.importances[0].columns) != len(rankings):
            return None
        return rankings[0].fidelity if len(rankings) == 1 and isinstance(rankings[0], WordRanking) else None


def explain_model(  # noqa: PLR0913 - the model, its rows, and who hears how far it is
    table: pa.Table,
    predict: Predict,
    inside: Inside | None,
    pairs: Sequence[tuple[str, str, str]],
    policy: Policy,
    *,
    progress: Progress = unheard,
) -> Explained:
    """Explain the rows of `table`, which holds what the model reads, the groups of each attribute, and labels if any.

    `pairs` are (attribute, better-off group, worse-off group): the differences in decisions to be split into columns.
    `progress` hears how many rows are explained, and of how many at most.
    """
    seed = policy.statistics.seed
    inputs = table.select([name for name in table.column_names if not name.startswith((ATTRIBUTE, RECORDED))])
    game = Game.from_tables(predict, inputs, seed=seed)
    texts = text_columns(inputs)
    steps = Steps(progress, _most(table, pairs, texts))
    means = Means(inside=inside, seed=seed, progress=steps)
    found = explain_enough(game, means=means)
    steps.end()
    attributions = found if isinstance(found, Unexplained) else found[0]
    fidelity = _fidelity(game, attributions, means)
    stability = measure_stability(game, means=means, seed=seed)
    steps.end()
    attributes = _attributes(table, game, pairs, attributions, policy, means)
    steps.end()
    reasons = give_reasons(predict, inputs, policy.decision.threshold, means=means, gives_numbers=policy.gives_numbers)
    second_route = "" if isinstance(found, Unexplained) else _second_route(game, found[0], inside, means)
    steps.end()
    curves = curves_of_case(predict, inputs, found, reasons, seed=seed)
    words = rank_all(predict, inputs, texts, inside, means=means)
    steps.end()
    return Explained(
        importances=found,
        fidelity=fidelity,
        stability=stability,
        attributes=attributes,
        share=_share(attributions, policy),
        reasons=reasons,
        second_route=second_route,
        curves=curves,
        words=words,
    )


def _most(table: pa.Table, pairs: Sequence[tuple[str, str, str]], texts: Sequence[str]) -> tuple[int, ...]:
    """Return how many rows each step may take, or about so many."""
    of_pairs = (2 * MAX_SAMPLED + FEW_GROUPS * OF_A_GROUP) * len(pairs)
    return min(MOST, table.num_rows), FIDELITY_ROWS + REPEATS * ROWS, of_pairs, BESIDE, TEXTS * len(texts)


def _fidelity(game: Game, found: Attributions | Unexplained, means: Means) -> Fidelity | Unexplained:
    if isinstance(found, Unexplained):
        return found
    return measure_fidelity(game, found, seed=means.seed, progress=means.progress)


def _attributes(  # noqa: PLR0913, PLR0917 - the rows, their groups and labels, and how they are explained
    table: pa.Table,
    game: Game,
    pairs: Sequence[tuple[str, str, str]],
    found: Attributions | Unexplained,
    policy: Policy,
    means: Means,
) -> tuple[OfAttribute, ...]:
    declared = [one.name for one in policy.columns.sensitive]
    return look_at_attributes(
        game,
        Decide(policy.decision.threshold, policy.decision.at),
        {name: table[f"{ATTRIBUTE}{name}"].to_pylist() for name in declared},
        {name: (better, worse) for name, better, worse in pairs},
        found,
        means=means,
        recorded=table[RECORDED].to_numpy() if RECORDED in table.column_names else None,
        confidence=policy.statistics.confidence,
    )


def _share(found: Attributions | Unexplained, policy: Policy) -> Share | Unexplained:
    if isinstance(found, Unexplained):
        return found
    declared, statistics = [one.name for one in policy.columns.sensitive], policy.statistics
    return share_of_attributes(found, declared, confidence=statistics.confidence, seed=statistics.seed)


def _second_route(game: Game, found: Attributions, inside: Inside | None, means: Means) -> str:
    check = check_linear(game, inside, means=means)
    if isinstance(check, Unexplained):
        check = check_again(game, found)
    if isinstance(check, Unexplained):
        return ""
    unit = "the model's output" if check.unit is Unit.OUTPUT else "log-odds"
    return (
        f"{check.first.value} and {check.second.value} gave the same values on {check.rows} rows, in {unit}, "
        f"to within {check.largest_difference:.1g}"
    )
