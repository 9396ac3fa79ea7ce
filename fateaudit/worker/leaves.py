"""Exact Shapley values of what trees of scikit-learn add up to, leaf by leaf, whole groups of columns as players.

A leaf is reached by a mixture of a row and a background row when, for every player on its path, whoever gives that
player's columns passes all of its questions. With r players that only the row passes and b that only the background
row passes, the leaf's game has closed values: +(r-1)! b! / (r+b)! for each of the first, -r! (b-1)! / (r+b)! for each
of the second, times what the leaf says (Laberge and Pequignot 2022, on interventional TreeSHAP, Lundberg et al. 2020).

Which players a row fails is a word of bits, and a leaf of m players has 2^m of those. So each word's values are found
once, from how many background rows have which word: the cost grows neither with background rows times rows, nor with
the 0/1 columns that one raw column became, and no value is only near because of those.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import factorial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Whole: TypeAlias = NDArray[np.int64]

FORESTS = frozenset(f"{kind}{what}" for kind in ("RandomForest", "ExtraTrees") for what in ("Classifier", "Regressor"))
TREES = frozenset(f"{kind}{what}" for kind in ("DecisionTree", "ExtraTree") for what in ("Classifier", "Regressor"))

FEW = 8
"""Players of a leaf up to which the values of every word are worked out; beyond, those of pairs that reach it."""

HELD = 4_096
"""Leaves that are held at a time: a tree of as many leaves as rows would not fit beside them."""

MOST = 62
"""Players that a word of bits has room for."""


@dataclass(frozen=True, slots=True)
class Tree:
    """One tree: nodes in the order of scikit-learn, -1 for the children of a leaf."""

    left: Whole
    right: Whole
    feature: Whole
    threshold: Floats
    missing_left: NDArray[np.bool_]
    says: Floats
    """What each node says, shape (nodes, outputs): of a classifier, the share of each class."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf, with the rows and background rows that come by."""

    players: tuple[int, ...]
    """Those that are asked about on the way, in the order of the bits."""
    fails: Whole
    """For each row, and then each background row, which players fail a question on the way: bits."""
    says: Floats


def trees_of(estimator: Any) -> list[Tree] | None:
    """Return the trees whose mean is the estimator's output; None for what is none, or has several targets."""
    name, is_known = type(estimator).__name__, type(estimator).__module__.startswith("sklearn.")
    if not is_known or name not in FORESTS | TREES or getattr(estimator, "n_outputs_", 1) != 1:
        return None
    parts = estimator.estimators_ if name in FORESTS else [estimator]
    return [_tree(part.tree_, shares=hasattr(estimator, "classes_")) for part in parts]


def _tree(tree: Any, *, shares: bool) -> Tree:
    says = np.asarray(tree.value, np.float64)[:, 0, :]
    missing = getattr(tree, "missing_go_to_left", np.zeros(len(says)))
    return Tree(
        left=np.asarray(tree.children_left, np.int64),
        right=np.asarray(tree.children_right, np.int64),
        feature=np.asarray(tree.feature, np.int64),
        threshold=np.asarray(tree.threshold, np.float64),
        missing_left=np.asarray(missing, np.bool_),
        says=says / says.sum(axis=1, keepdims=True) if shares else says,
    )


def by_leaves(trees: list[Tree], rows: Floats, background: Floats, made_of: Whole, players: int) -> Floats:
    """Return the values of the mean of `trees`, shape (rows, players, outputs), against all of the background.

    `rows` and `background` are encoded, shape (·, encoded columns); `made_of` says for each encoded column which player
    it belongs to, -1 for none. Raises ValueError for a path with more than MOST players.
    """
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - scikit-learn brings it

    # As the trees were fitted: their thresholds lie between numbers of single precision.
    columns = np.ascontiguousarray(np.concatenate([rows, background]).astype(np.float32).T)
    outputs = trees[0].says.shape[1]
    # The last is nobody: a column that no player moves sends row and background row the same way.
    values = np.zeros((outputs, players + 1, len(rows)))
    # Of the first of several shares the others say the rest: they are 1 together.
    told = range(min(1, outputs - 1), outputs)
    # The products are small: threads would wait for each other for longer than they take.
    with threadpool_limits(1, "blas"):
        for tree in trees:
            for leaf, each, at in _worths(_leaves(tree, columns, made_of), len(rows)):
                of = list(leaf.players) if at is None else np.ix_(np.array(leaf.players), at)
                for output in told:
                    values[output][of] += leaf.says[output] * each
    values[0] -= values[1:].sum(axis=0)
    return np.ascontiguousarray(values[:, :players].transpose(2, 1, 0)) / len(trees)


def _leaves(tree: Tree, columns: NDArray[np.float32], made_of: Whole) -> Iterator[Leaf]:
    """Yield the leaves of a tree that some mixture may reach."""
    waiting: list[tuple[int, tuple[int, ...], Whole]] = [(0, (), np.zeros(columns.shape[1], np.int64))]
    while waiting:
        node, players, fails = waiting.pop()
        if np.bitwise_and.reduce(fails):
            # A player that everybody fails: nothing that is mixed of them comes here.
            continue
        if tree.left[node] < 0:
            yield Leaf(players, fails, tree.says[node])
            continue
        player = int(made_of[tree.feature[node]])
        on_path = players if player in players else (*players, player)
        if len(on_path) > MOST:
            raise ValueError
        asked, bit = columns[tree.feature[node]], np.int64(1 << on_path.index(player))
        goes = asked <= tree.threshold[node]
        if tree.missing_left[node]:
            goes |= np.isnan(asked)
        waiting.append((tree.left[node], on_path, fails | np.where(goes, 0, bit)))
        waiting.append((tree.right[node], on_path, fails | np.where(goes, bit, 0)))


def _worths(leaves: Iterator[Leaf], rows: int) -> Iterator[tuple[Leaf, Floats, Whole | None]]:
    """Yield each leaf, values for a leaf that says 1, shape (players, ·), and whose they are: None for every row's."""
    asked = (leaf for leaf in leaves if leaf.players)
    while part := list(islice(asked, HELD)):
        yield from _worths_of(part, rows)


def _worths_of(leaves: list[Leaf], rows: int) -> Iterator[tuple[Leaf, Floats, Whole | None]]:
    for size in sorted({len(leaf.players) for leaf in leaves}):
        alike = [leaf for leaf in leaves if len(leaf.players) == size]
        if size > FEW:
            for leaf in alike:
                yield leaf, *_of_pairs(leaf, rows)
            continue
        every = 1 << size
        times = np.stack([np.bincount(leaf.fails[rows:], minlength=every) for leaf in alike])
        worth = (times / times.sum(axis=1, keepdims=True)) @ _of_words(size)
        for leaf, one in zip(alike, worth.reshape(len(alike), every, size), strict=True):
            yield leaf, one.T[:, leaf.fails[:rows]], None


def _of_pairs(leaf: Leaf, rows: int) -> tuple[Floats, Whole]:
    """Return values of the few rows for which some mixture reaches the leaf, shape (players, those rows), and these."""
    words, word = np.unique(leaf.fails[:rows], return_inverse=True)
    theirs, times = np.unique(leaf.fails[rows:], return_counts=True)
    own, other = np.nonzero((words[:, None] & theirs[None, :]) == 0)
    values = np.zeros((len(words), len(leaf.players)))
    shares = (times / times.sum())[other, None]
    np.add.at(values, own, _closed(words[own], theirs[other], len(leaf.players)) * shares)
    at = np.flatnonzero(np.isin(word.reshape(-1), own))
    return values[word.reshape(-1)[at]].T, at


@cache
def _of_words(size: int) -> Floats:
    """Return the values of each word beside each of the background's, shape (its words, words × players)."""
    every = np.arange(1 << size)
    theirs, words = (one.reshape(-1) for one in np.meshgrid(every, every, indexing="ij"))
    reached = ((words & theirs) == 0)[:, None]
    return np.asarray((_closed(words, theirs, size) * reached).reshape(len(every), -1), np.float64)


def _closed(fails: Whole, theirs: Whole, size: int) -> Floats:
    """Return the closed values of pairs of words that share no bit, shape (pairs, players)."""
    gains, losses = _weights(size)
    # Those that only the row passes are those that the other fails.
    only_row, only_other = np.bitwise_count(theirs), np.bitwise_count(fails)
    bits = np.arange(size)
    gained, lost = (theirs[:, None] >> bits) & 1, (fails[:, None] >> bits) & 1
    return np.asarray(
        gains[only_row, only_other][:, None] * gained - losses[only_row, only_other][:, None] * lost, np.float64
    )


@cache
def _weights(size: int) -> tuple[Floats, Floats]:
    """Return what a player that only the row passes gains, and one that only the other passes loses, by r and b."""
    gains, losses = np.zeros((size + 1, size + 1)), np.zeros((size + 1, size + 1))
    for r in range(size + 1):
        for b in range(size + 1 - r):
            if r:
                gains[r, b] = factorial(r - 1) * factorial(b) / factorial(r + b)
            if b:
                losses[r, b] = factorial(r) * factorial(b - 1) / factorial(r + b)
    return gains, losses
