"""Aequitas in an interpreter of its own, which has other versions than this project: a repetition for each line read.

Groups are joined to one column beforehand and not timed, because Aequitas knows no intersections.
"""

import sys
import time

import numpy as np
import pandas as pd
from aequitas.group import Group  # type: ignore[import-not-found]


def main() -> None:
    """Read rows, say that they are there, and print the seconds of each repetition."""
    with np.load(sys.argv[1]) as rows:
        frame = pd.DataFrame(
            {
                "group": np.char.add("group ", rows["group"].astype(str)),
                "score": rows["prediction"],
                "label_value": rows["label"],
            }
        )
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        Group().get_crosstabs(frame.copy(deep=False), attr_cols=["group"])
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
