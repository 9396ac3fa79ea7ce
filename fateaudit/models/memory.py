"""Memory that an audit and its model's process share, of a size that neither can change."""

from __future__ import annotations

import fcntl
import mmap
import os
import tempfile

from fateaudit.worker.framing import SHARED


def shared(name: str) -> tuple[mmap.mmap, int]:
    """Return memory of SHARED bytes, here and as a descriptor for another process, that nobody can shrink."""
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            os.ftruncate(file.fileno(), SHARED)
            end = os.dup(file.fileno())
        return mmap.mmap(end, SHARED), end
    end = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    os.ftruncate(end, SHARED)
    # Memory that ends while this side reads it would end this side.
    fcntl.fcntl(end, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
    return mmap.mmap(end, SHARED), end


def sealed(content: bytes) -> int:
    """Return a descriptor of the model's bytes: those that were hashed, which nobody can change."""
    if not hasattr(os, "memfd_create"):
        with tempfile.TemporaryFile() as file:
            file.write(content)
            file.flush()
            return os.dup(file.fileno())
    end = os.memfd_create("model", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    waiting = memoryview(content)
    while waiting:
        waiting = waiting[os.write(end, waiting) :]
    seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
    fcntl.fcntl(end, fcntl.F_ADD_SEALS, seals)
    return end
