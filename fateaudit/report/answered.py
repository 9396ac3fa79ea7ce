"""One answer on the list of questions, in words: what was answered, what it is worth, and who said so."""

from fateaudit.evidence import Answered, Given, Respondent
from fateaudit.policy import verdict_of
from fateaudit.report.shapes import VERDICT_SHAPES, WEIGHTS

_WORDS = {
    Given.YES: ("Yes, not confirmed", "Yes, confirmed"),
    Given.NO: ("No", "No"),
    Given.PARTIAL: ("In part", "In part"),
    Given.UNKNOWN: ("Not known", "Not known"),
    Given.UNANSWERED: ("No answer", "No answer"),
    Given.NA: ("Does not apply, not agreed", "Does not apply"),
}


def word_of(answered: Answered) -> str:
    """Return the answer in words, and where it matters whether somebody confirmed it."""
    return _WORDS[answered.given][answered.confirmed]


def shape_of(answered: Answered) -> str:
    """Return the shape of what the answer is worth; a question agreed not to apply is worth nothing either way."""
    verdict = verdict_of(answered)
    return "untested" if verdict is None else VERDICT_SHAPES[verdict]


def weight_of(answered: Answered) -> str:
    """Return how much the question weighs, in words."""
    return WEIGHTS[answered.severity]


def said_and_made_of_it(one: Answered) -> tuple[str, str]:
    """Return "No, says N. N. (model owner)", and what the reviewer made of it.

    The record says both in one text, with the papers between them; a text of another form is returned whole.
    """
    if one.answered_by is None:
        return one.detail, ""
    said, found, rest = one.detail.partition(f", says {named(one.answered_by)}.")
    papers = ", ".join(file.name for file in one.evidence)
    return f"{said}{found}", rest.removeprefix(f" Evidence: {papers}.").strip()


def named(person: Respondent) -> str:
    """Return a person with their role."""
    return f"{person.name} ({person.role})"
