"""One piece of work in a process of its own: `python -m scaling.child WORK FOLDER TIMES`.

So its memory is its own. Libraries are loaded before the clock starts; opening files, and a model, is part of the work.
"""

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from scaling.timing import peak_megabytes

if TYPE_CHECKING:
    from fateaudit.tallying import Parts, Wanted

Work = Callable[[], object]

ROWS = "rows.parquet"


def tally(folder: Path, *, with_score: bool) -> Work:
    """Return our tally of a file that is read in pieces."""
    from fateaudit.loading.parquet import open_parquet  # noqa: PLC0415 - each child loads what it needs and no more
    from fateaudit.loading.sources import Way  # noqa: PLC0415 - same

    wanted = _wanted(with_score=with_score)
    return lambda: _rows(open_parquet(folder / ROWS).tally(wanted, Way()))


def tally_in_memory(folder: Path, *, with_score: bool) -> Work:
    """Return our tally of a file of up to 256 MB, which is read whole, so that what is hashed is what is parsed."""
    from fateaudit.loading.sources import TableSource, Way  # noqa: PLC0415 - as above
    from fateaudit.loading.tables import read_table  # noqa: PLC0415 - as above

    wanted = _wanted(with_score=with_score)
    return lambda: _rows(TableSource(read_table((folder / ROWS).read_bytes(), ROWS)).tally(wanted, Way()))


def _wanted(*, with_score: bool) -> "Wanted":
    from fateaudit.tallying import Key, Wanted  # noqa: PLC0415 - as above
    from scaling.scans import TEXT  # noqa: PLC0415 - as above

    prediction, score = (None, "score") if with_score else ("prediction", None)
    return Wanted(attributes=tuple(map(Key, TEXT)), label="label", prediction=prediction, score=score)


def _rows(parts: "Parts") -> int:
    return sum(parts.tables[""]["n"].to_pylist())


def bare(name: str, folder: Path, *, with_score: bool) -> Work:
    """Return a scan that counts nothing."""
    from scaling import scans  # noqa: PLC0415 - as above

    columns = scans.SCORED if with_score else scans.COLUMNS
    return partial(getattr(scans, name), folder / ROWS, columns)


def score_and_count(folder: Path, *, jobs: int) -> Work:
    """Return our tally of what a model scores, without the files' digest and without rows drawn for explanations."""
    from fateaudit.loading import Asked, Way  # noqa: PLC0415 - as above
    from fateaudit.loading.favouring import favourable_score, reopened  # noqa: PLC0415 - as above
    from fateaudit.loading.parquet import open_parquet  # noqa: PLC0415 - as above
    from fateaudit.loading.wanting import want  # noqa: PLC0415 - as above
    from fateaudit.models import open_model  # noqa: PLC0415 - as above
    from fateaudit.policy import read_policy  # noqa: PLC0415 - as above

    _load_libraries()

    def work() -> object:
        source = read_policy(folder / "fateaudit.yaml")
        rows = open_parquet(folder / "rows")
        with open_model(source) as model:
            assert model is not None  # noqa: S101 - the policy names one
            assert model.reopen is not None  # noqa: S101 - it is a file
            wanted = want(source, model, rows.columns, "rows", Asked())
            way = Way(score=favourable_score(model, source), reopen=partial(reopened, model.reopen, "1"), jobs=jobs)
            return _counted(rows.tally(wanted, way).tables[""].to_pylist())

    return work


def score_as_audited(folder: Path, *, jobs: int) -> Work:
    """Return the same as an audit does it: with the digest of the files, and rows drawn for explanations."""
    from fateaudit.gathering import load  # noqa: PLC0415 - as above
    from fateaudit.loading import Way  # noqa: PLC0415 - as above
    from fateaudit.models import open_model  # noqa: PLC0415 - as above
    from fateaudit.policy import read_policy  # noqa: PLC0415 - as above

    _load_libraries()

    def work() -> object:
        source = read_policy(folder / "fateaudit.yaml")
        with open_model(source) as model:
            return load(source, model, Way(jobs=jobs))[0].rows

    return work


def score_by_hand(folder: Path, *, batch: int) -> Work:
    """Return the loop that does it without this project."""
    from scaling import by_hand  # noqa: PLC0415 - as above

    _load_libraries()
    return partial(by_hand.score_and_count, folder, batch)


def _load_libraries() -> None:
    """Load what scoring needs, for every side alike."""
    import pandas as pd  # noqa: F401, PLC0415 - as above
    import sklearn.compose  # noqa: PLC0415 - as above
    import sklearn.linear_model  # noqa: F401, PLC0415 - as above
    import skops.io  # noqa: F401, PLC0415 - as above


def _counted(rows: list[dict[str, object]]) -> list[list[int]]:
    """Return our small table as the loop by hand returns its own: a line for each group, in order."""
    found: dict[str, list[int]] = {}
    for row in rows:
        line = found.setdefault(str(row["k0"]), [0, 0, 0, 0])
        line[2 * (row["label"] == "1") + (row["decided"] == 1)] += int(str(row["n"]))
    return [found[group] for group in sorted(found)]


WORKS: dict[str, Callable[[Path], Work]] = {
    "tally": partial(tally, with_score=False),
    "tally_score": partial(tally, with_score=True),
    "in_memory": partial(tally_in_memory, with_score=False),
    "in_memory_score": partial(tally_in_memory, with_score=True),
    **{name: partial(bare, name, with_score=False) for name in ("scan", "lean_scan", "decode")},
    **{f"{name}_score": partial(bare, name, with_score=True) for name in ("scan", "lean_scan", "decode")},
    "ours_1": partial(score_and_count, jobs=1),
    "ours_2": partial(score_and_count, jobs=2),
    "audited_1": partial(score_as_audited, jobs=1),
    "by_hand_65536": partial(score_by_hand, batch=65_536),
    "by_hand_262144": partial(score_by_hand, batch=262_144),
}


def main() -> None:
    """Do the work as often as asked and print what it took."""
    name, folder, times = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    work = WORKS[name](folder)
    seconds, found = [], None
    for _ in range(times):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": median(seconds), "megabytes": peak_megabytes(), "found": found}))


if __name__ == "__main__":
    main()
