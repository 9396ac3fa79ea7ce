"""The same once more as a user who owns nothing."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

NOBODY = 65_534


PROBE = "import subprocess, sys, fateaudit; subprocess.run([sys.executable, '-c', 'import fateaudit'], check=True)"
"""Whoever opens naively, and whoever opens as we do, begins Python anew."""


def is_root() -> bool:
    """Return whether whoever runs this may become another user."""
    return os.geteuid() == 0


def as_ordinary(words: list[str]) -> list[str] | None:
    """Return what runs `words` as an ordinary user; None where such a user cannot even start Python."""
    plain = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words]
    for prefix in ([], _with_passable_home()):
        if _runs([*prefix, *plain[:4], *words[:1], "-c", PROBE]):
            return [*prefix, *plain]
    return None


def _runs(words: list[str]) -> bool:
    return subprocess.run(words, capture_output=True, check=False).returncode == 0  # noqa: S603 - words of this module


def _with_passable_home() -> list[str]:
    """Return what begins a program where Python can be reached although it lies in root's home.

    Only that program sees it so: its home is an empty folder, with nothing in it but what Python is in.
    """
    python = Path(sys.executable).resolve()
    hidden = next((one for one in reversed(python.parents) if not one.stat().st_mode & 1), None)
    if hidden is None:
        return []
    kept = hidden / python.relative_to(hidden).parts[0]
    home, inside = shlex.quote(str(hidden)), shlex.quote(str(kept))
    script = (
        f"kept=$(mktemp -d) && mount --bind {inside} $kept && mount -t tmpfs -o mode=755 none {home}"
        f' && mkdir {inside} && mount --bind $kept {inside} && exec "$@"'
    )
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, "sh"]
