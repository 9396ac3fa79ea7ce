"""A .skops file → a Model, by an explicit list of types: inspect, then compare, then construct.

skops stores names of types and arrays, not code. A name outside the list below and skops' own list of harmless ones
is refused before anything of the file is built.
"""

import io
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.artifacts import Artifact
from fateaudit.errors import AuditFailedError, DamagedFileError, FateauditError, RefusedModelError
from fateaudit.evaluation import Column, ColumnKind, Model
from fateaudit.loading.learned import Learned, dropped, learned
from fateaudit.loading.trees import has_broken_trees

ALLOWED_TYPES = frozenset(
    {
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
MAX_RATIO = 100
"""How many times its size a file may unpack to, once that is more than MIN_BOMB bytes; trees pack about 1 to 10."""

MIN_BOMB = 64 << 20


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
            return _as_model(loads(content, trusted=sorted(unknown & ALLOWED_TYPES)), artifact)
    except FateauditError:
        raise
    except Exception:  # noqa: BLE001 - as above
        raise _damaged(artifact.name) from None


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
    if unpacked > MAX_UNPACKED or unpacked > max(MIN_BOMB, MAX_RATIO * len(content)):
        raise RefusedModelError(
            f"{name} unpacks to {unpacked >> 20:,} MiB, more than a model of its size can need",
            hint="check where the file comes from, or audit its predictions (columns.prediction)",
        )


def _as_model(estimator: Any, artifact: Artifact) -> Model:
    if has_broken_trees(estimator):
        raise _damaged(artifact.name)
    classes = getattr(estimator, "classes_", None)
    if not isinstance(classes, np.ndarray) or classes.ndim != 1 or not hasattr(estimator, "predict"):
        raise DamagedFileError(
            f"{artifact.name} does not hold a fitted classifier of one outcome",
            hint="save the fitted pipeline itself, with its classes; regressors are not in this version",
        )
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        raise DamagedFileError(
            f"{artifact.name} does not say which columns it reads",
            hint="fit the model on a data frame, so that it keeps the names of its columns",
        )
    fitted_on = [str(name) for name in names]
    known, unread = learned(estimator, fitted_on), dropped(estimator, fitted_on)
    is_text = {name for name in known if known[name].is_text}
    predict = _Predict(estimator, fitted_on, known, unread)
    return Model(
        artifact=artifact,
        inputs=tuple(
            Column(name, ColumnKind.TEXT if name in is_text else ColumnKind.NUMBER)
            for name in fitted_on
            if name not in unread
        ),
        classes=tuple(_class_name(value) for value in classes),
        predict=predict,
        structure=tuple(_steps(estimator)),
        opened=(estimator, predict.frame),
    )


def _class_name(value: Any) -> str:
    """Return a class as `counting.as_text` writes the same value of a column: 1.0 is "1"."""
    is_whole = isinstance(value, np.floating) and float(value).is_integer()
    return str(int(value)) if is_whole else str(value)


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

    def __init__(self, estimator: Any, fitted_on: list[str], known: dict[str, Learned], unread: set[str]) -> None:
        self._estimator = estimator
        self._fitted_on = fitted_on
        self._known = known
        self._unread = unread

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        try:
            # A model may be set to report its progress; what it says is not ours to pass on.
            with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                warnings.simplefilter("ignore")
                score = self._score(table)
        except Exception as error:  # noqa: BLE001 - whatever a model raises, the audit cannot go on
            # The library's message may quote a value of the rows; its type does not.
            raise AuditFailedError(
                f"the model failed while predicting ({type(error).__name__})",
                hint="try it where it was trained on these rows: it may not know a value, or not accept missing ones",
            ) from None
        if score.shape != (table.num_rows, len(self._estimator.classes_)):
            raise AuditFailedError("the model did not give one score a row and class", hint="check the model file")
        return score

    def _score(self, table: pa.Table) -> NDArray[np.float64]:
        """Return probabilities, or 1 for the predicted class where the model knows no probabilities."""
        frame = self.frame(table)
        if hasattr(self._estimator, "predict_proba"):
            return np.asarray(self._estimator.predict_proba(frame), np.float64)
        predicted = np.asarray(self._estimator.predict(frame)).reshape(-1, 1)
        return np.asarray(predicted == self._estimator.classes_, np.float64)

    def frame(self, table: pa.Table) -> Any:
        """Return the rows as the data frame that the model was fitted on looked: None and NaN are two values to it."""
        import pandas as pd  # noqa: PLC0415 - heavy, and only needed once a model predicts

        nothing = np.full(table.num_rows, np.nan)
        return pd.DataFrame(
            {
                name: nothing if name in self._unread else _as_shown(table[name], self._known.get(name))
                for name in self._fitted_on
            }
        )


def _as_shown(column: pa.ChunkedArray, known: Learned | None) -> Any:
    """Return a column as a series of the kind that the model was shown."""
    import pandas as pd  # noqa: PLC0415 - as above

    if known is None or known.dtype == "float64":
        return pd.Series(column.to_numpy())
    if known.dtype == "bool":
        values = column.to_numpy()
        return pd.Series(values if np.isnan(values).any() else values.astype(bool))
    # Each different text is made once; the last place is for what is missing.
    encoded = column.combine_chunks().dictionary_encode()
    words = np.array([*encoded.dictionary.to_pylist(), known.missing], dtype=object)
    places = encoded.indices.fill_null(len(words) - 1).to_numpy()
    # Named, because pandas would see that an object array holds text, and put NaN for None.
    return pd.Series(words[places], dtype=object)
