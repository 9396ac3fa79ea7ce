"""Numbers of which less is better: an audit says what it says of their negatives, of which more is better."""

import json
import math

import numpy as np
import pyarrow as pa
import pytest
from conftest import NOON, a_check, a_policy_text, write_audit
from engines import WAYS
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.auditing import audit
from fateaudit.cli.whatif_words import legend, said_search
from fateaudit.errors import PolicyError
from fateaudit.evaluation import decide
from fateaudit.evidence import Estimate
from fateaudit.explainability import Rules, find_recourse
from fateaudit.policy import Decision, read_policy
from fateaudit.sweeping import Search, sweep
from fateaudit.sweeping.cuts import find_cuts

SIDES = {">=": "<=", ">": "<"}
RANDOM = np.random.default_rng(6)
N = 240
GROUPS = RANDOM.choice(["a", "b"], N)
DAYS = np.round(RANDOM.normal(50, 12, N) + 6 * (GROUPS == "a")).tolist()
LABELS = np.where(np.array(DAYS) + RANDOM.normal(0, 12, N) > 50, "yes", "no").tolist()
COLUMNS = {"prediction": None, "score": "score"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("at", SIDES)
def test_every_engine_decides_on_the_side_that_the_policy_names(way, at, tmp_path) -> None:
    rows = {"group": pa.array(GROUPS[:12].tolist()), "label": LABELS[:12]}
    line = DAYS[3]
    up = WAYS[way](
        tmp_path / "up",
        pa.table({**rows, "score": DAYS[:12]}),
        columns=COLUMNS,
        task="regression",
        decision={"threshold": line, "at": at},
    )
    down = WAYS[way](
        tmp_path / "down",
        pa.table({**rows, "score": [-one for one in DAYS[:12]]}),
        columns=COLUMNS,
        task="regression",
        decision={"threshold": -line, "at": SIDES[at]},
    )

    assert up == down
    assert {cell.decision.value for cell in up.cells} == {"favourable", "adverse"}


def policy_in(folder, sign, at):
    rows = [
        {"group": group, "label": label, "score": sign * days}
        for group, label, days in zip(GROUPS, LABELS, DAYS, strict=True)
    ]
    auc = a_check(id="F-02", metric="auc_difference", limit={"max": 0.2}, severity="minor")
    decision = {"threshold": sign * 50.0, "at": at}
    return write_audit(folder, rows, a_check(), auc, columns=COLUMNS, task="regression", decision=decision)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The same rows twice: days of which more is better, and their negatives."""
    folder = tmp_path_factory.mktemp("both")
    return policy_in(folder / "up", 1, ">="), policy_in(folder / "down", -1, "<=")


def test_evidence_is_the_same_areas_under_curves_included(both) -> None:
    up, down = (audit(path, clock=NOON) for path in both)

    assert [one.model_dump_json() for one in up.evidence] == [one.model_dump_json() for one in down.evidence]
    assert any(one.metric == "auc_difference" and isinstance(one, Estimate) for one in down.evidence)


def test_thresholds_that_are_searched_for_are_the_negatives(both) -> None:
    up, down = (sweep(path) for path in both)
    pairs = list(zip(up.searches, down.searches, strict=True))

    assert [one.cut.threshold for one in up.tested] == [-one.cut.threshold for one in reversed(down.tested)]
    assert [one.cut.selected for one in up.tested] == [one.cut.selected for one in reversed(down.tested)]
    assert any(isinstance(one, Search) for one, _ in pairs)
    for one, other in pairs:
        assert [one.agreement, one.own_agreement] == pytest.approx([other.agreement, other.own_agreement])
        for group, turned in zip(one.groups, other.groups, strict=True):
            assert sorted((-threshold, share) for threshold, share in turned.thresholds) == list(group.thresholds)
            assert group.selection_rate == pytest.approx(turned.selection_rate)
        assert "above" not in " ".join(said_search(down, other))
    assert "at or below it" in " ".join(legend(down))


scores = st.lists(st.integers(-3_000, 3_000).map(lambda one: one / 1_000), min_size=1, max_size=30)


@given(scores, st.integers(-3_000, 3_000), st.sampled_from(list(SIDES)))
def test_cuts_of_negatives_are_the_negatives_of_cuts(some, own, at) -> None:
    score, line = np.array(some), own / 1_000
    up, _ = find_cuts(score, Decision(threshold=line, at=at))
    down, _ = find_cuts(-score, Decision(threshold=-line, at=SIDES[at]))

    assert [(-one.threshold, one.selected, one.is_own) for one in reversed(down)] == [
        (one.threshold, one.selected, one.is_own) for one in up
    ]
    for one in down:
        assert decide(-score, one.threshold, SIDES[at]).sum() == one.selected
        assert math.isinf(one.low) == (one.selected == 0) or math.isinf(one.high)


@given(st.lists(st.floats(-9, 9), min_size=8, max_size=8), st.integers(0, 7))
def test_what_would_turn_a_decision_is_the_same(answers, place) -> None:
    values = [(first, second, third) for first in (0.0, 1.0) for second in (0.0, 1.0) for third in (0.0, 1.0)]
    pool = pa.table({name: [row[at] for row in values] for at, name in enumerate("abc")})
    line = float(np.sort(answers)[5])

    def model(sign):
        return lambda table: np.array(
            [sign * answers[int(4 * a + 2 * b + c)] for a, b, c in zip(*table.to_pydict().values(), strict=True)]
        )

    up = find_recourse(model(1), pool.slice(place, 1), pool, lambda found: found >= line, Rules())
    down = find_recourse(
        model(-1), pool.slice(place, 1), pool, lambda found: found <= -line, Rules(), less_is_better=True
    )

    assert type(up) is type(down)
    if hasattr(up, "suggestions"):
        assert [one.changes for one in up.suggestions] == [one.changes for one in down.suggestions]
        assert [one.score for one in up.suggestions] == [-one.score for one in down.suggestions]


def test_a_probability_of_the_better_outcome_is_never_better_when_it_is_less(tmp_path) -> None:
    path = tmp_path / "fateaudit.yaml"
    path.write_text(json.dumps(a_policy_text(decision={"threshold": 0.5, "at": "<="}), indent=1), encoding="utf-8")

    with pytest.raises(PolicyError, match="a score is the probability of the better outcome") as caught:
        read_policy(path)
    assert "task: regression" in caught.value.hint
