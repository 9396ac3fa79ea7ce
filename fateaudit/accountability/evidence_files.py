"""The papers behind the answers: found only beside the answers, hashed, and compared with what was signed.

A path in an answers file is hostile: it could publish a file of the reader's machine in a report. So nothing outside
the folder of the answers is read, not by `..`, not by an absolute path, and not through a link.
"""

from pathlib import Path, PurePosixPath, PureWindowsPath

from fateaudit.artifacts import read, sha256
from fateaudit.errors import PolicyError
from fateaudit.evidence import CitedFile


def read_cited(folder: Path, cited: str, *, where: str) -> CitedFile:
    """Return size and digest of the file that an answer cites.

    Raises PolicyError when the path leads out of `folder`, UsageError when nothing is there.
    """
    _refuse_way_out(cited, where)
    path = folder / cited
    if not _is_inside(path, folder):
        raise PolicyError(
            f'the evidence "{cited}" is a link that does not stay in the folder of the answers',
            where=[where],
            hint="copy the file itself into the folder",
        )
    hint = "put the file there, or correct the path; it starts at the folder of the answers"
    content = read(path, what="the evidence", hint=hint, where=[where])
    if not content:
        raise PolicyError(f'the evidence "{cited}" is empty', where=[where], hint="put the right file there")
    return CitedFile(name=PurePosixPath(cited).as_posix(), size=len(content), sha256=sha256(content))


def _is_inside(path: Path, folder: Path) -> bool:
    """Return whether `path`, all links followed, lies in `folder`; a link that leads in circles lies nowhere."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def _refuse_way_out(cited: str, where: str) -> None:
    windows = PureWindowsPath(cited)
    if PurePosixPath(cited).is_absolute() or windows.drive or windows.root or "\\" in cited:
        raise PolicyError(
            f'the evidence "{cited}" is not named relative to the answers',
            where=[where],
            hint="copy the file beside the answers and write evidence/NAME, with / between the parts",
        )
    if ".." in PurePosixPath(cited).parts:
        raise PolicyError(
            f'the evidence "{cited}" leads out of the folder of the answers',
            where=[where],
            hint="copy the file beside the answers and write evidence/NAME",
        )
