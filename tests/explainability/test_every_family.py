"""Whatever family a model is of: one value a raw column, in probability, adding up to its output, and the right one."""

import sys
from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from families import FAMILIES, as_table, family, people, shown_to

from fateaudit.explainability import EXPLAINERS, Game, Means, Route, Unit, check_again, explain

sys.path.append(str(Path(__file__).parents[1] / "models"))  # where the server of endpoints is

ROWS, BACKGROUND = 3, 12
WITHOUT_SUBSETS = {route: one for route, one in EXPLAINERS.items() if route is not Route.ENUMERATION}


def by_the_definition(own, rows, background):
    """Shapley values over all subsets of columns, by the model's own library: shape (rows, columns), and the base."""
    columns, number = list(rows), len(rows.columns)
    subsets = np.array(list(product([False, True], repeat=number)))
    both = pd.concat([rows, background], ignore_index=True)
    values = np.zeros((len(rows), number))
    for row in range(len(rows)):
        from_row = np.repeat(subsets, len(background), axis=0)
        places = np.tile(len(rows) + np.arange(len(background)), len(subsets))
        mixed = [
            both[name].take(np.where(from_row[:, place], row, places)).reset_index(drop=True)
            for place, name in enumerate(columns)
        ]
        # Put together as they are: a data frame made of arrays would turn None into NaN, which is another value.
        worth = own(pd.concat(mixed, axis=1)).astype(float).reshape(len(subsets), -1).mean(axis=1)
        of = {tuple(subset): one for subset, one in zip(subsets.tolist(), worth, strict=True)}
        for subset, column in product(of, range(number)):
            if not subset[column]:
                with_it = (*subset[:column], True, *subset[column + 1 :])
                values[row, column] += (of[with_it] - of[subset]) / (number * comb(number - 1, sum(subset)))
    return values, worth[0]


@pytest.fixture(scope="module", params=FAMILIES)
def case(request):
    """A family, its rows and background, and the values by the definition."""
    name, one = request.param, family(request.param)
    frame = shown_to(name, people())
    rows, background = frame[:ROWS], frame[100 : 100 + BACKGROUND]
    game = Game.from_tables(one.predict, as_table(rows), as_table(background), background=BACKGROUND)
    values, base = by_the_definition(one.own, rows, background)
    return name, one, game, values, base


def test_exact_values_are_those_of_the_definition(case) -> None:
    _, one, game, values, base = case
    found = explain(game, means=Means(one.inside))

    assert found.route is Route.ENUMERATION
    assert found.unit is Unit.OUTPUT
    assert found.columns == tuple(people())
    assert np.abs(found.values - values).max() < one.near
    assert abs(found.base - base) < one.near
    assert found.gap < 1e-12


def test_whichever_route_is_taken_without_subsets_adds_up_and_comes_near(case) -> None:
    name, one, game, values, _ = case
    found = explain(game, means=Means(one.inside, routes=WITHOUT_SUBSETS))
    print(name, found.route, found.gap / found.spread, np.abs(found.values - values).max() / found.spread, found.noise, found.refused)
    assert found.gap < 1e-3 * found.spread
