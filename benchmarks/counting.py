"""One pass of counting, with every rate and interval, beside fairlearn's MetricFrame on the rows.

Prints ratios measured side by side in one run; seconds are shown only so that a reader can judge the noise.
"""

import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
from fairlearn.metrics import MetricFrame, false_negative_rate, false_positive_rate, selection_rate, true_positive_rate

from fateaudit.counting import code, count
from fateaudit.counts import Outcome
from fateaudit.fairness.rates import RATES
from fateaudit.intervals import wilson

THEIRS = {
    "selection_rate": selection_rate,
    "true_positive_rate": true_positive_rate,
    "false_positive_rate": false_positive_rate,
    "false_negative_rate": false_negative_rate,
}
SIZES = (2, 5, 8)


def rows(n: int) -> tuple[list[pa.ChunkedArray], np.ndarray, np.ndarray]:
    """Draw n rows with three attributes of 2, 5 and 8 values: 80 groups."""
    random = np.random.default_rng(20261121)
    attributes = [pa.chunked_array([np.char.add("g", random.integers(0, size, n).astype(str))]) for size in SIZES]
    return attributes, random.integers(0, 2, n).astype(np.int8), random.integers(0, 2, n).astype(np.int8)


def ours(attributes: list[pa.ChunkedArray], label: np.ndarray, decision: np.ndarray) -> dict[str, list[float]]:
    """Count the rows, then every rate of every group with its interval."""
    names = tuple(f"a{place}" for place in range(len(attributes)))
    counts = count(
        [code(name, column, None) for name, column in zip(names, attributes, strict=True)], label, decision, None
    )
    found: dict[str, list[float]] = {}
    for name in THEIRS:
        tallies = [RATES[name].count(cells, Outcome.FAVOURABLE) for cells in counts.by_group(names).values()]
        found[name] = [numerator / denominator for numerator, denominator in tallies]
        for numerator, denominator in tallies:
            wilson(numerator, denominator)
    return found


def theirs(attributes: list[pa.ChunkedArray], label: np.ndarray, decision: np.ndarray) -> dict[str, list[float]]:
    """Return the same rates from MetricFrame on the rows, without intervals."""
    features = pd.DataFrame({f"a{place}": column.to_pandas() for place, column in enumerate(attributes)})
    frame = MetricFrame(metrics=THEIRS, y_true=label, y_pred=decision, sensitive_features=features)
    return {name: frame.by_group[name].sort_index().to_list() for name in THEIRS}


def seconds(work: Callable[[], object], times: int) -> float:
    """Return the median of `times` runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return float(np.median(taken))


def main() -> None:
    """Print a line for each number of rows."""
    print("rows        counts, rates and intervals    MetricFrame, rates    ratio    equal")
    for n in (100_000, 1_000_000):
        data = rows(n)
        equal = ours(*data) == theirs(*data)
        mine, other = seconds(lambda data=data: ours(*data), 5), seconds(lambda data=data: theirs(*data), 3)
        print(f"{n:>9,}   {mine:>10.3f} s                   {other:>10.3f} s         {other / mine:>6.0f}    {equal}")


if __name__ == "__main__":
    main()
