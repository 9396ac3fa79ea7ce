"""What a file is, by its content. A name proves nothing: a pickle called model.skops is still a pickle."""

import io
import re
import zipfile
from collections.abc import Callable
from enum import StrEnum


class Format(StrEnum):
    """What was recognised."""

    SKOPS = "skops"
    ONNX = "onnx"
    XGBOOST = "xgboost"
    LIGHTGBM = "lightgbm"
    CATBOOST = "catboost"
    CALLABLE = "callable"
    """Python source: no content tells it from other text, so it is only this where it is asked for."""
    PARQUET = "parquet"
    CSV = "csv"
    PICKLE = "pickle"
    COMPRESSED = "compressed"
    ZIP = "zip"
    EMPTY = "empty"
    UNKNOWN = "unknown"


SPOKEN = {
    Format.SKOPS: ".skops",
    Format.ONNX: "ONNX",
    Format.XGBOOST: "XGBoost",
    Format.LIGHTGBM: "LightGBM",
    Format.CATBOOST: "CatBoost",
    Format.CALLABLE: "Python",
    Format.PICKLE: "pickle",
    Format.COMPRESSED: "joblib",
}
"""What people call the formats of models."""

MEDIA_TYPES = {
    Format.SKOPS: "application/x-skops",
    Format.ONNX: "application/x-onnx",
    Format.XGBOOST: "application/x-xgboost",
    Format.LIGHTGBM: "application/x-lightgbm",
    Format.CATBOOST: "application/x-catboost",
    Format.CALLABLE: "text/x-python",
    Format.PICKLE: "application/x-python-pickle",
    Format.COMPRESSED: "application/x-python-pickle",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.CSV: "text/csv",
}

_COMPRESSED = (
    b"\x1f\x8b",
    b"\x78\x01",
    b"\x78\x5e",
    b"\x78\x9c",
    b"\x78\xda",
    b"BZh",
    b"\xfd7zXZ",
    b"\x04\x22M\x18",
    b"\x28\xb5\x2f\xfd",
    b"\x5d\x00\x00",
)
"""gzip, zlib, bzip2, xz, lz4, zstandard, lzma: joblib writes pickles in these."""

_NEW_PICKLE = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))
"""The opcode PROTO; the two oldest protocols have none, and begin with the first thing that they build."""

_OLD_PICKLE = re.compile(
    rb"\A(c[\w.]{1,200}\n[\w.]{1,200}\n|[(\])}](q\x00|[dlt]p?\d*\n|.{0,4096}?[ci][\w.]{1,200}\n[\w.]{1,200}\n))",
    re.DOTALL,
)
"""The name of something to import, a module and a name on a line each, or a container that may hold one."""


_XGBOOST = (
    re.compile(rb"\A\s*\{\s*\"learner\"\s*:\s*\{"),
    re.compile(rb"\A\s*\{\s*\"version\"\s*:\s*\[[\d\s,]*\]\s*,\s*\"learner\"\s*:\s*\{"),
    re.compile(rb"\A\{L\x00{7}\x07learner\{"),
    re.compile(rb"\A\{L\x00{7}\x07version\[.{0,64}?L\x00{7}\x07learner\{", re.DOTALL),
)
"""JSON, and UBJSON, whose lengths take eight bytes."""

_LIGHTGBM = re.compile(rb"\Atree\r?\nversion=v\d+\r?\n(\w+=[^\n]*\n){0,16}?num_class=")


def recognise(content: bytes) -> Format:
    """Return the format of `content` without opening what is inside."""
    if not content.strip():
        return Format.EMPTY
    if content.startswith(b"PK\x03\x04"):
        return _inside_zip(content)
    found = next((kind for kind, is_it in _MARKS.items() if is_it(content)), None)
    if found is not None:
        return found
    return Format.CSV if b"\x00" not in content[:65_536] else Format.UNKNOWN


def _is_pickle(content: bytes) -> bool:
    is_old = _OLD_PICKLE.match(content) is not None and content.rstrip().endswith(b".")
    return is_old or content.startswith(_NEW_PICKLE)


def _is_xgboost(content: bytes) -> bool:
    return any(mark.match(content) for mark in _XGBOOST)


def _is_lightgbm(content: bytes) -> bool:
    return _LIGHTGBM.match(content) is not None


def _is_catboost(content: bytes) -> bool:
    # Text may begin with the same four letters; what follows them in a model is a binary number.
    return content.startswith(b"CBM1") and b"\x00" in content[:64]


_ONNX_FIELDS = {
    **dict.fromkeys((1, 5), 0),  # the version of the format, and the model's
    **dict.fromkeys((2, 3, 4, 6), 2),  # who made it, with what, where, and a comment
    **dict.fromkeys((7, 8, 14, 20, 25, 26), 2),  # the graph, what it imports, and what belongs to it
}
"""Fields of a ModelProto, each with the type that it is written as: 0 for a number, 2 for so many bytes."""

_GRAPH, _NUMBER = 7, 0
_MOST_FIELDS, _MOST_BYTES = 64, 10


def _is_onnx(content: bytes) -> bool:
    """Return whether this is a ModelProto as far as its graph: protocol buffers have no mark, only an order of fields.

    Nothing inside of a field is read. A file that was cut off within the graph is one too: who opens it says so.
    """
    place, is_first = 0, True
    for _ in range(_MOST_FIELDS):
        tag, place = _varint(content, place)
        field, kind = tag >> 3, tag & 7
        if _ONNX_FIELDS.get(field) != kind or (is_first and field != 1):
            return False
        number, place = _varint(content, place)
        if field == _GRAPH:
            return number > 0
        place += 0 if kind == _NUMBER else number
        is_first = False
    return False


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Return the number that begins at `place`, and where it ends; -1 where there is none."""
    number = 0
    for count, byte in enumerate(content[place : place + _MOST_BYTES]):
        number |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:  # noqa: PLR2004 - the last one
            return number, place + count + 1
    return -1, len(content)


_MARKS: dict[Format, Callable[[bytes], bool]] = {
    Format.PARQUET: lambda content: content.startswith(b"PAR1"),
    Format.PICKLE: _is_pickle,
    Format.COMPRESSED: lambda content: content.startswith(_COMPRESSED),
    Format.ONNX: _is_onnx,
    Format.XGBOOST: _is_xgboost,
    Format.LIGHTGBM: _is_lightgbm,
    Format.CATBOOST: _is_catboost,
}
"""How each format is recognised; the first that answers yes is it, so a pickle is never taken for a model."""


def _inside_zip(content: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        # The end of a zip is its directory: a truncated file looks like this. Who opens it says so.
        return Format.SKOPS if b"schema.json" in content or b".npy" in content else Format.ZIP
    return Format.SKOPS if "schema.json" in names else Format.ZIP
