"""Raw columns, as an Arrow table brings them, → what libraries of trees and graphs want: numbers, text, categories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fateaudit.worker.naming import class_name

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray


def numbers_of(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a column of numbers, NaN for what is missing."""
    return np.asarray(column.to_numpy(), np.float64)


def texts_of(column: pa.ChunkedArray, *, missing: Any) -> NDArray[Any]:
    """Return a column of text as objects, `missing` for what is missing. Each different text is made once."""
    encoded = column.combine_chunks().dictionary_encode()
    words = np.array([*encoded.dictionary.to_pylist(), missing], dtype=object)
    places: NDArray[Any] = words[encoded.indices.fill_null(len(words) - 1).to_numpy()]
    return places


def frame_of(table: pa.Table, categories: Mapping[int, Sequence[Any]]) -> pd.DataFrame:
    """Return rows as a data frame of numbers and, at the places of `categories`, of those categories.

    Its columns are called "0", "1", …: libraries refuse some names that a policy may give. A text that is no category
    is one after all of them, so that each library does with it what it does with any value that it was not shown.
    """
    import pandas as pd  # noqa: PLC0415 - heavy, and only needed once a model predicts

    return pd.DataFrame(
        {
            str(place): _categorical(table.column(place), categories[place])
            if place in categories
            else numbers_of(table.column(place))
            for place in range(table.num_columns)
        }
    )


def _categorical(column: pa.ChunkedArray, known: Sequence[Any]) -> pd.Categorical:
    import pandas as pd  # noqa: PLC0415 - as above

    encoded = column.combine_chunks().dictionary_encode()
    # A category that was a number in training is written as text in the data: 1.0 is "1".
    places = {class_name(np.asarray(category)[()]): place for place, category in enumerate(known)}
    others = [text for text in encoded.dictionary.to_pylist() if text not in places]
    places |= {text: len(known) + place for place, text in enumerate(others)}
    codes = np.array([*(places[text] for text in encoded.dictionary.to_pylist()), -1])
    index = pd.Index([*known, *others], dtype=None if not others else object)
    return pd.Categorical.from_codes(codes[encoded.indices.fill_null(len(codes) - 1).to_numpy()], categories=index)
