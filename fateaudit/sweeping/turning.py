"""Where verdicts turn: between tested thresholds the place is halved until two neighbours differ."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

from fateaudit.policy import Verdict
from fateaudit.sweeping.values import Cut, Span, Tested, Turn

Ask = Callable[[int, str], Verdict]
"""The verdict at the cut of this place on the check of this id."""


def find_turns(check: str, places: Sequence[int], cuts: Sequence[Cut], ask: Ask) -> tuple[Turn, ...]:
    """Return every turn of the verdict on `check`, ascending.

    Where a verdict turns and turns back between two neighbours of `places`, both turns are missed.
    """
    return tuple(
        Turn(check, ask(last, check), ask(last + 1, check), cuts[last].high, cuts[last + 1].low)
        for low, high in pairwise(places)
        for last in _last_before(check, low, high, ask)
    )


def _last_before(check: str, low: int, high: int, ask: Ask) -> Iterator[int]:
    """Yield the places between `low` and `high` after which the verdict is another one."""
    while ask(low, check) is not ask(high, check):
        below, above = low, high
        while above - below > 1:
            middle = (below + above) // 2
            if ask(middle, check) is ask(low, check):
                below = middle
            else:
                above = middle
        yield below
        # Between met and not met there is often a stretch where nobody can tell: look on from there.
        low = above


def likely_met(turns: Sequence[Turn], verdicts: Mapping[str, Verdict], cuts: Sequence[Cut]) -> list[list[int]]:
    """Return runs of places at which every check should be met, if there are no other turns.

    `verdicts` holds the verdict on each check at the lowest cut.
    """
    met = [place for place, cut in enumerate(cuts) if all(_is_met(turns, *one, cut) for one in verdicts.items())]
    runs: list[list[int]] = []
    for place in met:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _is_met(turns: Sequence[Turn], check: str, lowest: Verdict, cut: Cut) -> bool:
    passed = [turn.after for turn in turns if turn.check == check and turn.first <= cut.low]
    return (passed[-1] if passed else lowest) is Verdict.MET


def find_spans(tested: Sequence[Tested], weighty: Sequence[str]) -> tuple[Span, ...]:
    """Return the stretches of neighbouring tested thresholds at which every check of `weighty` is met."""
    runs: list[list[Tested]] = [[]]
    for one in tested:
        if all(finding.verdict is Verdict.MET for finding in one.findings if finding.check in weighty):
            runs[-1].append(one)
        elif runs[-1]:
            runs.append([])
    return tuple(Span(run[0].cut.low, run[-1].cut.high, all(one.is_alike for one in run)) for run in runs if run)
