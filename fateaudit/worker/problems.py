"""Why a model cannot be opened or asked, as a word and a few names: the sentences are the other side's.

A process that a model has taken over could say anything. So what crosses is one of these words, with names that are
made harmless and few, and never a sentence.
"""

import builtins
import re
from enum import StrEnum


class Problem(StrEnum):
    """What went wrong."""

    DAMAGED = "damaged"
    UNKNOWN_TYPES = "unknown_types"
    """Names: the types."""
    BOMB = "bomb"
    """Names: mebibytes that it would unpack to."""
    NO_CLASSIFIER = "no_classifier"
    """Neither a classifier of one outcome nor a regressor of one number."""
    GIVES_NUMBERS = "gives_numbers"
    """A regressor, and outcomes were expected."""
    GIVES_OUTCOMES = "gives_outcomes"
    """A classifier, and a number was expected. Names: its outcomes."""
    NO_COLUMN_NAMES = "no_column_names"
    NO_TEXT_COLUMN = "no_text_column"
    """It reads one text, and nobody says in which column it stands."""
    OTHER_COLUMNS = "other_columns"
    """Names: how many columns the model reads, and how many the policy names."""
    NO_CLASSES = "no_classes"
    """The model numbers its outcomes, or names none. Names: how many it gives, where that is known."""
    OTHER_CLASSES = "other_classes"
    """Names: how many outcomes the model gives, and how many the policy names."""
    EXTERNAL_DATA = "external_data"
    CUSTOM_OPERATORS = "custom_operators"
    """Names: the domains."""
    UNUSUAL = "unusual"
    """Sound, and of a kind that is not read. Names: what it is, one of a few words."""
    NEEDS_EXTRA = "needs_extra"
    """Names: the extra."""
    MISSING_PART = "missing_part"
    """It asks for a module or class that is not here. Names: which."""
    NOT_BUILT = "not_built"
    """What its maker wrote raised something when it was opened. Names: the built-in kind of it."""
    CONTRACT = "contract"
    """Source that is not written as it must be. Names: what is not, one of a few words."""
    FAILED = "failed"
    """The model raised something. Names: the built-in kind of it."""
    MEMORY = "memory"
    OUTPUT = "output"
    """The model gave no number a row and class."""
    TOO_LARGE = "too_large"
    """The answer does not fit: ask for fewer rows."""
    CLOSED = "closed"
    """The model has no inside that could be asked."""
    PROTOCOL = "protocol"


class ProblemError(Exception):
    """Raised where a model is opened or asked."""

    def __init__(self, problem: Problem, *names: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.names = names


def name_of(error: BaseException) -> str:
    """Return the built-in kind of an exception: the name of any other kind is the model's to choose."""
    # A class may say that it is built in: asked is what is.
    built_in = vars(builtins)
    return next(str(kind.__name__) for kind in type(error).__mro__ if built_in.get(kind.__name__) is kind)


def failure(error: Exception) -> ProblemError:
    """Return what it means that opening what its maker wrote raised `error`."""
    if isinstance(error, ImportError) and isinstance(error.name, str):
        return ProblemError(Problem.MISSING_PART, error.name[:MOST_LETTERS])
    if isinstance(error, AttributeError):
        for pattern in _LACKING:
            if lacking := pattern.match(str(error)):
                return ProblemError(Problem.MISSING_PART, f"{lacking['module']}.{lacking['name']}")
    return ProblemError(Problem.NOT_BUILT, name_of(error))


MOST_LETTERS = 200

_MODULE, _NAME = r"'(?P<module>[\w.]{1,100})'", r"'(?P<name>[\w.]{1,100})'"
_LACKING = (
    re.compile(rf"Can't get attribute {_NAME} on <module {_MODULE}"),
    re.compile(rf"module {_MODULE} has no attribute {_NAME}"),
)
"""How Python says that a module has no such name: only in words."""
