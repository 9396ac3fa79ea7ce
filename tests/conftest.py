"""Builders: small policies and tables whose numbers a reader can check by hand."""

import csv
import dataclasses
import functools
import gc
import io
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from fontTools.ttLib import woff2
from hypothesis import settings
from unwatched import look_away
from xdist.scheduler import LoadScopeScheduling

from fateaudit import auditing, models
from fateaudit.auditing import audit
from fateaudit.counts import Cell, Counts, Outcome
from fateaudit.policy import Policy, read_policy
from fateaudit.record import Clock

# CI draws the same examples in every run: it fails for a change, not for luck. Elsewhere they are drawn anew.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

# Half a second in every audit: the answers do not change between two tests, and the self-test has tests of its own.
auditing.run_self_test = functools.cache(auditing.run_self_test)


_decompress = woff2.decompress


@functools.cache
def _decompressed(content):
    written = io.BytesIO()
    _decompress(io.BytesIO(content), written)
    return written.getvalue()


# Eleven fonts for every report that is drawn: they take a third of a second, and are the same bytes each time.
woff2.decompress = lambda packed, unpacked: unpacked.write(_decompressed(packed.read()))

# The libraries that are loaded by now stay. Looking through all of them for garbage, again and again, is a fifth of
# the time that a report takes to draw.
gc.freeze()
gc.set_threshold(50_000, 20, 20)


_open = {}


@functools.wraps(models.open_file)
def open_once(file, limits):
    """Open a model, or return the one that an earlier test opened: its process takes a second to load its libraries.

    Processes begin and end in the tests of `models` and `hostile`, and in every test that runs the tool as a process.
    """
    key = (file.artifact.sha256, file.format, str(file.wish), limits)
    if key not in _open:
        while len(_open) >= KEPT_OPEN:
            _open.pop(next(iter(_open))).close()
        _open[key] = OPEN_FILE(file, limits)
    return dataclasses.replace(_open[key], close=lambda: None)


KEPT_OPEN = 4
OPEN_FILE, models.open_file = models.open_file, open_once


def pytest_runtestloop():
    """Where coverage is measured, measure what is ours."""
    if sys.gettrace() is not None:
        look_away()


def pytest_sessionfinish():
    """End what runs for tests that are over."""
    for model in _open.values():
        model.close()
    gc.unfreeze()


DEAREST = (
    "tests/cli/test_commands.py",
    "spark",
    "tests/policy/test_principle.py",
    "tests/report/test_pdf.py",
    "tests/test_properties.py",
    "tests/cli/test_gate_issued.py",
    "tests/cli/test_gate_waivers.py",
    "tests/report/test_page1.py",
    "tests/report/test_page1_room.py",
    "tests/loading/test_interruptions.py",
    "tests/cli/test_signing_commands.py",
    "tests/test_sample.py",
    "tests/fairness/test_context_missing.py",
    "tests/hostile/test_hostile_models.py",
    "tests/hostile/test_damaged_models.py",
    "tests/fairness/test_weighted_rates.py",
    "tests/policy/test_missing_bounds_judged.py",
    "tests/report/test_reference_told.py",
    "tests/test_verification.py",
    "tests/test_no_socket.py",
    "tests/report/test_answers_annex.py",
    "tests/report/test_hostile_text.py",
    "tests/models/test_large_model.py",
    "tests/test_sample_formats.py",
    "tests/test_sweeping.py",
    "tests/test_bench_inference.py",
    "tests/explainability/test_hard_cases.py",
)


class FilesTogether(LoadScopeScheduling):
    """Give a file's tests to one process, which prepares once what they share; and all on Spark, with its one cluster.

    pytest-xdist 3.8 would do the latter by its mark `xdist_group`, and with pytest 9.2 does not.
    """

    def _split_scope(self, nodeid):
        return "spark" if "/test_spark" in nodeid else nodeid.partition("::")[0]

    def _assign_work_unit(self, node):
        """Give out the dearest files first: the others wait for a long one that begins last."""
        dearest = next((scope for scope in DEAREST if scope in self.workqueue), None)
        if dearest is not None:
            self.workqueue.move_to_end(dearest, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Return how tests are shared out, where there are several processes."""
    return FilesTogether(config, log)


ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_models" / "toronto_release"
NOON = Clock("2026-11-21T12:00:00Z", "supplied")

FAV, ADV = Outcome.FAVOURABLE, Outcome.ADVERSE


def a_check(**changes):
    """A ratio of selection rates over `group`, at least 0.80, blocker."""
    check = {
        "id": "F-01",
        "principle": "fairness",
        "metric": "selection_rate_ratio",
        "across": ["group"],
        "limit": {"min": 0.80},
        "severity": "blocker",
        "why": "a test",
    }
    return check | changes


def a_policy_text(*checks, **changes):
    """A policy over the columns id, group, label and prediction, as data."""
    policy = {
        "version": 1,
        "system": {
            "name": "A system",
            "purpose": "To be tested.",
            "category": "prediction_analysis",
            "stage": "evaluation",
            "autonomy": "advisory",
            "owner": {"name": "N. N.", "role": "owner", "organisation": "none"},
        },
        "model": {"path": "none"},
        "dataset": {"path": "rows.csv", "provenance": "made for a test", "role": "holdout"},
        "columns": {
            "label": "label",
            "favourable": "yes",
            "label_kind": "outcome",
            "unit": "case",
            "positive": "favourable",
            "prediction": "prediction",
            "sensitive": [{"name": "group", "label": "Group"}],
        },
        "checks": list(checks) or [a_check()],
    }
    for key, value in changes.items():
        policy[key] = {**policy[key], **value} if isinstance(policy.get(key), dict) else value
    return policy


def a_policy(*checks, **changes):
    """The same as a validated value."""
    return Policy.model_validate_json(json.dumps(a_policy_text(*checks, **changes)))


def write_audit(folder, rows, *checks, **changes):
    """Write a policy and a table of dicts into `folder`; return the policy's path. JSON is YAML too."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    path = folder / "fateaudit.yaml"
    path.write_text(json.dumps(a_policy_text(*checks, **changes), indent=1), encoding="utf-8")
    return path


def rows_of(**groups):
    """Rows from `group=(selected, all)`: labels equal predictions."""
    return [
        {"group": name, "label": outcome, "prediction": outcome}
        for name, (selected, n) in groups.items()
        for outcome in ["yes"] * selected + ["no"] * (n - selected)
    ]


def counts_of(rows, attributes=("group",)):
    """Counts made by a Counter, not by the code under test. Rows: dicts with group, label and decision as Outcome."""
    counter = Counter((tuple(row[name] for name in attributes), row["label"], row["decision"]) for row in rows)
    cells = [Cell(group=group, label=label, decision=decision, n=n) for (group, label, decision), n in counter.items()]
    cells.sort(key=lambda cell: (cell.group, cell.label or "", cell.decision))
    return Counts(rows=len(rows), weighted=False, attributes=attributes, joint=True, cells=tuple(cells), histograms=())


def counts_from(**groups):
    """Counts from `group=(selected, all)`, labels equal to decisions."""
    rows = [
        {"group": name, "label": decision, "decision": decision}
        for name, (selected, n) in groups.items()
        for decision in [FAV] * selected + [ADV] * (n - selected)
    ]
    return counts_of(rows)


def without_checklist(policy):
    """A policy's text without its list of questions: what needs no answers beside it."""
    return re.sub(r"  - id: A-01\n(    .*\n)+", "", policy)


@pytest.fixture(scope="session")
def sample_record():
    """The record of the shipped sample."""
    return audit(SAMPLE / "fateaudit.yaml", clock=NOON)


@pytest.fixture(scope="session")
def sample_rows():
    """The evaluation half as dicts of text, read by the csv module."""
    with (SAMPLE / "evaluation.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def sample_policy():
    """The sample's policy."""
    return read_policy(SAMPLE / "fateaudit.yaml").policy
