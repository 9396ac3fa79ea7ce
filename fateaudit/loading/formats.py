"""What a file is, by its content. A name proves nothing: a pickle called model.skops is still a pickle."""

import io
import re
import zipfile
from enum import StrEnum


class Format(StrEnum):
    """What was recognised."""

    SKOPS = "skops"
    PARQUET = "parquet"
    CSV = "csv"
    PICKLE = "pickle"
    COMPRESSED = "compressed"
    ZIP = "zip"
    EMPTY = "empty"
    UNKNOWN = "unknown"


MEDIA_TYPES = {
    Format.SKOPS: "application/x-skops",
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
)
"""gzip, zlib, bzip2, xz, lz4, zstandard: joblib writes pickles in these."""

_OLD_PICKLE = re.compile(rb"\A(c[\w.]+\n[\w.]+\n|\(i[\w.]+\n|\((lp|dp|c)|[(\]})]?q?\x00?c__)")


def recognise(content: bytes) -> Format:
    """Return the format of `content` without opening what is inside."""
    if not content.strip():
        return Format.EMPTY
    if content.startswith(b"PK\x03\x04"):
        return _inside_zip(content)
    if content.startswith(b"PAR1"):
        return Format.PARQUET
    if (content[0] == 0x80 and content[1] <= 5) or (_OLD_PICKLE.match(content) and content.rstrip().endswith(b".")):  # noqa: PLR2004 - the opcode PROTO and the newest protocol
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
