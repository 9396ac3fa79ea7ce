"""What it costs that a model runs in a locked process of its own, beside the same model in this process."""

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from fateaudit.artifacts import describe
from fateaudit.evaluation import Column, ColumnKind
from fateaudit.formats import Format
from fateaudit.loading.sources import BATCH, TableSource, Way, batches_of
from fateaudit.models.files import ModelFile
from fateaudit.models.isolation import has_bubblewrap
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.tallying import Key, Wanted
from fateaudit.worker.opened import Wish
from fateaudit.worker.skops_files import open_skops
from scaling.table import Aim, Chapter, Table
from scaling.timing import by_turns, timed

COLUMNS = 30
NAMES = tuple(f"x{place}" for place in range(COLUMNS))
SEED = 20261121
LIMITS = Limits(8 * GIB, 600, BATCH)
HEAD = ("side", "time / in this process", "seconds, this run")
BARE = "import numpy, pandas, pyarrow, skops.io, sklearn.pipeline, sklearn.linear_model, sklearn.preprocessing"
"""What the process of a logistic regression loads."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    name: str
    rounds: int
    scored: int
    """Rows."""


FULL, QUICK = Effort("full", 5, 1_000_000), Effort("quick", 3, 100_000)


def chapter(effort: Effort, say: Callable[[str], None]) -> Chapter:
    """Measure two models, scored alone and scored and counted, and how long it takes until one is open."""
    n = effort.scored
    random = np.random.default_rng(SEED)
    numbers = {name: random.normal(size=n) for name in NAMES}
    groups = {name: pa.array(random.choice(["a", "b", "c"], n)) for name in ("group", "label")}
    rows = pa.table({**numbers, **groups})
    label = (rows["x0"].to_numpy()[:5_000] + random.normal(size=5_000) > 0).astype(str)
    tables, aims = [], []
    for name, content in _models(rows.slice(0, 5_000).select(NAMES).to_pandas(), label).items():
        say(f"a {name} model on {n:,} rows")
        here, model = open_skops(content, Wish()), open_file(_file(content), LIMITS)
        try:
            for what, work in {"scored": _score, "scored and counted": _count}.items():
                sides = {"here": partial(work, here.predict, rows), "there": partial(work, model.predict, rows)}
                if not np.array_equal(sides["here"](), sides["there"]()):
                    raise AssertionError("the sides gave other numbers")
                timings = by_turns({side: timed(work) for side, work in sides.items()}, effort.rounds)
                ratio = timings.ratio("there", "here")
                cells = (
                    ("in this process", "1", f"{timings.middle('here'):.3g}"),
                    ("in a locked process", str(ratio), f"{timings.middle('there'):.3g}"),
                )
                tables.append(Table(f"A {name} model, {n:,} rows of {COLUMNS} numbers, {what}", HEAD, cells))
                quantity = f"a {name} model, {n:,} × {COLUMNS} {what}: locked process / this one"
                aims.append(Aim.of(quantity, "at most", 1.15, ratio))
        finally:
            model.close()
    say("how long it takes until a model is open")
    starts = by_turns({"bare": timed(_bare), "open": timed(partial(_open, content=_logistic_only()))}, effort.rounds)
    ratio = starts.ratio("open", "bare")
    cells = (
        ("a process that imports the model's libraries", "1", f"{starts.middle('bare'):.3g}"),
        ("a locked process, until the model is described", str(ratio), f"{starts.middle('open'):.3g}"),
    )
    with_what = "with" if has_bubblewrap() else "without"
    note = f"Landlock, seccomp and limits were in force, {with_what} bubblewrap. Both sides gave equal numbers."
    tables.append(Table("Until a model is open", ("side", "time / bare import", "seconds, this run"), cells, note))
    aims.append(Aim.of("until a model is open / bare import of its libraries", "at most", 1.5, ratio))
    return Chapter(tuple(tables), tuple(aims))


def _models(frame: object, label: object) -> dict[str, bytes]:
    from sklearn.ensemble import HistGradientBoostingClassifier  # noqa: PLC0415 - heavy, and only needed here

    boosted = HistGradientBoostingClassifier(random_state=0).fit(frame, label)
    return {"logistic": _written(_logistic().fit(frame, label)), "boosted": _written(boosted)}


def _logistic() -> object:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - as above
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415 - as above
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415 - as above

    return make_pipeline(StandardScaler(), LogisticRegression())


def _logistic_only() -> bytes:
    import pandas as pd  # noqa: PLC0415 - as above

    frame = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0]})
    return _written(_logistic().fit(frame, ["a", "b", "a", "b"]))


def _written(model: object) -> bytes:
    import skops.io  # noqa: PLC0415 - as above

    target = io.BytesIO()
    skops.io.dump(model, target)
    return target.getvalue()


def _file(content: bytes) -> ModelFile:
    return ModelFile(content, describe(content, role="model", name="model.skops", media_type="x"), Format.SKOPS, Wish())


Predict = Callable[[pa.Table], "NDArray[np.float64]"]


def _score(predict: Predict, rows: pa.Table) -> object:
    return np.concatenate([predict(batch) for batch in batches_of(rows.select(NAMES), BATCH)])


def _count(predict: Predict, rows: pa.Table) -> object:
    """Return how many rows there are of each group, label and decision, as an audit finds them."""
    inputs = tuple(Column(name, ColumnKind.NUMBER) for name in NAMES)
    wanted = Wanted(attributes=(Key("group"),), label="label", inputs=inputs)
    way = Way(score=lambda table: predict(table)[:, 1])
    return TableSource(rows).tally(wanted, way).tables[""]["n"].to_numpy()


def _open(content: bytes) -> None:
    open_file(_file(content), LIMITS).close()


def _bare() -> None:
    subprocess.run([sys.executable, "-I", "-W", "ignore", "-c", BARE], check=True)  # noqa: S603 - words of this module
