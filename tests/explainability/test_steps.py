"""How many rows are explained, over several steps: told as one number that only grows."""

import numpy as np
from explained_models import by_columns

from fateaudit.explainability import Game, Means, explain
from fateaudit.explainability.steps import Steps


def test_sets_of_a_step_and_steps_are_added_up() -> None:
    heard = []
    steps = Steps(lambda done, of: heard.append((done, of)), (300, 50))
    for done, of in ((40, 100), (100, 100), (100, 100)):
        steps(done, of)
    steps.end()
    steps(20, 20)
    steps.end()

    # 100 of the first step were not needed, and 30 of the second.
    assert heard == [(40, 350), (100, 350), (200, 350), (220, 250), (220, 220)]


def test_a_step_may_take_more_than_was_thought_and_is_not_over_before_it_ends() -> None:
    heard = []
    steps = Steps(lambda done, of: heard.append((done, of)), (10, 5))
    steps(30, 60)
    steps.end()
    steps.end()

    assert heard == [(30, 36), (30, 30)]


def test_nothing_is_told_where_nothing_was_explained() -> None:
    heard = []
    steps = Steps(lambda *told: heard.append(told), (10,))
    steps.end()

    assert heard == []


def test_random_orders_tell_how_far_they_are_before_a_part_is_done() -> None:
    import pyarrow as pa  # noqa: PLC0415 - here alone

    draw = np.random.default_rng(0)
    table = pa.table({f"n{place}": draw.normal(size=900) for place in range(9)})
    heard = []
    game = Game.from_tables(by_columns(lambda *columns: sum(columns)), table, background=100)
    explain(game, np.arange(300), means=Means(progress=lambda done, of: heard.append((done, of))))

    done = [one for one, _ in heard]
    assert done == sorted(done)
    assert heard[-1] == (300, 300)
    assert sum(one < 300 for one in done) > 5
