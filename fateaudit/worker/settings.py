"""What each step of a model was set to, as the model itself says: plain values, capped in number and in length.

A model file can say anything here. Nothing of it is believed, and nothing of it is run but `get_params`, which every
scikit-learn step has; what is said is cut down to plain text before it leaves this process.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

MOST_SETTINGS = 100
MOST_OF_STEP = 30
LONGEST = 80
"""Characters of a name or a value."""

MOST_IN_LIST = 6
"""Values of a list or mapping that are told; a longer one may be data."""

ALWAYS = frozenset(
    {
        "C",
        "alpha",
        "class_weight",
        "criterion",
        "handle_unknown",
        "hidden_layer_sizes",
        "learning_rate",
        "max_depth",
        "max_iter",
        "n_estimators",
        "n_neighbors",
        "penalty",
        "random_state",
        "strategy",
        "subsample",
    }
)
"""Settings that are told even where they are what they are by default."""

NOT_SHOWN = "not shown"

DEPRECATED = "deprecated"
"""What scikit-learn has in place of a setting that nobody set and that is going away."""

Setting = tuple[str, str, str]
"""A step, a setting of it, and its value."""


def settings_of(estimator: Any) -> tuple[Setting, ...]:
    """Return what the steps of a fitted estimator were set to, outermost first; nothing of one that does not answer."""
    try:
        return tuple(islice(_of_steps(estimator, ""), MOST_SETTINGS))
    except Exception:  # noqa: BLE001 - what a model says of itself is not worth failing for
        return ()


def _of_steps(estimator: Any, called: str) -> Iterator[Setting]:
    kind = type(estimator).__name__
    step = plain(f"{called}: {kind}" if called else kind)
    own = [(step, name, value) for name, value in islice(_own(estimator), MOST_OF_STEP)]
    is_around = hasattr(estimator, "steps") or hasattr(estimator, "transformers_")
    yield from own or ([] if is_around else [(step, "all settings", "as by default")])
    for name, part, *_ in [*getattr(estimator, "steps", []), *getattr(estimator, "transformers_", [])]:
        if hasattr(part, "get_params"):
            yield from _of_steps(part, str(name))
    inner = getattr(estimator, "estimator", None)
    if hasattr(inner, "get_params"):
        yield from _of_steps(inner, "inside")


def _own(estimator: Any) -> Iterator[tuple[str, str]]:
    """Yield the settings of one step that are not as they are by default, and those that are always told."""
    defaults = inspect.signature(type(estimator).__init__).parameters
    for name, value in sorted(estimator.get_params(deep=False).items()):
        told = value_of(value) if name not in _WORDS or type(value) in {str, type(None)} else NOT_SHOWN
        usual = value_of(defaults[name].default) if name in defaults else None
        if name in _PARTS or told == DEPRECATED or (told == usual and name not in ALWAYS):
            continue
        yield plain(name), told


_PARTS = frozenset({"steps", "transformers", "estimator", "estimators", "memory"})
"""Settings that are steps of their own, or that say where files lay on the machine of whoever trained."""

_WORDS = frozenset({"stop_words", "vocabulary"})
"""Settings that may hold words out of the rows of training, names among them."""

_PATH = re.compile(r"^\s*(?:~?[\w.-]*/+\w|[A-Za-z]:[\\/]|\\\\\w)|://")
"""Where a file lay on the machine of whoever trained, or on the network."""

MOST_BITS = 256
"""Of a whole number: a hostile one takes long to write, or cannot be written."""


def value_of(value: Any) -> str:
    """Return a plain value as text; of anything else, that it is not shown and of which type it is."""
    if type(value) in {list, tuple} and len(value) <= MOST_IN_LIST:
        return plain(", ".join(map(_scalar, value))) or "empty"
    if type(value) is dict and len(value) <= MOST_IN_LIST:
        return plain(", ".join(f"{_scalar(key)}: {_scalar(one)}" for key, one in value.items())) or "empty"
    if hasattr(value, "get_params") and not inspect.isclass(value):
        return plain(type(value).__name__)
    return _scalar(value)


def _scalar(value: Any) -> str:
    if value is None or type(value) in {bool, float} or (type(value) is int and value.bit_length() <= MOST_BITS):
        return plain(repr(value))
    if type(value) is str:
        return f"{NOT_SHOWN} (path)" if _PATH.search(value[:LONGEST]) else plain(value) or "empty text"
    if isinstance(value, np.generic):
        return _scalar(value.item()) if type(value.item()) in {bool, int, float, str} else NOT_SHOWN
    return plain(f"{NOT_SHOWN} ({type(value).__name__})")


def plain(text: str) -> str:
    """Return text of at most LONGEST characters in which nothing is hidden and no line ends."""
    cut = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in cut).strip()


def chosen(step: str, told: Mapping[str, Any], names: Iterable[str]) -> tuple[Setting, ...]:
    """Return those of the settings `names` that a library's own configuration tells, in their order."""
    return tuple((step, name, value_of(told[name])) for name in names if name in told)


def xgboost_settings(learner: Mapping[str, Any]) -> tuple[Setting, ...]:
    """Return what `Booster.save_config()` says under "learner" of the trees themselves.

    How they were trained it does not say: of a model that was saved, depth and learning rate stand there as they are by
    default, whatever they were.
    """
    booster, base = learner["gradient_booster"], learner["learner_model_param"]
    told = {
        "objective": learner["objective"]["name"],
        "num_trees": booster.get("gbtree_model_param", {}).get("num_trees"),
        "base_score": base.get("base_score"),
        "max_depth, learning_rate": "not told: the file does not keep them",
    }
    return chosen("xgboost", {name: value for name, value in told.items() if value is not None}, told)


_PARAMETER = re.compile(r"^\[(\w+): ([^\]]*)\]$", re.MULTILINE)


def lightgbm_settings(text: str) -> tuple[Setting, ...]:
    """Return what a LightGBM file says under "parameters", where lines of [name: value] stand."""
    wanted = ("objective", "boosting", "num_iterations", "learning_rate", "num_leaves", "max_depth", "min_data_in_leaf")
    return chosen("lightgbm", dict(_PARAMETER.findall(text.rpartition("\nparameters:")[2])), wanted)


def catboost_settings(told: Mapping[str, Any]) -> tuple[Setting, ...]:
    """Return what `get_all_params()` of a CatBoost model says."""
    wanted = ("loss_function", "iterations", "learning_rate", "depth", "l2_leaf_reg", "random_seed")
    return chosen("catboost", told, wanted)
