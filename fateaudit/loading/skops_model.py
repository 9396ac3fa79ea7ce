"""A .skops file → a Model, by an explicit list of types: inspect, then compare, then construct.

skops stores names of types and arrays, not code. A name outside the list below and skops' own list of harmless ones
is refused before anything of the file is built.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.artifacts import Artifact
from fateaudit.errors import AuditFailedError, DamagedFileError, RefusedModelError
from fateaudit.evaluation import Column, ColumnKind, Model

ALLOWED_TYPES = frozenset(
    {
        "collections.OrderedDict",
        "numpy.dtype",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
    }
)
"""What fitted scikit-learn models need beyond skops' own list. Never functools.partial: it calls what it is given."""

MAX_UNPACKED = 2 << 30


def open_skops(content: bytes, artifact: Artifact) -> Model:
    """Return the model in `content`.

    Raises RefusedModelError for a type outside the list, DamagedFileError for a file that cannot be read, or that is
    not a classifier of raw columns.
    """
    from skops.io import get_untrusted_types, loads  # noqa: PLC0415 - heavy, and only needed for this format

    _refuse_bombs(content, artifact.name)
    try:
        unknown = set(get_untrusted_types(data=content))
    except Exception:  # noqa: BLE001 - a damaged file fails in as many ways as there are damages; all mean the same
        raise _damaged(artifact.name) from None
    if foreign := sorted(unknown - ALLOWED_TYPES):
        raise RefusedModelError(
            f"{artifact.name} asks for types that are not on the list of harmless ones",
            where=[f"it asks for: {', '.join(name[:80] for name in foreign[:5])}"],
            hint="ask its maker for one made of scikit-learn parts only, or audit its predictions (columns.prediction)",
        )
    try:
        with warnings.catch_warnings():
            # A model saved by another scikit-learn is still the audited file; its version is not ours to judge.
            warnings.simplefilter("ignore")
            estimator = loads(content, trusted=sorted(unknown & ALLOWED_TYPES))
    except Exception:  # noqa: BLE001 - as above
        raise _damaged(artifact.name) from None
    return _as_model(estimator, artifact)


def _damaged(name: str) -> DamagedFileError:
    return DamagedFileError(
        f"{name} is a damaged .skops file",
        hint="take a fresh copy from where the model was trained, and compare sha256",
    )


def _refuse_bombs(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise _damaged(name) from None
    if unpacked > MAX_UNPACKED:
        raise RefusedModelError(f"{name} unpacks to more than 2 GiB", hint="check where the file comes from")


def _as_model(estimator: Any, artifact: Artifact) -> Model:
    if not hasattr(estimator, "classes_") or not hasattr(estimator, "predict"):
        raise DamagedFileError(
            f"{artifact.name} does not hold a fitted classifier",
            hint="save the fitted pipeline itself, with its classes",
        )
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        raise DamagedFileError(
            f"{artifact.name} does not say which columns it reads",
            hint="fit the model on a data frame, so that it keeps the names of its columns",
        )
    text = set(_text_columns(estimator))
    inputs = tuple(Column(str(name), ColumnKind.TEXT if name in text else ColumnKind.NUMBER) for name in names)
    return Model(
        artifact=artifact,
        inputs=inputs,
        classes=tuple(str(value) for value in estimator.classes_),
        predict=_Predict(estimator, inputs),
        structure=tuple(_steps(estimator)),
    )


def _text_columns(estimator: Any) -> Iterator[str]:
    """Yield the raw columns that some fitted part of the pipeline learned as text."""
    for step in [estimator, *(part for _, part in getattr(estimator, "steps", []))]:
        for _, transformer, columns in getattr(step, "transformers_", []):
            names = [columns] if isinstance(columns, str) else list(columns)
            learned = [transformer, *(part for _, part in getattr(transformer, "steps", []))]
            if any(_learned_text(part) for part in learned):
                yield from (str(name) for name in names)


def _learned_text(part: Any) -> bool:
    arrays = [*getattr(part, "categories_", []), *np.atleast_1d(getattr(part, "statistics_", []))]
    return hasattr(part, "vocabulary_") or any(np.asarray(array).dtype.kind in "OUS" for array in arrays)


def _steps(estimator: Any) -> Iterator[str]:
    """Yield the class names of a pipeline's parts, outermost first."""
    yield type(estimator).__name__
    for _, part in getattr(estimator, "steps", []):
        yield from _steps(part)
    for _, part, *_ in getattr(estimator, "transformers_", []):
        if not isinstance(part, str):
            yield from _steps(part)


class _Predict:
    """Score Arrow tables with a scikit-learn classifier: shape (rows, classes)."""

    def __init__(self, estimator: Any, inputs: tuple[Column, ...]) -> None:
        self._estimator = estimator
        self._names = [column.name for column in inputs]

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        frame = table.select(self._names).to_pandas(strings_to_categorical=False)
        frame = frame.astype({name: object for name in self._names if frame[name].dtype.kind not in "fiub"})
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if hasattr(self._estimator, "predict_proba"):
                    return np.asarray(self._estimator.predict_proba(frame), np.float64)
                predicted = np.asarray(self._estimator.predict(frame)).reshape(-1, 1)
                return np.asarray(predicted == np.asarray(self._estimator.classes_), np.float64)
        except Exception as error:  # noqa: BLE001 - whatever a model raises, the audit cannot go on
            # The library's message may quote a value of the rows; its type does not.
            raise AuditFailedError(
                f"the model failed while predicting ({type(error).__name__})",
                hint="try it where it was trained on these rows: it may not know a value, or not accept missing ones",
            ) from None
