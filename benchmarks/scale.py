"""How fast the tool counts, scores and audits, beside others and beside the machine's own limit.

Prints ratios measured side by side in one run, the sides by turns; seconds stand beside them only so that a reader can
judge the noise. Ends with 1 when an aim is missed.
"""

import argparse
import datetime as dt
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

from scaling.document import DOCUMENT, RESULTS, as_json, put_into, write_json
from scaling.effort import FULL, QUICK, Effort
from scaling.table import AIM_HEAD, Chapter, Table, printed

CHAPTERS = ("in-memory", "parquet", "whole", "scoring", "growth")


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write what was asked for, and return the exit code."""
    options = _options(argv)
    # A run that is ended from outside leaves no gigabytes behind either.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    effort = QUICK if options.quick else FULL
    chapters = []
    for name in options.only or CHAPTERS:
        # Each cleans up after itself, whatever happens: there may be gigabytes.
        with tempfile.TemporaryDirectory(prefix="fateaudit-scale-") as folder:
            chapters.append(measured(name, effort, Path(folder), options))
        for table in chapters[-1].tables:
            print(f"{printed(table)}\n", flush=True)
    aims = [aim for chapter in chapters for aim in chapter.aims]
    print(printed(Table("Aims", AIM_HEAD, tuple(aim.cells() for aim in aims))))
    figures = as_json(chapters, effort, options.date)
    if options.markdown:
        write_json(RESULTS, figures)
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), figures), encoding="utf-8")
    if options.json:
        write_json(options.json, figures)
    return 1 if figures["missed"] else 0


def measured(name: str, effort: Effort, folder: Path, options: argparse.Namespace) -> Chapter:
    """Measure one chapter in an empty folder."""
    # Loaded where they are used: processes that are started anew read this file too.
    if name == "in-memory":
        from scaling import in_memory, peers  # noqa: PLC0415 - see above

        skips = options.quick and options.aequitas is None
        python = None if skips else peers.interpreter_with_aequitas(folder, options.aequitas)
        return in_memory.chapter(effort, folder, say, python)
    from scaling import growth, parquet, scoring, whole  # noqa: PLC0415 - see above

    chapters: dict[str, Callable[..., Chapter]] = {
        "parquet": parquet.chapter,
        "whole": whole.chapter,
        "scoring": scoring.chapter,
        "growth": growth.chapter,
    }
    return partial(chapters[name], effort, folder, say)()


_START = time.monotonic()


def say(what: str) -> None:
    """Tell on the error stream what is being done."""
    print(f"[{time.monotonic() - _START:6.0f} s] {what}", file=sys.stderr, flush=True)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how fast the tool counts, scores and audits.")
    parser.add_argument("--quick", action="store_true", help="small sizes, for a machine that has other things to do")
    parser.add_argument("--only", choices=CHAPTERS, action="append", help="one chapter; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument(
        "--markdown", action="store_true", help=f"write {RESULTS.name} and the tables of {DOCUMENT.name}"
    )
    parser.add_argument(
        "--aequitas",
        type=Path,
        metavar="PYTHON",
        help="an interpreter that has Aequitas; without it a full run installs it in a temporary environment",
    )
    parser.add_argument("--date", default=dt.datetime.now(tz=dt.UTC).date().isoformat(), help="the date to state")
    options = parser.parse_args(argv)
    if options.markdown and (options.quick or options.only):
        parser.error("the document holds the full run: leave out --quick and --only")
    return options


if __name__ == "__main__":
    # Measuring warns of small groups and the like, which is what is simulated here.
    warnings.simplefilter("ignore")
    sys.exit(main())
