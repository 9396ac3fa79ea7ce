"""Whether memory grows with the rows that are explained: each number of rows in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from scaling.table import Aim, Chapter, Table
from scaling.timing import BENCHMARKS

from explaining.effort import Effort

SIZES = (1_000, 10_000, 100_000)
QUICK_SIZES = SIZES[:2]
COLUMNS, BACKGROUND = 12, 10
HEAD = ("rows", "peak while explaining, MB", "of which values and codes, MB", "seconds")
NOTE = (
    f"A logistic regression on {COLUMNS} raw columns, {BACKGROUND} background rows, by permutations. *Peak*: beyond "
    "what the process held before. Each row's values are the answer, and its codes the question: those must be kept."
)
ALLOWED = 1.25


def chapter(effort: Effort, say: Callable[[str], None]) -> Chapter:
    """Explain more and more rows, and look at the peak."""
    rows, peaks = [], []
    for size in SIZES if effort.name == "full" else QUICK_SIZES:
        say(f"memory: {size:,} rows")
        command = [sys.executable, "-W", "ignore", "-m", "explaining.memory", str(size)]
        done = subprocess.run(  # noqa: S603 - this file
            command, capture_output=True, check=True, text=True, env={**os.environ, "PYTHONPATH": str(BENCHMARKS)}
        )
        peak, seconds = json.loads(done.stdout)
        kept = size * COLUMNS * 8 * 2 / 1e6
        peaks.append(peak)
        rows.append((f"{size:,}", f"{peak:.0f}", f"{kept:.0f}", f"{seconds:.1f}"))
    aim = Aim("memory: most rows beside fewest", "at most", ALLOWED, peaks[-1] / peaks[0])
    return Chapter((Table("Memory", HEAD, tuple(rows), NOTE),), (aim,))


def peak() -> float:
    """Return the most that this process ever held, in MB, as Linux tells: `getrusage` would count who began it too."""
    said = Path("/proc/self/status").read_text(encoding="ascii")
    return int(said.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def explain_rows(size: int) -> tuple[float, float]:
    """Explain that many rows; return the peak beyond what was held before, in MB, and the seconds."""
    # Loaded here: the process that starts this one has no use for them.
    import time  # noqa: PLC0415

    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    from fateaudit.explainability import EXPLAINERS, Game, Means, Route, explain  # noqa: PLC0415
    from fateaudit.worker.estimators import open_estimator  # noqa: PLC0415
    from fateaudit.worker.opened import Wish  # noqa: PLC0415

    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(size, COLUMNS)), columns=[f"n{place}" for place in range(COLUMNS)])
    opened = open_estimator(LogisticRegression().fit(frame, frame.n0 * frame.n1 + frame.n2 > 0), Wish())
    table = pa.Table.from_pandas(frame, preserve_index=False)
    game = Game.from_tables(lambda rows: opened.predict(rows)[:, 1], table, background=BACKGROUND)
    only = {Route.PERMUTATION: EXPLAINERS[Route.PERMUTATION]}
    # Linux takes this as: forget the peak so far.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, start = peak(), time.perf_counter()
    explain(game, means=Means(opened.inside, routes=only))
    return peak() - before, time.perf_counter() - start


if __name__ == "__main__":
    print(json.dumps(explain_rows(int(sys.argv[1]))))
