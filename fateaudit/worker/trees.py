"""Whether the decision trees in a model lead anywhere: compiled code follows them without looking.

A node whose child lies outside the tree makes that code read foreign memory, and one whose child is its own ancestor
makes it run for ever. scikit-learn grows trees so that a child always comes after its parent; that is demanded here.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


def has_broken_trees(estimator: Any) -> bool:
    """Return whether any decision tree in `estimator` could lead out of itself or in a circle."""
    from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor  # noqa: PLC0415 - heavy
    from sklearn.tree._tree import Tree  # noqa: PLC0415 - heavy

    for part, features in _parts(estimator):
        if isinstance(part, Tree):
            is_leaf = part.children_left == -1
            is_sound = _leads_on(is_leaf, part.children_left, part.children_right, part.feature, features)
        elif isinstance(part, TreePredictor):
            nodes = part.nodes
            is_leaf = nodes["is_leaf"].astype(bool)
            is_sound = _leads_on(is_leaf, nodes["left"], nodes["right"], nodes["feature_idx"], features)
            is_sound &= bool((nodes["bitset_idx"] < max(1, len(part.raw_left_cat_bitsets))).all())
            is_sound &= not nodes["is_categorical"].any() or len(part.raw_left_cat_bitsets) > 0
        else:
            continue
        if not is_sound:
            return True
    return False


def _leads_on(
    is_leaf: NDArray[Any], left: NDArray[Any], right: NDArray[Any], feature: NDArray[Any], features: int
) -> bool:
    """Return whether every node that is no leaf has two children of its own after it, and a feature to ask for.

    Nodes that share a child are no tree: following them has more paths than anybody could wait for.
    """
    inner = np.flatnonzero(~is_leaf)
    children = np.stack([left[inner].astype(np.int64), right[inner].astype(np.int64)])
    asked = feature[inner].astype(np.int64)
    return bool(
        len(is_leaf)
        and (children > inner).all()
        and (children < len(is_leaf)).all()
        and len(np.unique(children)) == children.size
        and (asked >= 0).all()
        and (asked < features).all()
    )


def _parts(estimator: Any) -> Iterator[tuple[Any, int]]:
    """Yield every object that `estimator` holds, once, with the number of features that it will be shown."""
    from sklearn.ensemble._forest import BaseForest  # noqa: PLC0415 - heavy
    from sklearn.ensemble._gb import BaseGradientBoosting  # noqa: PLC0415 - heavy

    seen: set[int] = set()
    waiting: list[tuple[Any, int, bool]] = [(estimator, 0, False)]
    while waiting:
        part, features, is_capped = waiting.pop()
        if id(part) in seen or isinstance(part, str | bytes | int | float | None):
            continue
        seen.add(id(part))
        inside, own = _inside(part), getattr(part, "__dict__", {}).get("n_features_in_", features)
        # These hand their rows to their trees without asking how many features each expects.
        features = min(own, features) if is_capped else own
        is_capped |= isinstance(part, BaseForest | BaseGradientBoosting)
        yield part, features
        waiting += [(one, features, is_capped) for one in inside]


def _inside(part: Any) -> list[Any]:
    if isinstance(part, dict):
        return list(part.values())
    if isinstance(part, list | tuple | set | frozenset):
        return list(part)
    if isinstance(part, np.ndarray):
        return part.ravel().tolist() if part.dtype.kind == "O" else []
    return list(getattr(part, "__dict__", {}).values())
