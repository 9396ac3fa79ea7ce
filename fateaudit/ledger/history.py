"""What a ledger says about one run: which one it is, what came before it, and whether the limits were there first."""

import hashlib
from collections import Counter
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field

from fateaudit.documents import Frozen
from fateaudit.ledger.chain import Entry, Ledger, Run, RunOutcome, Sha256

Count = Annotated[int, Field(ge=0)]

OUTCOME_WORDS = {
    RunOutcome.DOES_NOT_MEET: "did not meet the limits set",
    RunOutcome.NO_OPINION: "ended without an opinion",
    RunOutcome.FALLS_SHORT: "fell short in part",
    RunOutcome.MEETS: "met every limit set",
    RunOutcome.FAILED: "failed",
    RunOutcome.STARTED: "had not finished",
}
"""After "of the runs before it, 2 …", worst first."""


class EarlierRuns(Frozen):
    """The runs with this model that began before this one."""

    runs: Count
    finished: Count
    failed: Count
    unfinished: Count
    """Begun and, when this run began, neither finished nor failed: stopped, crashed, or still going on."""
    results: dict[RunOutcome, Count]
    """How many of the finished ones came to each opinion."""


class RunHistory(Frozen):
    """What can be shown about the runs before this one; for the record."""

    number: Annotated[int, Field(ge=1)] | None
    """This is the n-th run with this model; None without a ledger. Where only predictions were given, nobody can say
    which model made them: runs on these same data are counted."""
    earlier: EarlierRuns | None
    changes: Count | None
    """How often the digest of the policy changed from one of these runs to the next, this one included.

    A digest does not tell a limit from a title: sentences say that the policy was changed.
    """
    fixed_before: Literal["shown", "changed", "not_shown"]
    """Rule R3. Shown: the first entry for this model and these data names this policy. Changed: it names another."""
    torn: Count
    """Lines that a crash cut off, before this run's."""
    line: Annotated[int, Field(ge=1)] | None
    """The number of the line on which this run begins."""
    head: Sha256 | None
    """The sha256 of that line. It vouches for every line before it: see `agrees`."""
    sentence: str
    fixed_sentence: str


_FIXED = {
    "shown": "As far as the run ledger shows, the limits were fixed before the first run with {these}.",
    "changed": "The policy was changed after the first run with {these}: the run ledger names another one there.",
    "not_shown": "It is not shown that the limits were fixed before the first run.",
}

NOT_COUNTED = RunHistory(
    number=None,
    earlier=None,
    changes=None,
    fixed_before="not_shown",
    torn=0,
    line=None,
    head=None,
    sentence="We cannot show how often this was run.",
    fixed_sentence=_FIXED["not_shown"],
)
"""The history of a run that has no ledger."""


def recount(ledger: Ledger, line: int) -> RunHistory:
    """Say what the ledger shows about the run that begins on `line`; ValueError when none does.

    Model, data and policy are those that the line names. Only what stands up to that line counts, so the answer is
    the same however long the ledger grows. Runs that failed or were not finished count like all others, for the first
    entry as well: that somebody stopped a run does not show that nobody saw its figures.
    """
    ledger = ledger.up_to(line)
    this = ledger.last
    if this is None or this.number != line or this.run is not None:
        raise ValueError(f"no run begins on line {line} of the ledger")
    alike = [run for run in ledger.runs if _is_alike(run.started, this)]
    earlier = _count(alike[:-1])
    changes = sum(one.started.policy != next_.started.policy for one, next_ in pairwise(alike))
    first = next(run.started for run in alike if run.started.dataset == this.dataset)
    fixed: Literal["shown", "changed"] = "shown" if first.policy == this.policy else "changed"
    these = "this model and these data" if this.model else "these data"
    return RunHistory(
        number=len(alike),
        earlier=earlier,
        changes=changes,
        fixed_before=fixed,
        torn=len(ledger.torn),
        line=line,
        head=hashlib.sha256(this.line()).hexdigest(),
        sentence=_sentence(ledger, this, earlier, changes),
        fixed_sentence=_FIXED[fixed].format(these=these),
    )


def agrees(ledger: Ledger, history: RunHistory) -> bool:
    """Whether `ledger` still begins with every line that `history` was made from: none changed, none cut off.

    This is what a ledger cannot show by itself, and a head that was signed with a record, or kept elsewhere, can.
    """
    if history.line is None:
        return False
    try:
        return recount(ledger, history.line) == history
    except ValueError:
        return False


def _is_alike(one: Entry, this: Entry) -> bool:
    """Whether two runs are of one model; of one dataset where only predictions were given."""
    return one.model == this.model and (this.model is not None or one.dataset == this.dataset)


def _count(runs: list[Run]) -> EarlierRuns:
    outcomes = Counter(run.outcome for run in runs)
    results = {outcome: outcomes[outcome] for outcome in OUTCOME_WORDS if outcome.is_finished and outcomes[outcome]}
    return EarlierRuns(
        runs=len(runs),
        finished=sum(results.values()),
        failed=outcomes[RunOutcome.FAILED],
        unfinished=outcomes[RunOutcome.STARTED],
        results=results,
    )


def _sentence(ledger: Ledger, this: Entry, earlier: EarlierRuns, changes: int) -> str:
    """Return "Run 3 with this model; the policy was changed once. Of the 2 runs before it, 1 failed, …"."""
    whose = "this model" if this.model else "these data"
    changed = f"; the policy was changed {_times(changes)}" if changes else ""
    said = [f"Run {earlier.runs + 1:,} with {whose}{changed}."]
    if earlier.runs:
        outcomes = earlier.results | {RunOutcome.FAILED: earlier.failed, RunOutcome.STARTED: earlier.unfinished}
        told = [f"{outcomes[one]:,} {words}" for one, words in OUTCOME_WORDS.items() if outcomes.get(one)]
        runs = "run" if earlier.runs == 1 else f"{earlier.runs:,} runs"
        said.append(f"Of the {runs} before it, {', '.join(told)}.")
    elif len(ledger.entries) == 1:
        said.append("The run ledger begins with this run, and shows nothing before it.")
    if ledger.torn:
        number = len(ledger.torn)
        lines = "One line of the run ledger was" if number == 1 else f"{number:,} lines of the run ledger were"
        said.append(f"{lines} cut off while being written.")
    return " ".join(said)


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number:,} times")
