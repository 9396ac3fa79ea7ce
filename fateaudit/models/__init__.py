"""`model.path` → a model that can be asked, in a process that can do no harm. Nothing in a file is believed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fateaudit.artifacts import Artifact
from fateaudit.evaluation import Model
from fateaudit.formats import Format
from fateaudit.models.endpoint import describe_endpoint, open_endpoint
from fateaudit.models.limits import Limits
from fateaudit.models.opening import Terms, open_file
from fateaudit.models.reading import read_model
from fateaudit.policy import PolicyFile

__all__ = ["Limits", "Terms", "describe_model", "open_model"]


@contextmanager
def open_model(source: PolicyFile, terms: Terms | None = None) -> Iterator[Model | None]:
    """Open the policy's model for as long as the block lasts; None when only predictions are at hand.

    Raises RefusedModelError for a pickle, an unknown type or another digest than the pinned one; UsageError when the
    file does not exist; DamagedFileError when it cannot be read; AuditFailedError when its process is lost. The file is
    read once: what is hashed is what runs.
    """
    terms = terms or Terms()
    if source.policy.model.path is None:
        yield None
        return
    if source.policy.model.is_endpoint:
        with open_endpoint(source, terms) as endpoint:
            yield endpoint
        return
    model = open_file(read_model(source, terms.allows), terms.limits(source))
    try:
        yield model
    finally:
        model.close()


def describe_model(source: PolicyFile) -> Artifact | None:
    """Return the model as an audit of it names it, whatever it is: it is not opened.

    Raises what `open_model` raises for another file than the pinned one, or none.
    """
    if source.policy.model.is_endpoint:
        return describe_endpoint(source)
    return None if source.policy.model.path is None else read_model(source, frozenset(Format)).artifact
