"""Why a model cannot be opened or asked, as a word and a few names: the sentences are the other side's.

A process that a model has taken over could say anything. So what crosses is one of these words, with names that are
made harmless and few, and never a sentence.
"""

from enum import StrEnum


class Problem(StrEnum):
    """What went wrong."""

    DAMAGED = "damaged"
    UNKNOWN_TYPES = "unknown_types"
    """Names: the types."""
    BOMB = "bomb"
    """Names: mebibytes that it would unpack to."""
    NO_CLASSIFIER = "no_classifier"
    NO_COLUMN_NAMES = "no_column_names"
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
    return next(kind.__name__ for kind in type(error).__mro__ if kind.__module__ == "builtins")
