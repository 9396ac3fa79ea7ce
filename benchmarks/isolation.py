"""What it costs that a model runs in a locked process of its own.

Prints ratios measured side by side in one run, the sides by turns. Ends with 1 when an aim is missed.
"""

import argparse
import datetime as dt
import sys
import warnings

from scaling.document import ROOT, as_json, put_into, write_json
from scaling.isolation import FULL, QUICK, chapter
from scaling.table import AIM_HEAD, Table, printed

RESULTS = ROOT / "benchmarks" / "results" / "isolation.json"
DOCUMENT = ROOT / "docs" / "models.md"


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write what was asked for, and return the exit code."""
    options = _options(argv)
    effort = QUICK if options.quick else FULL
    measured = chapter(effort, lambda what: print(what, file=sys.stderr, flush=True))
    for table in (*measured.tables, Table("Aims", AIM_HEAD, tuple(aim.cells() for aim in measured.aims))):
        print(f"{printed(table)}\n")
    figures = {**as_json([measured], effort, options.date), "schema": "fateaudit.isolation.v1"}
    if options.markdown:
        write_json(RESULTS, figures)
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), figures), encoding="utf-8")
    return 1 if figures["missed"] else 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what a model's own process costs.")
    parser.add_argument("--quick", action="store_true", help="fewer rows, for a machine that has other things to do")
    parser.add_argument(
        "--markdown", action="store_true", help=f"write {RESULTS.name} and the tables of {DOCUMENT.name}"
    )
    parser.add_argument("--date", default=dt.datetime.now(dt.UTC).date().isoformat(), help="what the table is dated")
    return parser.parse_args(argv)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    sys.exit(main())
