"""Whether explanations say what is known to be so: data with a planted answer, and how often it is found.

Prints counts over seeds. Ends with 1 when an aim is missed.
"""

import argparse
import datetime as dt
import json
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from explaining import believing, cost, families, memory, proxies
from explaining.effort import FULL, QUICK, Effort
from explaining.pages import pages
from scaling.document import ROOT, as_json, put_into, write_json
from scaling.table import AIM_HEAD, Chapter, Table, printed

RESULTS = ROOT / "benchmarks" / "results" / "explain.json"
DOCUMENT = ROOT / "docs" / "explanations.md"
CHAPTERS: dict[str, Callable[[Effort, Callable[[str], None]], Chapter]] = {
    "proxies": proxies.chapter,
    "believing": believing.chapter,
    "families": families.chapter,
    "cost": cost.chapter,
    "memory": memory.chapter,
}
"""A chapter more is a module in `explaining/` and a line here."""


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write what was asked for, and return the exit code."""
    options = _options(argv)
    if options.from_results:
        write_pages(json.loads(RESULTS.read_text(encoding="utf-8")))
        return 0
    effort = QUICK if options.quick else FULL
    chapters = []
    for name in options.only or CHAPTERS:
        chapters.append(CHAPTERS[name](effort, say))
        for table in chapters[-1].tables:
            print(f"{printed(table)}\n", flush=True)
    aims = [aim for chapter in chapters for aim in chapter.aims]
    print(printed(Table("Aims", AIM_HEAD, tuple(aim.cells() for aim in aims))))
    figures = {**as_json(chapters, effort, options.date), "schema": "fateaudit.explain.v1"}
    if options.markdown:
        write_json(RESULTS, figures)
        write_pages(figures)
    if options.json:
        write_json(options.json, figures)
    return 1 if figures["missed"] else 0


def write_pages(figures: Mapping[str, Any]) -> None:
    """Write the figures into every page that shows some of them."""
    whole = put_into(DOCUMENT.read_text(encoding="utf-8"), figures)
    for path, text in {DOCUMENT: whole, **pages(figures)}.items():
        path.write_text(text, encoding="utf-8")


_START = time.monotonic()


def say(what: str) -> None:
    """Tell on the error stream what is being done."""
    print(f"[{time.monotonic() - _START:6.0f} s] {what}", file=sys.stderr, flush=True)


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure whether explanations say what is known to be so.")
    parser.add_argument("--quick", action="store_true", help="few seeds, for a machine that has other things to do")
    parser.add_argument("--only", choices=CHAPTERS, action="append", help="one chapter; may be given again")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument("--markdown", action="store_true", help=f"write {RESULTS.name} and the tables of the pages")
    parser.add_argument(
        "--from-results", action="store_true", help=f"write the tables from {RESULTS.name} and measure nothing"
    )
    parser.add_argument("--date", default=dt.datetime.now(tz=dt.UTC).date().isoformat(), help="the date to state")
    options = parser.parse_args(argv)
    if options.markdown and (options.quick or options.only):
        parser.error("the document holds the full run: leave out --quick and --only")
    return options


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
