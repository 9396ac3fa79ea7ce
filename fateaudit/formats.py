"""What a file is, by its content. A name proves nothing: a pickle called model.skops is still a pickle."""

import io
import re
import zipfile
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
    rb"\A(c[\w.]+\n[\w.]+\n|[(\])}](q\x00|[dlt]p?\d*\n|.{0,4096}?[ci][\w.]+\n[\w.]+\n))",
    re.DOTALL,
)
"""The name of something to import, a module and a name on a line each, or a container that may hold one."""


def recognise(content: bytes) -> Format:
    """Return the format of `content` without opening what is inside."""
    if not content.strip():
        return Format.EMPTY
    if content.startswith(b"PK\x03\x04"):
        return _inside_zip(content)
    if content.startswith(b"PAR1"):
        return Format.PARQUET
    if content.startswith(_NEW_PICKLE) or (_OLD_PICKLE.match(content) and content.rstrip().endswith(b".")):
        return Format.PICKLE
    if content.startswith(_COMPRESSED):
        return Format.COMPRESSED
    return Format.CSV if b"\x00" not in content[:65_536] else Format.UNKNOWN


def _inside_zip(content: bytes) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError):
        # The end of a zip is its directory: a truncated file looks like this. Who opens it says so.
        return Format.SKOPS if b"schema.json" in content or b".npy" in content else Format.ZIP
    return Format.SKOPS if "schema.json" in names else Format.ZIP
