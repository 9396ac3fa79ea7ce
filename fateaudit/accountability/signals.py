"""What a reviewer should know about a set of answers as a whole: facts, not accusations.

A list ticked in one go looks different from one that was filled in by people who knew; the report says how, and leaves
the conclusion to the reader.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence

from fateaudit.documents import Frozen
from fateaudit.evidence import Answered, Drawn, Given

SHORT = 10
"""Words below which a statement hardly says who does what, and since when."""

MANY_ITEMS = 10
"""Items for which one and the same file is hardly the evidence."""

DRAWN = 6
"""How many answers the reviewer reads in full."""


class Signals(Frozen):
    """How a set of answers looks as a whole."""

    answered: int
    all_yes: bool
    """Every answer given is yes."""
    nothing_partial: bool
    """Ten answers or more, and none of them in part."""
    most_cited: str
    """The file cited for most items; empty when nothing is cited."""
    most_cited_for: int
    short: tuple[str, ...]
    """Items whose statement has fewer than ten words."""
    repeated: tuple[tuple[str, ...], ...]
    """Items that share one statement, word for word."""
    contradictions: tuple[str, ...]
    """Answers that cannot be true together with what the policy says, each as a sentence."""

    def sentences(self) -> tuple[str, ...]:
        """Return what there is to say, one sentence each; nothing when nothing stands out."""
        said = list(self.contradictions)
        if self.all_yes:
            said.append(f"All {self.answered} answers are yes.")
        if self.nothing_partial:
            said.append(f"None of the {self.answered} answers is in part.")
        if self.most_cited_for > MANY_ITEMS:
            said.append(f"One file, {self.most_cited}, is cited for {self.most_cited_for} items.")
        if self.short:
            said.append(f"Statements of fewer than {SHORT} words stand at {', '.join(self.short)}.")
        said += [f"The same statement stands at {', '.join(items)}." for items in self.repeated]
        return tuple(said)


def find_signals(answers: Sequence[Answered], *, autonomy: str | None = None) -> Signals:
    """Return the signals of `answers`; `autonomy` is what the policy says of the system, where there is one."""
    given = [answered for answered in answers if answered.given is not Given.UNANSWERED]
    stated = [answered for answered in given if answered.statement]
    cited = Counter(file.name for answered in given for file in answered.evidence)
    most_cited, times = max(cited.items(), key=lambda entry: (entry[1], entry[0]), default=("", 0))
    by_statement: dict[str, list[str]] = {}
    for answered in stated:
        by_statement.setdefault(" ".join(answered.statement.casefold().split()), []).append(answered.item)
    return Signals(
        answered=len(given),
        all_yes=bool(given) and all(answered.given is Given.YES for answered in given),
        nothing_partial=len(given) >= SHORT and not any(answered.given is Given.PARTIAL for answered in given),
        most_cited=most_cited,
        most_cited_for=times,
        short=tuple(answered.item for answered in stated if len(answered.statement.split()) < SHORT),
        repeated=tuple(tuple(items) for items in by_statement.values() if len(items) > 1),
        contradictions=_contradictions(answers, autonomy),
    )


def _contradictions(answers: Sequence[Answered], autonomy: str | None) -> tuple[str, ...]:
    by_item = {answered.item: answered for answered in answers}
    said = []
    decides = by_item.get("FA-HUM-01")
    if autonomy == "fully_autonomous" and decides is not None and decides.given is Given.YES:
        said.append("The policy says that the system is fully autonomous, and FA-HUM-01 says that a person decides.")
    declared = by_item.get("FA-ACC-03")
    if declared is not None and declared.given is Given.NO and declared.answered_by is not None:
        reviewer = declared.answered_by
        confirmed = sum(one.confirmed and one.reviewed_by == reviewer for one in answers)
        if confirmed:
            said.append(f"{reviewer.name} says of FA-ACC-03 that it is not true, and confirms {confirmed} answers.")
    return tuple(said)


def draw_sample(answers: Sequence[Answered], digest: str) -> Drawn:
    """Return six answers drawn by `digest` from those that are yes or in part and cite evidence; all, when fewer.

    The digest is of what was said, without the reviews: nobody can tell the draw before the last answer is written,
    and reviewing does not change it.
    """
    claimed = {Given.YES, Given.PARTIAL}
    with_evidence = [answered for answered in answers if answered.evidence and answered.given in claimed]
    drawn = sorted(with_evidence, key=lambda one: hashlib.sha256(f"{digest}/{one.item}".encode()).digest())[:DRAWN]
    read = [answered for answered in drawn if answered.opened]
    return Drawn(
        items=tuple(sorted(answered.item for answered in drawn)),
        opened=len(read),
        confirmed=sum(answered.confirmed for answered in read),
    )
