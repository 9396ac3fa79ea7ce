"""What a file is, by its content."""

import collections
import datetime as dt
import io
import os
import pickle
import zipfile
import zlib

import joblib
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import SAMPLE
from pyarrow import feather

from fateaudit.formats import Format, recognise


def written(write):
    target = io.BytesIO()
    write(target)
    return target.getvalue()


def zipped(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


CONTENTS = {
    "the sample's model": (Format.SKOPS, (SAMPLE / "model.skops").read_bytes()),
    "half of it": (Format.SKOPS, (SAMPLE / "model.skops").read_bytes()[:5_000]),
    "the sample's rows": (Format.CSV, (SAMPLE / "evaluation.csv").read_bytes()),
    "a table with a byte order mark": (Format.CSV, b"\xef\xbb\xbfa,b\n1,2\n"),
    "a column called c": (Format.CSV, b"c\nx\ny\n"),
    "sentences that end in a full stop": (Format.CSV, b"city,text\nParis,It rained.\n"),
    "Parquet": (Format.PARQUET, written(lambda file: pq.write_table(pa.table({"a": [1]}), file))),
    "Arrow": (Format.UNKNOWN, written(lambda file: feather.write_feather(pa.table({"a": [1]}), file))),
    "a numpy array": (Format.UNKNOWN, written(lambda file: np.save(file, np.arange(3)))),
    "UTF-16 text": (Format.UNKNOWN, "a,b\n1,2\n".encode("utf-16")),
    "a zip": (Format.ZIP, zipped(other=b"x")),
    "a torch archive": (Format.ZIP, zipped(**{"model/data.pkl": pickle.dumps({"a": 1})})),
    "an empty zip": (Format.UNKNOWN, zipped()),
    "the beginning of an ONNX graph": (Format.ONNX, b"\x08\x0a\x12\x08skl2onnx:\x98\x09\x0a7"),
    "an ONNX graph that nobody signed": (Format.ONNX, b"\x08\x08:\x02\x0a\x00"),
    "a TensorFlow model, which begins alike": (Format.CSV, b"\x08\x01\x12\x05graph"),
    "a Core ML model, which does too": (Format.CSV, b"\x08\x05\x12\x02\x0a\x01\xa2\x12\x01x"),
    "a graph without a version": (Format.CSV, b":\x02\x0a\x01"),
    "a field that goes on for ever": (Format.CSV, b"\x08" + b"\xff" * 100),
    "an XGBoost model, indented": (Format.XGBOOST, b'{\n  "learner" : {\n    "attributes": {}'),
    "an XGBoost model, its version first": (Format.XGBOOST, b'{"version":[3, 2, 0],"learner":{"attributes":{}'),
    "an XGBoost model in UBJSON": (Format.XGBOOST, b"{L" + bytes(7) + b"\x07learner{L" + bytes(7)),
    "other JSON": (Format.CSV, b'{"learner": "Ann", "version": 2}'),
    "other UBJSON": (Format.UNKNOWN, b"{L" + bytes(7) + b"\x07teacher{L" + bytes(7)),
    "a LightGBM model": (Format.LIGHTGBM, b"tree\nversion=v4\nnum_class=1\nmax_feature_idx=2\n"),
    "a LightGBM model saved on Windows": (Format.LIGHTGBM, b"tree\r\nversion=v4\r\nnum_class=1\r\n"),
    "a column called tree": (Format.CSV, b"tree\nversion=v4\nbirch\n"),
    "a CatBoost model": (Format.CATBOOST, b"CBM1(\x1e\x00\x00\x10\x00\x00\x00"),
    "a column called CBM1": (Format.CSV, b"CBM1,b\n1,2\n"),
    "zlib": (Format.COMPRESSED, zlib.compress(pickle.dumps({"a": 1}))),
    "nothing": (Format.EMPTY, b""),
    "spaces": (Format.EMPTY, b" \n\t\r\n"),
    "one byte of a pickle": (Format.CSV, b"\x80"),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_the_content_says_what_a_file_is(name) -> None:
    expected, content = CONTENTS[name]

    assert recognise(content) is expected


class Thing:
    """Something that is pickled by name."""


PICKLED = {
    "a function": os.getcwd,
    "an object": Thing(),
    "a date": dt.date(2026, 11, 21),
    "an array": np.arange(3),
    "an ordered dict": collections.OrderedDict(a=1),
    "a list of objects": [Thing()],
    "a dict of objects": {"a": Thing()},
    "a tuple of objects": (Thing(), 1),
    "a set": {1, 2},
}


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("name", PICKLED)
def test_every_pickle_that_names_code_is_recognised(name, protocol) -> None:
    assert recognise(pickle.dumps(PICKLED[name], protocol)) is Format.PICKLE


@pytest.mark.parametrize("how", ["zlib", "gzip", "bz2", "lzma", "xz"])
def test_what_joblib_compresses_is_not_taken_for_data(how) -> None:
    assert recognise(written(lambda file: joblib.dump([Thing()], file, compress=(how, 3)))) is Format.COMPRESSED
