"""What was looked at without a limit: subgroups nobody asked about, comparisons that turn round, columns left out.

None of it is a verdict, and none of it moves one. It is here so that a reader knows where to look next.
"""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.counts import Group
from fateaudit.documents import Frozen
from fateaudit.evidence.numbers import Figure, Interval

WholeCount = tuple[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=0)]]
"""Adverse outputs, and all rows among which they were counted."""


Cut = Literal["", "ages", "quarters"]
"""How numbers became groups; empty where the values themselves are the groups."""


class NotLooked(Frozen):
    """It was not looked at, and why not. Never an absence."""

    kind: Literal["not_looked"] = "not_looked"
    because: str


class SubgroupSeen(Frozen):
    """The rows that share one value of each of `of`, and every other row in which these are recorded."""

    of: tuple[str, ...]
    group: Group
    count: WholeCount
    others: WholeCount
    p_beyond: Figure
    """p-value of "not beyond the limit", of this subgroup by itself."""
    is_new: bool
    """False where a wider subgroup of these lists fares about as badly: within the limit of this one, by its rate."""


class SubgroupsSearched(Frozen):
    """Every subgroup that is large enough, held against everybody else."""

    kind: Literal["searched"] = "searched"
    depth: int
    """Attributes at once, at most."""
    tested: int
    too_few: int
    """Subgroups that exist and are too small to be looked at."""
    named: tuple[SubgroupSeen, ...]
    """Beyond the limit after paying for having looked at all of them (Holm). Shallowest first."""
    worth_a_look: tuple[SubgroupSeen, ...]
    """The others that stand out (Benjamini and Hochberg): on average a share alpha of both lists is chance."""


class StratumSeen(Frozen):
    """Two groups among the rows that share one value of a third attribute."""

    value: str
    worse: WholeCount
    better: WholeCount


class ReversalSeen(Frozen):
    """A group with more adverse outputs overall, and fewer within the values of another attribute."""

    attribute: str
    within: str
    worse: str
    """The group that fares worse overall."""
    better: str
    worse_count: WholeCount
    """Over the strata in which both groups are large enough, like all numbers here."""
    better_count: WholeCount
    strata: tuple[StratumSeen, ...]
    difference: Figure
    """Rate of `worse` minus rate of `better`: positive."""
    adjusted_difference: Figure
    """The same within strata, averaged with all rows of a stratum as its weight: negative."""


class ReversalsSearched(Frozen):
    """Every pair of groups, overall and within every other declared attribute."""

    kind: Literal["searched"] = "searched"
    left_out: tuple[str, ...]
    """Attributes of more values than are compared."""
    found: tuple[ReversalSeen, ...]
    by_chance: int
    """How many more turn round by so little that chance would do it."""


class Extreme(Frozen):
    """The group at one end of a gap."""

    group: str | None
    """None where its name would be one of many values of a column nobody declared."""
    count: WholeCount
    interval: Interval
    """Of the rate, at the confidence of the profile, for this one group."""


class ColumnGap(Frozen):
    """The widest gap in adverse outputs between the groups of one column that no limit is about."""

    column: str
    is_declared: bool
    cut: Cut
    groups: int
    """Groups large enough to be compared."""
    too_few: int
    """Groups left out: smaller than that."""
    not_recorded: int
    """Rows without a value."""
    worse: Extreme
    better: Extreme


class Uncovered(Frozen):
    """Columns about protected traits that no limit of weight is about."""

    columns: tuple[ColumnGap, ...]
    """Widest difference first."""
    more: int
    """How many others were counted and have narrower gaps."""
    unread: int
    """Columns with such a name that cannot be read as groups, or have fewer than two that are large enough."""


class LookedAt(Frozen):
    """What was looked at, by the yardstick of a shipped profile that no policy can change."""

    profile: str
    limit: Figure | None
    """How many times as often as everybody else a subgroup may have adverse outputs; None without such a limit."""
    min_group_size: int
    confidence: Figure
    subgroups: Annotated[SubgroupsSearched | NotLooked, Field(discriminator="kind")]
    reversals: Annotated[ReversalsSearched | NotLooked, Field(discriminator="kind")]
    uncovered: Uncovered
