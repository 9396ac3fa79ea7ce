"""How often the tool is wrong: the acceptance table of its intervals and verdicts, measured.

Whatever can be summed over every table of counts is summed and has no error; the rest is drawn with a fixed seed and
shown with its standard error. Ends with 1 when an aim is missed by more than that error explains. Beside it, in the
same run, what a raw four-fifths gate and a percentile bootstrap say about a model without any gap.
"""

import argparse
import datetime as dt
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from acceptance import areas, limit_tests, single_rates, two_rates, verdicts, worst_pairs
from acceptance.document import DOCUMENT, RESULTS, as_json, put_into, write_json
from acceptance.effort import FULL, QUICK, SEED, Effort
from acceptance.methods import PRODUCT, Methods
from acceptance.peers import Compared, compared
from acceptance.table import Row

CHAPTERS: tuple[Callable[[Methods, Effort], Iterator[Row]], ...] = (
    single_rates.rows,
    two_rates.rows,
    limit_tests.rows,
    verdicts.rows,
    worst_pairs.rows,
    areas.rows,
)


def all_rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield every row of the table."""
    for chapter in CHAPTERS:
        yield from chapter(methods, effort)


def show(row: Row) -> None:
    """Print a row as soon as it is known."""
    print(
        f"{row.quantity:<78.78} {row.aim_text:>8} {row.measured_text:>17} {row.number_text:>22} {row.met:>13}",
        flush=True,
    )
    if row.at:
        print(f"    at {row.at}")


def show_compared(one: Compared) -> None:
    """Print what each way of deciding says about a model without any gap."""
    print(
        f"{one.groups} × {one.size} people: ratio below 0.8 in {one.gate_fails:.1%} of audits; bootstrap interval "
        f"leaves out parity in {one.bootstrap_misses_parity:.1%} and is below 0.8 in {one.bootstrap_fails:.1%}; "
        f"ours: not met {one.not_met:.1%}, cannot tell {one.cannot_tell:.1%}, met {one.met:.1%} ({one.audits:,} audits)"
    )


def main(argv: list[str] | None = None) -> int:
    """Measure, print, write what was asked for, and return the exit code."""
    options = _options(argv)
    effort = QUICK if options.quick else FULL
    print(f"seed {SEED}, {effort.name}: quantity, aim, measured ± standard error, n simulated, met?\n")
    rows = []
    for row in all_rows(PRODUCT, effort):
        show(row)
        rows.append(row)
    print("\nA model without any gap, 30 % in every group, reference of 2,000, limit four fifths:")
    peers = []
    for one in compared(PRODUCT, effort):
        show_compared(one)
        peers.append(one)
    measured = as_json(rows, peers, effort, options.date)
    if options.markdown:
        write_json(RESULTS, measured)
        DOCUMENT.write_text(put_into(DOCUMENT.read_text(encoding="utf-8"), measured), encoding="utf-8")
    if options.json:
        write_json(options.json, measured)
    missed = measured["missed"]
    print(
        f"\n{len(missed)} of {len(rows)} aims missed: {', '.join(missed)}" if missed else f"\nall {len(rows)} aims met"
    )
    return 1 if missed else 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how often the tool is wrong.")
    parser.add_argument("--quick", action="store_true", help="a quarter of the situations and fewer draws, for CI")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to FILE")
    parser.add_argument(
        "--markdown", action="store_true", help=f"write {RESULTS.name} and the table of {DOCUMENT.name}"
    )
    today = dt.datetime.now(tz=dt.UTC).date().isoformat()
    parser.add_argument("--date", default=today, help="the date to state (today)")
    options = parser.parse_args(argv)
    if options.quick and options.markdown:
        parser.error("the document holds the full run: leave out --quick")
    return options


if __name__ == "__main__":
    # Measuring warns of small groups and the like, which is what is simulated here.
    warnings.simplefilter("ignore")
    sys.exit(main())
