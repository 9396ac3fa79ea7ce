"""A .skops file → a scikit-learn estimator, by an explicit list of types: inspect, then compare, then construct.

skops stores names of types and arrays, not code. A name outside the list below and skops' own list of harmless ones
is refused before anything of the file is built.
"""

import io
import warnings
import zipfile

from fateaudit.worker.estimators import open_estimator
from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError

ALLOWED_TYPES = frozenset(
    {
        "numpy.dtype",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.feature_selection._univariate_selection.chi2",
        "sklearn.neural_network._stochastic_optimizers.AdamOptimizer",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
    }
)
"""What fitted scikit-learn models need beyond skops' own list: arrays with methods, a dictionary, and a test of words
that is named and not called. Never functools.partial: it calls what it is given."""

MAX_UNPACKED = 2 << 30
MAX_RATIO = 100
"""How many times its size a file may unpack to, once that is more than MIN_BOMB bytes; trees pack about 1 to 10."""

MIN_BOMB = 64 << 20


def open_skops(content: bytes, wish: Wish) -> Opened:
    """Return the model in `content`.

    Raises ProblemError for a type outside the list, a file that cannot be read, or no model of raw columns.
    """
    from skops.io import loads  # noqa: PLC0415 - heavy, and only needed for this format

    unknown = types_of(content)
    if foreign := sorted(unknown - ALLOWED_TYPES):
        raise ProblemError(Problem.UNKNOWN_TYPES, *foreign)
    try:
        with warnings.catch_warnings():
            # A model saved by another scikit-learn is still the audited file; its version is not ours to judge.
            warnings.simplefilter("ignore")
            return open_estimator(loads(content, trusted=sorted(unknown)), wish)
    except (ProblemError, MemoryError):
        raise
    except Exception:  # noqa: BLE001 - a damaged file fails in as many ways as there are damages; all mean the same
        raise ProblemError(Problem.DAMAGED) from None


def types_of(content: bytes) -> set[str]:
    """Return the types that the file asks for beyond those that skops holds harmless; nothing is constructed."""
    from skops.io import get_untrusted_types  # noqa: PLC0415 - as above

    refuse_bombs(content)
    try:
        return set(get_untrusted_types(data=content))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - as above
        raise ProblemError(Problem.DAMAGED) from None


def refuse_bombs(content: bytes) -> None:
    """Raise ProblemError for a zip that unpacks to more than a model of its size can need."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        raise ProblemError(Problem.DAMAGED) from None
    if unpacked > MAX_UNPACKED or unpacked > max(MIN_BOMB, MAX_RATIO * len(content)):
        raise ProblemError(Problem.BOMB, f"{unpacked >> 20:,}")
