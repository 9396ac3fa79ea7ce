"""Models cut off or with flipped bits, opened one after another in a locked process.

A process for each file would take minutes. So the model that is opened is a Python file that holds the honest bytes:
for each row it damages them anew, opens what came of it as any model's process does, and says in its score what
happened. What ends the process ends it for the audit too, which is told so and begins another.
"""

import inspect
import random
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
from trial import opened

from fateaudit.errors import AuditFailedError
from fateaudit.formats import recognise
from fateaudit.models.limits import GIB, Limits

sys.path.append(str(Path(__file__).parents[1] / "models"))

HAPPENED = {
    0.1: "told to be damaged",
    0.2: "told to be refused",
    0.3: "opened, and its scores were checked",
    0.4: "opened, and its scores were no probabilities",
    0.5: "failed, and that was told",
}
LOST, UNREAD = "the process was lost, and that was told", "refused unread"

SECONDS = 5

_SOURCE = """
import random
import numpy as np, pyarrow as pa
from fateaudit.worker.opened import Wish
from fateaudit.worker.opening import open_content
from fateaudit.worker.problems import Problem, ProblemError
INPUTS = {{"seed": "number"}}
CLASSES = ["no", "yes"]
CONTENT, KIND, WISH = {content!r}, {kind!r}, Wish(**{wish!r})
NUMBERS, WORDS = {numbers!r}, {words!r}

{mutated}

def happened(content):
    try:
        model = open_content(KIND, content, WISH)
        table = {{}}
        for name, kind in model.inputs:
            values = NUMBERS if kind == "number" else WORDS
            table[name] = pa.array(values)
        scores = model.predict(pa.table(table))
    except ProblemError as error:
        return 0.1 if error.problem is Problem.DAMAGED else 0.2
    except BaseException:
        return 0.5
    if scores.shape != (len(NUMBERS), len(model.classes)) or not np.isfinite(scores).all():
        return 0.4
    inside = ((scores > -1e-6) & (scores < 1 + 1e-6)).all()
    return 0.3 if inside and (abs(scores.sum(axis=1) - 1) < 1e-3).all() else 0.4

def score(rows):
    return np.array([happened(mutated(CONTENT, int(seed))) for seed in rows["seed"]])
"""


def mutated(content, seed):
    """Return `content` cut off, or with a few bits flipped: the same for the same seed."""
    drawn = random.Random(seed)  # noqa: S311 - drawn alike each time
    if seed % 4 == 0:
        return content[: drawn.randrange(len(content))]
    changed = bytearray(content)
    for _ in range(drawn.choice((1, 1, 2, 8, 64))):
        changed[drawn.randrange(len(changed))] ^= 1 << drawn.randrange(8)
    return bytes(changed)


def source_of(vendor):
    """Return the Python file that damages and opens one vendor's model."""
    return _SOURCE.format(
        content=vendor.content,
        kind=vendor.kind,
        wish=asdict(vendor.wish),
        numbers=[31.0, 47.0, 0.0, 2.0],
        words=["theft", "assault", None, "none of them"],
        mutated=inspect.getsource(mutated),
    )


def distribution(vendor, seeds):
    """Return how often each thing happened. Raises what no damaged file may raise here."""
    found = Counter()
    ours = [seed for seed in seeds if recognise(mutated(vendor.content, seed)).value == vendor.kind]
    found[UNREAD] += len(list(seeds)) - len(ours)
    model = opened(source_of(vendor), limits=Limits(3 * GIB, SECONDS, 1_000))
    try:
        for seed in ours:
            found[_told(model, seed)] += 1
    finally:
        model.close()
    return +found


def _told(model, seed):
    try:
        scores = model.predict(pa.table({"seed": np.array([float(seed)])}))
    except AuditFailedError as error:
        if "lost while predicting" in error.message or "more memory" in error.message:
            return LOST
        raise
    return HAPPENED[round(float(scores[0, 1]), 3)]
