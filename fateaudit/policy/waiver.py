"""A check that may keep the gate open until a day: what stands under `waivers` in a policy."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator

from fateaudit.documents import Frozen
from fateaudit.policy.checks import Text

FIRST_DAY = "1970-01-01"
"""No audit was made before, and calendars end somewhere."""


def _day(text: str) -> str:
    try:
        is_day = date.fromisoformat(text).isoformat() == text and text >= FIRST_DAY
    except ValueError:
        is_day = False
    if not is_day:
        raise ValueError("this is not a day | write it as in 2027-01-31")
    return text


SHORTEST_REASON = 20
"""Characters: whoever is asked to accept something must be told more than "agreed"."""


def _a_sentence(text: str) -> str:
    if len(text) < SHORTEST_REASON:
        raise ValueError("this says too little | write a sentence: why it is accepted, and what will change by then")
    return text


class Waiver(Frozen):
    """One check that may keep the gate open until a day although it is not met. It never changes the opinion."""

    check: Text
    """The id of a check, or of an answer as `gate` prints it: A-01/FA-PUR-03."""
    until: Annotated[Text, AfterValidator(_day)]
    """The last day on which it counts."""
    reason: Annotated[Text, AfterValidator(_a_sentence)]
