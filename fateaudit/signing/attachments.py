"""The files that a PDF carries, by name and digest."""

import io
from typing import Any

from fateaudit.errors import DamagedFileError, MissingLibraryError


def read_attachments(content: bytes, name: str) -> frozenset[tuple[str, bytes]]:
    """Return name and bytes of each file embedded in a PDF: from its list of names and from its associated files.

    Two files of one name are two entries. Raises DamagedFileError for what cannot be read as a PDF.
    """
    try:
        import pikepdf  # noqa: PLC0415 - most of what is verified is no PDF
    except ImportError:
        raise MissingLibraryError("PDF files cannot be read without pikepdf", hint="pip install pikepdf") from None
    found: set[tuple[str, bytes]] = set()
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            found.update((key, attached.get_file().read_bytes()) for key, attached in pdf.attachments.items())
            associated: Any = pdf.Root.get("/AF", [])
            for spec in associated:
                found.add((str(spec.get("/UF", spec.get("/F", ""))), spec.EF.F.read_bytes()))
    except Exception:  # noqa: BLE001 - a PDF can fail in any way inside the library; each means the same here
        raise DamagedFileError(
            f"{name} cannot be read as a PDF", hint="take a fresh copy, or render the report again"
        ) from None
    return frozenset(found)
