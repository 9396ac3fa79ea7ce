"""The run ledger, `audits.log` beside the policy: every run leaves a line before it measures, and one when it ends.

Each line names the digest of what stands before it, so a line that is changed, removed, moved or put in shows. It
answers "how many times did you run it before you liked the answer?" and whether the limits were there first.

What it cannot show. It lies beside the policy, and whoever may write there can delete it, start a new one, write a
whole new chain, or cut lines off its end: what is left is then a whole chain too. Runs made elsewhere, or by a program
that writes no ledger, are not in it; its times are those that the runs gave; a model saved again, or a row added, is
another digest. So a history holds its `head`, the digest of the line on which its run begins: once that is signed with
the record, or kept by somebody else, everything up to that line is fixed, and `agrees` says whether a ledger still has
it. What was never entered, and what was cut off before the first head was kept, stays unknown.
"""

from fateaudit.ledger.appending import append, read_ledger
from fateaudit.ledger.chain import FIRST, LEDGER, Entry, Event, Ledger, Run, RunOutcome, read_chain
from fateaudit.ledger.history import NOT_COUNTED, EarlierRuns, RunHistory, agrees, recount

__all__ = [
    "FIRST",
    "LEDGER",
    "NOT_COUNTED",
    "EarlierRuns",
    "Entry",
    "Event",
    "Ledger",
    "Run",
    "RunHistory",
    "RunOutcome",
    "agrees",
    "append",
    "read_chain",
    "read_ledger",
    "recount",
]
