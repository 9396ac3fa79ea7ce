"""One rate over all attributes at once, from which subgroups and strata are sums."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fateaudit.counts import NOT_RECORDED, Group
from fateaudit.intervals.scores import check_whole

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class RateTable:
    """Successes and trials of every joint group of `attributes`; a key holds one value per attribute, in order.

    Build it from the joint cells, not from `Counts.by_group`, which gathers partly recorded rows in one group.
    ValueError for a key of another length, for an attribute named twice and for an impossible count.
    """

    attributes: tuple[str, ...]
    cells: Mapping[Group, tuple[int, int]]

    def __post_init__(self) -> None:
        if len(set(self.attributes)) < len(self.attributes):
            raise ValueError(f"an attribute is named twice in {', '.join(self.attributes)}")
        for group, (successes, trials) in self.cells.items():
            if len(group) != len(self.attributes):
                raise ValueError(f"{' × '.join(group)} is not one value for each of {', '.join(self.attributes)}")
            if trials or successes:
                check_whole(successes, trials)

    def by_group(self, of: tuple[str, ...]) -> dict[Group, tuple[int, int]]:
        """Return the counts of each group of the attributes `of`, sorted; rows that lack one of them are left out."""
        places = [self.attributes.index(name) for name in of]
        sums: defaultdict[Group, list[int]] = defaultdict(lambda: [0, 0])
        for group, (successes, trials) in self.cells.items():
            key = tuple(group[place] for place in places)
            if NOT_RECORDED not in key and trials:
                sums[key][0] += successes
                sums[key][1] += trials
        return {key: (sums[key][0], sums[key][1]) for key in sorted(sums)}
