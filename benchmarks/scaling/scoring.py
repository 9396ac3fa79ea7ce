"""Scoring a pipeline and counting what comes out, beside the loop that one would write by hand."""

from collections.abc import Callable
from pathlib import Path

from scaling.data import write_inputs, write_model, write_policy
from scaling.effort import Effort
from scaling.table import Aim, Chapter, Table
from scaling.timing import Child, by_turns

TITLES = {
    "by_hand_65536": "by hand, batches of 65,536",
    "by_hand_262144": "by hand, batches of 262,144",
    "ours_1": "ours, 1 job",
    "ours_2": "ours, 2 jobs",
    "audited_1": "ours, 1 job, with digest and rows drawn",
}
HEAD = ("side", "time / best by hand", "peak memory, MB", "seconds, this run")


def chapter(effort: Effort, folder: Path, say: Callable[[str], None]) -> Chapter:
    """Measure one size: a logistic regression on six numbers and four words."""
    n = effort.scored
    (folder / "rows").mkdir()
    say(f"making {n:,} rows for a model")
    write_inputs(folder / "rows" / "part.parquet", n)
    write_model(folder / "model.skops")
    write_policy(folder, dataset="rows", shape=(5,), model="model.skops")
    sides = {name: Child(name, folder) for name in TITLES}
    timings = by_turns(sides, min(effort.rounds, 3))
    _refuse_difference(sides)
    best = min((name for name in TITLES if name.startswith("by_hand")), key=timings.middle)
    rows = [
        (
            TITLES[name],
            "1" if name == best else str(timings.ratio(name, best)),
            f"{side.megabytes:.0f}",
            f"{timings.middle(name):.3g}",
        )
        for name, side in sides.items()
    ]
    note = (
        "By hand: pyarrow's batches to a pandas data frame, predict_proba, numpy's bincount over five groups, label "
        "and decision. All sides counted the same. Memory is that of all processes together, those that run the model "
        "among them; the time of 2 jobs holds the start of another process that loads scikit-learn."
    )
    aims = (
        Aim.of(f"scoring, {n:,} rows: 1 job / best by hand", "at most", 1.1, timings.ratio("ours_1", best)),
        Aim.of(f"scoring, {n:,} rows: 2 jobs / 1 job", "below", 1, timings.ratio("ours_2", "ours_1")),
    )
    return Chapter((Table(f"Scoring a pipeline on {n:,} rows", HEAD, tuple(rows), note),), aims)


def _refuse_difference(sides: dict[str, Child]) -> None:
    counted = [side.found for name, side in sides.items() if name != "audited_1"]
    if any(one != counted[0] for one in counted):
        raise AssertionError("the sides counted different rows")
