"""The other tools, each on the same rows: fairlearn in this process, Aequitas in an environment of its own."""

import subprocess
import venv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from fairlearn import metrics
from fairlearn.metrics import MetricFrame
from sklearn.metrics import accuracy_score, precision_score

from scaling.data import RATES, SHAPE, names_of
from scaling.timing import Side

WORKER = Path(__file__).with_name("aequitas_worker.py")


def _recorded(labels: np.ndarray, _: np.ndarray) -> float:
    return float(metrics.selection_rate(labels, labels))


FUNCTIONS: dict[str, Callable[..., float]] = dict(
    zip(
        RATES,
        (
            metrics.selection_rate,
            partial(metrics.selection_rate, pos_label=0),
            metrics.true_positive_rate,
            metrics.false_positive_rate,
            metrics.false_negative_rate,
            metrics.true_negative_rate,
            precision_score,
            partial(precision_score, pos_label=0),
            accuracy_score,
            _recorded,
        ),
        strict=True,
    )
)
"""Ours by name, theirs by function."""


def fairlearn_rates(frame: pd.DataFrame) -> dict[str, list[float]]:
    """Return ten rates of 80 groups, without an interval."""
    found = MetricFrame(
        metrics=FUNCTIONS,
        y_true=frame["label"],
        y_pred=frame["prediction"],
        sensitive_features=frame[list(names_of(SHAPE))],
    ).by_group.sort_index()
    return {name: found[name].to_list() for name in RATES}


def interpreter_with_aequitas(folder: Path, given: Path | None) -> Path | None:
    """Return an interpreter that has Aequitas: the one given, or a new environment in `folder`; None where it fails."""
    if given is not None:
        return given
    environment = folder / "aequitas"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "aequitas"]
    is_there = subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - as written
    return python if is_there else None


@contextmanager
def aequitas(python: Path, frame: pd.DataFrame, folder: Path) -> Iterator[Side]:
    """Give a side that makes Aequitas' table of the rows; its process loads its libraries and the rows beforehand."""
    path = folder / "aequitas.npz"
    group = frame.groupby(list(names_of(SHAPE))).ngroup().to_numpy()
    np.savez(path, group=group, label=frame["label"].to_numpy(), prediction=frame["prediction"].to_numpy())
    command = [str(python), "-W", "ignore", str(WORKER), str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:  # noqa: S603 - as above
        assert worker.stdin is not None  # noqa: S101 - asked for
        assert worker.stdout is not None  # noqa: S101 - same
        if worker.stdout.readline().strip() != "ready":
            raise RuntimeError("Aequitas did not start")

        def side() -> float:
            print("again", file=worker.stdin, flush=True)
            return float(worker.stdout.readline())  # type: ignore[union-attr]

        yield side
        worker.stdin.close()
    path.unlink()
