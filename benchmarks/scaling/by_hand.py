"""The loop that somebody who knows the libraries writes for one file: batches, a data frame, a model, a bincount."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import skops.io

from scaling.data import NUMBERS, WORDS

GROUPS = 5
THRESHOLD = 0.5


def score_and_count(folder: Path, batch: int) -> list[list[int]]:
    """Return how many rows each group has with label and decision 00, 01, 10 and 11."""
    model = skops.io.load(folder / "model.skops")
    words = [f"value {place}" for place in range(GROUPS)]
    found = np.zeros(GROUPS * 4, np.int64)
    for path in sorted((folder / "rows").glob("*.parquet")):
        file = pq.ParquetFile(path, read_dictionary=["a0"])
        for rows in file.iter_batches(batch, columns=[*NUMBERS, *WORDS, "a0", "label"]):
            frame = rows.select([*NUMBERS, *WORDS]).to_pandas()
            decision = model.predict_proba(frame)[:, 1] >= THRESHOLD
            label = rows["label"].to_numpy().astype(np.int64)
            found += np.bincount(_group(rows["a0"], words) * 4 + label * 2 + decision, minlength=GROUPS * 4)
    return found.reshape(GROUPS, 4).tolist()


def _group(column: pa.DictionaryArray, words: list[str]) -> np.ndarray:
    """Return the place of each row's value among `words`: the few words are looked up, not the rows."""
    places = np.array([words.index(word) for word in column.dictionary.to_pylist()], np.int64)
    found: np.ndarray = places[column.indices.to_numpy()]
    return found
