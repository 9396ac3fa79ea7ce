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
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
from acceptance import areas, limit_tests, single_rates, two_rates, verdicts, worst_pairs
from acceptance.document import DOCUMENT, RESULTS, as_json, put_into, write_json
from acceptance.effort import FULL, QUICK, SEED, Effort
from acceptance.limit_tests import Situation
from acceptance.methods import PRODUCT, Methods, difference_ends, ratio_ends
from acceptance.peers import Compared, compared
from acceptance.table import Row
from scipy import stats

from fateaudit.intervals.scores import Array

ROUND_TRIALS = (30, 50, 100, 300, 1_000, 5_000)
ROUND_RATES = np.arange(1, 26) / 50
"""Every 2 %. On these the mean and the lowest coverage are the two figures beside which the aim was set."""
TENTHS = tuple(step / 10 for step in range(1, 10))
COMMON_LIMITS = (0.8, 1.0, 1.25)
"""On tenths and these ratios the lowest coverage of a difference is the figure beside which that aim was set."""
FINER = frozenset({"wilson_min", "difference_min", "ratio_min"})
"""Rows whose grid is finer than any on which those figures come out."""
SOUGHT = (
    Situation(60, 5_000, 0.0827, 0.8, "below"),
    Situation(30, 10_000, 0.1885, 1.25, "below"),
    Situation(30, 10_000, 0.3256, -0.05, "below", "difference"),
    Situation(30, 1_230, 0.0472, 0.1, "below", "difference"),
    Situation(30, 2_000, 0.1594, 0.8, "below"),
)
"""The worst rates of the reference that a search over 24 pairs of sizes found for the tests as they are now."""


def round_rates(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield the lowest coverage of the ranges to read, on grids that give the figures beside which aims were set.

    The text that set the aims names no grid, and these were sought afterwards to match its figures. So they are printed
    and no more: among the aims they would count as kept.
    """
    wilson = {
        f"n {n}, p {rate:g}": float(share)
        for n in effort.of(ROUND_TRIALS)
        for rate, share in zip(ROUND_RATES, single_rates.coverage(methods, n, ROUND_RATES), strict=True)
    }
    tables = sum(n + 1 for n in effort.of(ROUND_TRIALS))
    yield _lowest("wilson_round", "Wilson, six sizes, p 2–50 % in steps of 2 %", 0.92, wilson, tables)
    sizes = effort.of(two_rates.SIZES)
    tables = sum((n1 + 1) * (n0 + 1) for n1, n0 in sizes)
    for name, ends in (("difference", partial(difference_ends, methods)), ("ratio", ratio_ends)):
        held = {at: share for pair in sizes for at, share in _in_tenths(name, pair, ends(pair, two_rates.Z))}
        title = f"{name}, rates in tenths, ratios 0.8, 1 and 1.25, count 5 or more"
        yield _lowest(f"{name}_round", title, 0.94, held, tables)


def _lowest(name: str, title: str, aim: float, shares: dict[str, float], tables: int) -> Row:
    worst = min(shares, key=lambda at: shares[at])
    return Row(name, f"{title}: lowest", "at least", aim, shares[worst], tables, "tables", at=worst)


def _in_tenths(name: str, sizes: tuple[int, int], ends: tuple[Array, Array]) -> Iterator[tuple[str, float]]:
    """Yield where, and how probable it is that the interval holds the truth; expected counts under 5 left out."""
    (n1, n0), (low, high) = sizes, ends
    for p0, ratio in product(TENTHS, COMMON_LIMITS):
        p1 = p0 * ratio
        if min(n1 * p1, n1 * (1 - p1), n0 * p0, n0 * (1 - p0)) < two_rates.EXPECTED:
            continue
        truth = ratio if name == "ratio" else p1 - p0
        held = (low <= truth + 1e-12) & (truth <= high + 1e-12)
        share = stats.binom.pmf(range(n1 + 1), n1, p1) @ held @ stats.binom.pmf(range(n0 + 1), n0, p0)
        yield f"{n1} at {p1:.3g} v {n0} at {p0:.3g}", float(share)


def sought(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield the level of the tests at the worst rates that were found for them."""
    levels, tables = {}, 0
    for one in effort.of(SOUGHT):
        values = limit_tests.p_values(methods.ratio_test if one.scale == "ratio" else methods.difference_test, one)
        tables += values.looked_up
        for alpha in limit_tests.ALPHAS:
            levels[f"{one}, alpha {alpha:g}"] = values.level(alpha, one.on_the_limit) / alpha
    worst = max(levels, key=lambda at: levels[at])
    title = "verdict E-test at the worst rates that were found for it: level / nominal"
    yield Row("e_test_sought", title, "at most", 1.2, levels[worst], tables, "tables", at=worst)


CHAPTERS: tuple[Callable[[Methods, Effort], Iterator[Row]], ...] = (
    single_rates.rows,
    two_rates.rows,
    limit_tests.rows,
    sought,
    verdicts.rows,
    worst_pairs.rows,
    areas.rows,
)


def all_rows(methods: Methods, effort: Effort) -> Iterator[Row]:
    """Yield every row of the table."""
    for chapter in CHAPTERS:
        for row in chapter(methods, effort):
            yield replace(row, quantity=f"{row.quantity}, our finer grid") if row.id in FINER else row


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
    print("\nOn grids chosen afterwards, which count as no aim:")
    for row in round_rates(PRODUCT, effort):
        show(row)
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
