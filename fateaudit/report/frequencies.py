"""A group's rate in natural frequencies, on both sides of the outcome: 45 are not suggested for release, 55 are."""

from dataclasses import dataclass

from fateaudit.counts import Group
from fateaudit.evidence import Measurement, Part
from fateaudit.policy import Policy
from fateaudit.policy.wording import could_be, frequency, units_of
from fateaudit.report.text import shortened

LONGEST_VALUE = 60
"""Characters of a value from the data that stand in a sentence; tables have it whole."""

_SAME, _ANOTHER = "get the same outcome from the model as in the records", "get another outcome than in the records"


@dataclass(frozen=True, slots=True)
class Frequency:
    """One group: how many of it are counted, and how many are not."""

    whose: str
    """After "of every 100": "arrests of non-citizens released by officers"."""
    short: str
    """When the unit was said just before: "non-citizens"."""
    count: str
    could_be: str
    other: str
    other_could_be: str
    filled: int
    """Of 100 marks, how many are filled."""

    @property
    def told(self) -> str:
        """Return "45 (could be 40 to 50)"."""
        return f"{self.count} ({self.could_be})"

    @property
    def other_told(self) -> str:
        """Return "55 (could be 50 to 60)"."""
        return f"{self.other} ({self.other_could_be})"


def opposite(counted: str, policy: Policy) -> str:
    """Return what those do who are not counted: "are suggested for release" for "are not suggested for release"."""
    words = policy.words
    pairs = ((words.favourable, words.adverse), (words.recorded_favourable, words.recorded_adverse))
    both = {f"are {one}": f"are {other}" for pair in pairs for one, other in (pair, pair[::-1])}
    return {_SAME: _ANOTHER, _ANOTHER: _SAME, **both}.get(counted, "are not counted so")


def is_adverse(counted: str, policy: Policy) -> bool:
    """Whether what is counted is worse for the person."""
    return counted in {f"are {policy.words.adverse}", f"are {policy.words.recorded_adverse}", _ANOTHER}


def not_counted(part: Part) -> Part:
    """Return the same group with the rest of its rows counted instead: a range turns round with its rate."""
    interval = part.rate_interval
    return part.model_copy(
        update={
            "numerator": part.denominator - part.numerator,
            "rate": None if part.rate is None else 1 - part.rate,
            "rate_interval": None if interval is None else (1 - interval[1], 1 - interval[0]),
        }
    )


def frequency_of(part: Part, item: Measurement, policy: Policy, per: int) -> Frequency:
    """Return one group of `item` in numbers out of `per`."""
    rest = not_counted(part)
    group = _brief(policy, item.of, part.group)
    whose = f"{units_of(policy, item.of, group)} {item.subject.among}".strip()
    return Frequency(
        whose=whose,
        short=_short(policy, item.of, group) or whose,
        count=frequency(part.rate or 0.0, per),
        could_be=could_be(part, per),
        other=frequency(rest.rate or 0.0, per),
        other_could_be=could_be(rest, per),
        filled=round((part.rate or 0.0) * 100),
    )


def _brief(policy: Policy, of: tuple[str, ...], group: Group) -> Group:
    """Return the group with long values cut, unless the policy has words for them."""
    return tuple(
        value if value in policy.attribute(name).groups else shortened(value, LONGEST_VALUE)
        for name, value in zip(of, group, strict=True)
    )


def _short(policy: Policy, of: tuple[str, ...], group: Group) -> str:
    return policy.attribute(of[0]).groups.get(group[0], "") if len(of) == 1 else ""
