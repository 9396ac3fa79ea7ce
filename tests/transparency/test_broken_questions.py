"""Columns that no tree was made for: numbers beyond single precision."""

import numpy as np
import pyarrow as pa

from fateaudit.transparency.questions import FEWEST, encode, fit_tree, say


def test_numbers_beyond_single_precision_are_asked_about_all_the_same() -> None:
    numbers = np.r_[np.linspace(-1, 1, 100) * 1e307, np.full(20, 1.7e308), np.full(20, -1.7e308)]
    scores = (numbers > 0).astype(float)
    rows = encode(pa.table({"n": numbers}))
    tree = fit_tree(rows, scores)

    assert (say(tree, rows) == scores).all()
    assert min(node.rows for node in tree.nodes) >= FEWEST
