"""Rows, wherever they lie → small tables that stand for them: every combination that occurs, and how often.

One plan everywhere, and it is duckdb's: over Parquet as it lies on disk, over a query, or over each batch of rows once
a model has scored them. Where a batch comes from (a file, a frame, a partition on a Spark worker) is nobody's business
here. What the values mean is not known here either: that is asked of the small tables, once.
"""

from fateaudit.tallying.batches import (
    LABEL,
    SCORE,
    WEIGHT,
    Parts,
    Score,
    add_parts,
    tally_batch,
    tally_relation,
)
from fateaudit.tallying.grouping import LARGEST, MOST, NO_NUMBER, can_group, quoted
from fateaudit.tallying.reading import not_text, read_inputs, readable, refuse_odd_types
from fateaudit.tallying.sampling import in_order
from fateaudit.tallying.wanted import MANY, Key, Wanted

__all__ = [
    "LABEL",
    "LARGEST",
    "MANY",
    "MOST",
    "NO_NUMBER",
    "SCORE",
    "WEIGHT",
    "Key",
    "Parts",
    "Score",
    "Wanted",
    "add_parts",
    "can_group",
    "in_order",
    "not_text",
    "quoted",
    "read_inputs",
    "readable",
    "refuse_odd_types",
    "tally_batch",
    "tally_relation",
]
