"""A trace through a vocabulary tells the words of its case and no others: a model may have learnt people's names."""

import numpy as np
import pyarrow as pa

from fateaudit.evaluation import Linear
from fateaudit.transparency.measuring import WIDE, Decision, Stage, trace


class Encoder:
    """Encoded columns, one of which is not 0, weighed."""

    def __init__(self, wide):
        self.encoded = np.zeros((1, wide))
        self.encoded[0, 3] = 0.5
        self.names = lambda: tuple(f"word{place}" for place in range(wide))
        self.linear = lambda: Linear((2.0,) * wide, -0.25)

    def encode(self, table):
        return np.repeat(self.encoded, table.num_rows, axis=0)


def followed(wide):
    case = pa.table({"post": ["made up"]})
    return trace(lambda _: np.array([0.75]), case, Decision(0.5), encoder=Encoder(wide))


def names(found, stage):
    return [step.name for step in found.steps if step.stage is stage]


def test_of_many_encoded_columns_only_those_that_count_are_told() -> None:
    found = followed(WIDE + 1)

    assert names(found, Stage.ENCODED) == ["word3"]
    assert names(found, Stage.WEIGHED) == ["word3", "intercept", "sum"]
    assert found.recomputed


def test_of_few_all_are() -> None:
    found = followed(WIDE)

    assert len(names(found, Stage.ENCODED)) == WIDE
    assert found.recomputed
