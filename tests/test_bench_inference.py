"""The benchmark of inference: it measures every row, it can fail, and the document says what it measured."""

import importlib
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from fateaudit.intervals import worst_pair

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "benchmarks"))  # scripts, not a package
inference = importlib.import_module("inference")
single_rates, two_rates, limit_tests, worst_pairs, areas, peers, document, table = (
    importlib.import_module(f"acceptance.{name}")
    for name in ("single_rates", "two_rates", "limit_tests", "worst_pairs", "areas", "peers", "document", "table")
)
TINY = replace(inference.QUICK, name="tiny", every=50, samples=20, again=400, audits=3, in_full=1)
PRODUCT = inference.PRODUCT


def normal_tail(x1, n1, x0, n0, *, limit):
    return limit_tests.normal_tail(x1, n1, x0, n0, limit=limit)


def wald(x, n):
    half = 1.96 * (x / n * (1 - x / n) / n) ** 0.5
    return x / n - half, x / n + half


def wald_difference(x1, n1, x0, n0, *, z):
    half = z * (x1 / n1 * (1 - x1 / n1) / n1 + x0 / n0 * (1 - x0 / n0) / n0) ** 0.5
    return x1 / n1 - x0 / n0 - half, x1 / n1 - x0 / n0 + half


def missed(rows):
    return {row.id for row in rows if row.met == "NO"}


@pytest.fixture(scope="module")
def recorded():
    return json.loads(document.RESULTS.read_text(encoding="utf-8"))


# What a run gives


@pytest.fixture(scope="module")
def tiny_rows():
    return list(inference.all_rows(PRODUCT, TINY))


def test_a_run_has_every_row_of_the_table(tiny_rows, recorded):
    assert [row.id for row in tiny_rows] == [row["id"] for row in recorded["rows"]]
    assert len({row.id for row in tiny_rows}) == len(tiny_rows)


def test_every_row_says_what_it_rests_on(tiny_rows):
    for row in tiny_rows:
        assert row.number > 0, row.id
        assert (row.error == 0) == (row.unit == "tables" or row.id == "in_full"), row.id


def test_a_run_compares_with_a_gate_and_a_bootstrap():
    eight, twenty, one = peers.compared(PRODUCT, TINY)

    assert (eight.gate_fails, twenty.gate_fails) == pytest.approx((0.78, 0.97), abs=0.005)
    assert one.size == 20
    assert eight.bootstrap_misses_parity == 1
    assert eight.not_met + eight.cannot_tell + eight.met == pytest.approx(1)


# What would be found out


def test_normal_tails_in_place_of_the_e_test_miss_the_aim():
    row = next(limit_tests.rows(replace(PRODUCT, ratio_test=normal_tail), TINY))

    assert missed([row]) == {"e_test"}


def test_a_worst_pair_that_does_not_pay_for_the_choice_misses_the_aim():
    uncorrected = replace(PRODUCT, range_quantile=lambda _, alpha: -float(special.ndtri(alpha / 2)))

    assert {"pair_mean", "pair_near"} <= missed(worst_pairs.rows(uncorrected, TINY))


def test_textbook_intervals_miss_the_aims():
    assert "wilson_around" in missed(single_rates.rows(replace(PRODUCT, wilson=wald), TINY))
    assert "difference_all" in missed(two_rates.rows(replace(PRODUCT, newcombe=wald_difference), TINY))


def test_what_the_wrong_methods_miss_the_product_does_not(tiny_rows):
    assert not missed(tiny_rows) & {"e_test", "pair_mean", "pair_near", "wilson_around", "difference_all", "auc_min"}


def test_an_interval_of_the_auc_that_is_too_narrow_misses_the_aim():
    def halved(auc):
        low, high = PRODUCT.auc_interval(auc)
        return (low + auc.value) / 2, (high + auc.value) / 2

    assert missed(areas.rows(replace(PRODUCT, auc_interval=halved), TINY)) == {"auc_min"}


@pytest.mark.parametrize(
    ("side", "aim", "measured", "error", "met"),
    [
        ("at least", 0.95, 0.95, 0.0, "yes"),
        ("at least", 0.95, 0.949, 0.0, "NO"),
        ("at least", 0.95, 0.949, 0.0006, "within error"),
        ("at most", 0.06, 0.0611, 0.0005, "NO"),
        ("at most", 0.06, 0.05, 0.02, "yes"),
    ],
)
def test_an_aim_is_missed_by_more_than_the_simulation_cannot_tell(side, aim, measured, error, met):
    assert table.Row("id", "quantity", side, aim, measured, 100, "samples", error).met == met


def test_a_share_of_none_is_not_certain():
    assert table.standard_error(0.0, 100) > 0.005


# What the shortcuts stand on


@pytest.mark.parametrize("scale", ["ratio", "difference"])
def test_ends_that_are_looked_up_are_those_of_the_worst_pair(scale):
    sizes, counts = (30, 12, 20), np.array([[9, 6, 2], [0, 3, 20], [15, 6, 10]])
    near, far = worst_pairs.ends(PRODUCT, sizes, scale, counts)

    for place, row in enumerate(counts):
        found = worst_pair(list(zip(map(int, row), sizes, strict=True)), measure=scale)
        assert (near[place], far[place]) == pytest.approx((found.near, found.far), abs=1e-9)


def test_the_coverage_of_a_rate_is_the_sum_over_its_counts():
    held = [x for x in range(31) if (ends := PRODUCT.wilson(x, 30))[0] <= 0.1 <= ends[1]]
    by_hand = sum(special.comb(30, x) * 0.1**x * 0.9 ** (30 - x) for x in held)

    assert single_rates.coverage(PRODUCT, 30, np.array([0.1]))[0] == pytest.approx(by_hand)


def test_the_level_is_the_sum_over_every_table():
    one = limit_tests.Situation(12, 15, 0.4, 0.8, "below")
    by_hand = 0.0
    for x1 in range(13):
        for x0 in range(16):
            chance = special.comb(12, x1) * 0.32**x1 * 0.68 ** (12 - x1)
            chance *= special.comb(15, x0) * 0.4**x0 * 0.6 ** (15 - x0)
            by_hand += chance * (PRODUCT.ratio_test(x1, 12, x0, 15, limit=0.8).p_below <= 0.05)

    assert limit_tests.p_values(PRODUCT.ratio_test, one).level(0.05, one.on_the_limit) == pytest.approx(
        by_hand, abs=1e-7
    )


# The document


def test_the_document_holds_the_figures_of_the_record(recorded):
    text = document.DOCUMENT.read_text(encoding="utf-8")

    assert document.put_into(text, recorded) == text


def test_the_record_is_a_full_run_and_names_what_it_missed(recorded):
    assert recorded["effort"]["name"] == "full"
    assert recorded["missed"] == [row["id"] for row in recorded["rows"] if row["met"] == "NO"]
    assert recorded["seed"] == document.SEED


def test_a_document_without_its_markers_is_refused(recorded):
    with pytest.raises(ValueError, match="measured: begin"):
        document.put_into("no marker", recorded)
