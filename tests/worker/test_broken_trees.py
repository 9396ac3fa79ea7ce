"""Trees that were edited by hand: none of them may lead in a circle, out of itself, or to one node by two ways."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.tree import DecisionTreeClassifier

from fateaudit.worker.trees import has_broken_trees


def a_tree():
    generator = np.random.default_rng(0)
    return DecisionTreeClassifier(random_state=0).fit(generator.normal(size=(60, 5)), generator.integers(0, 2, 60))


def edited(model, change):
    make, arguments, state = model.tree_.__reduce__()
    nodes = state["nodes"].copy()
    change(nodes)
    model.tree_ = make(*arguments)
    model.tree_.__setstate__({**state, "nodes": nodes})
    return model


def shared(nodes):
    nodes["right_child"][0] = nodes["left_child"][0]


def a_ladder(nodes):
    """Make each node's children the next one: as many paths as two to the power of the nodes."""
    for place in range(len(nodes) - 1):
        nodes["left_child"][place] = nodes["right_child"][place] = place + 1
        nodes["feature"][place] = place % 5
    nodes["left_child"][-1] = nodes["right_child"][-1] = -1


def a_circle(nodes):
    nodes["left_child"][1] = 0


@pytest.mark.parametrize("change", [shared, a_ladder, a_circle])
def test_nodes_that_are_no_tree_are_refused(change) -> None:
    assert has_broken_trees(edited(a_tree(), change))


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(3, random_state=0),
        DecisionTreeClassifier(ccp_alpha=0.01, random_state=0),
        HistGradientBoostingClassifier(max_iter=3),
        DecisionTreeClassifier(min_samples_leaf=90),
    ],
)
def test_trees_as_they_are_grown_and_pruned_are_taken(model) -> None:
    generator = np.random.default_rng(1)
    assert not has_broken_trees(model.fit(generator.normal(size=(120, 4)), generator.integers(0, 2, 120)))
