"""Which words of a text go with a score: words that many texts hold, and never one that few do."""

from fateaudit.documents import Frozen
from fateaudit.evidence.numbers import Figure


class WordSeen(Frozen):
    """One word, over the texts that hold it; figures in units of the output."""

    word: str
    """Casefolded."""
    texts: int
    """How many of the texts explained hold it: at least ten different ones."""
    size: Figure
    """Mean absolute attribution over these."""
    standard_error: Figure
    direction: Figure
    """Mean attribution over these: above 0, scores are higher with it."""
    overall: Figure
    """Mean absolute attribution over all texts explained: what words are ranked by."""


class WordsSeen(Frozen):
    """The words of one column of texts, those first that move the output most over all texts."""

    column: str
    words: tuple[WordSeen, ...]
    more: int
    """Words that could be named, and come after these."""
    left_out: int
    """Different words that are never named: fewer than ten different texts hold them, or they are no plain words."""
    left_out_share: Figure
    """Of all that words move the output by, what is theirs."""
    texts: int
    of_rows: int
    exact: int
    """Of the texts, those in which every set of words was tried; random orders elsewhere."""
    base: Figure
    """Mean output of these texts without their words."""
    mean: Figure
    """Mean output of these texts as they are."""
    gap: Figure
    """Largest |base + sum − output| of a text."""
    fidelity: Figure | None
    """Of what taking words out does, the part that their attributions foretell (R²); None where nothing changes."""
    by_chance: Figure | None
    """The same of attributions dealt to wrong words."""
    second_route: str
    """What the weights of a linear model name; empty where there are none."""
