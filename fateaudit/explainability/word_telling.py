"""What a reader is told of a text's words → evidence. No text comes out, and no word that few texts hold."""

from fateaudit.evidence import NotTold, Reason, WordSeen, WordsSeen
from fateaudit.explainability.linear import Unit
from fateaudit.explainability.refusals import Unexplained
from fateaudit.explainability.word_ranking import SecondOpinion, WordRanking

MOST = 12
"""Words told of one column."""


def tell_words(found: tuple[tuple[str, WordRanking | Unexplained], ...]) -> tuple[WordsSeen, ...]:
    """Return what is told of each column of texts."""
    return tuple(_told(ranking) for _, ranking in found if isinstance(ranking, WordRanking))


def words_not_told(found: tuple[tuple[str, WordRanking | Unexplained], ...]) -> list[NotTold]:
    """Return which columns' words could not be ranked, and why."""
    return [
        NotTold(what=f"which words of {column} move the score", because=ranking.detail)
        for column, ranking in found
        if isinstance(ranking, Unexplained) and ranking.reason is not Reason.NOT_APPLICABLE
    ]


def _told(found: WordRanking) -> WordsSeen:
    return WordsSeen(
        column=found.column,
        words=tuple(
            WordSeen(
                word=one.word,
                texts=one.texts,
                size=one.size,
                standard_error=one.standard_error,
                direction=one.direction,
                overall=one.overall,
            )
            for one in found.words[:MOST]
        ),
        more=max(0, len(found.words) - MOST),
        left_out=found.left_out,
        left_out_share=found.left_out_share,
        texts=found.texts,
        of_rows=found.of_rows,
        exact=found.exact,
        base=found.base,
        mean=found.mean,
        gap=found.gap,
        fidelity=found.fidelity.value if found.fidelity else None,
        by_chance=found.fidelity.baseline if found.fidelity else None,
        second_route=_second(found.second) if isinstance(found.second, SecondOpinion) else "",
    )


def _second(found: SecondOpinion) -> str:
    unit = "the model's output" if found.unit is Unit.OUTPUT else "log-odds"
    return f"the model's weights, read off in {unit}, put {found.same} of these first {found.of} among their first too"
