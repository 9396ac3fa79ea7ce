"""What a report may load: its own stylesheet and fonts, by resolved path. Everything else stops the rendering.

The renderer's own fetcher would embed any file of this machine that a link in hostile text names.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

_MEDIA_TYPES = {".css": "text/css", ".woff2": "font/woff2"}


def shipped_files(templates: Path) -> dict[Path, str]:
    """Return the files that may be loaded, with their media types."""
    files = [templates / "report.css", *sorted((templates / "fonts").glob("*.woff2"))]
    return {file.resolve(): _MEDIA_TYPES[file.suffix] for file in files}


def closed_fetcher(templates: Path) -> Any:
    """Return a fetcher for the renderer that knows `data:` and the shipped files, and refuses all else."""
    from weasyprint.urls import (  # noqa: PLC0415 - heavy, and needs Pango
        FatalURLFetchingError,
        URLFetcher,
        URLFetcherResponse,
    )

    allowed = shipped_files(templates)

    class ShippedFilesOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            parts = urlsplit(url)
            path = Path(url2pathname(parts.path)).resolve() if parts.scheme == "file" else None
            if path not in allowed:
                raise FatalURLFetchingError(f"a report loads nothing but its own files, and was asked for {url[:200]}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": allowed[path]})

    return ShippedFilesOnly()
