"""A forest of 500 MB is audited under the limits that hold when nobody writes any; under less, words say what to do."""

import copy

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.ensemble import RandomForestClassifier

from fateaudit import audit
from fateaudit.errors import AuditFailedError
from fateaudit.models import Terms

SIZE = 500_000_000

POLICY = """
version: 1
system:
  name: "A forest"
  purpose: "To be large."
  not_for: ["Anything else"]
  category: prediction_analysis
  stage: evaluation
  autonomy: advisory
  owner: { name: "nobody", role: "none", organisation: "none" }
model: { path: model.skops }
dataset: { path: rows.csv, provenance: "made up", role: synthetic }
columns:
  label: label
  favourable: "Yes"
  label_kind: outcome
  unit: row
  sensitive: [{ name: group, label: "Group" }]
checks:
  - id: F-01
    principle: fairness
    metric: selection_rate_ratio
    across: [group]
    limit: { min: 0.8 }
    severity: major
    why: "x"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A policy, rows, and a forest in which every tree is a copy of one, so that it is soon grown."""
    place = tmp_path_factory.mktemp("forest")
    random = np.random.default_rng(0)
    rows = pd.DataFrame({f"x{column}": random.normal(size=60_000) for column in range(4)})
    label = np.where(rows["x0"] + 2 * random.normal(size=len(rows)) > 0, "Yes", "No")
    forest = RandomForestClassifier(1, random_state=0).fit(rows, label)
    # What is in the file beside trees is shared, so a tenth more of them than the first one's file is large.
    each = len(skops.io.dumps(forest))
    forest.estimators_ = [copy.deepcopy(forest.estimators_[0]) for _ in range(SIZE * 11 // (each * 10))]
    forest.n_estimators = len(forest.estimators_)
    (place / "model.skops").write_bytes(skops.io.dumps(forest))
    few = rows.head(500).assign(label=label[:500], group=np.resize(["a", "b"], 500))
    few.to_csv(place / "rows.csv", index=False)
    (place / "fateaudit.yaml").write_text(POLICY, encoding="utf-8")
    return place


def test_a_forest_of_500_mb_is_audited_under_the_default_limits(folder) -> None:
    record = audit(folder / "fateaudit.yaml", explains=False)

    model = next(artifact for artifact in record.artifacts if artifact.role == "model")
    assert model.size > SIZE
    assert record.counts.rows == 500
    assert record.environment.isolation.memory_gib == 8


def test_a_model_that_needs_more_than_it_may_have_says_so(folder) -> None:
    with pytest.raises(AuditFailedError) as failed:
        audit(folder / "fateaudit.yaml", explains=False, terms=Terms(memory_gib=1.0))

    assert failed.value.message == "the model needs more memory than the 1 GiB that it may have"
    assert "model.limits.memory_gib" in failed.value.hint
