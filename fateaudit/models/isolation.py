"""How a model's process is begun: with what it may read, an empty environment, and behind bubblewrap where it works.

The process locks itself (`fateaudit.worker.lockdown`) whether bubblewrap is there or not. bubblewrap adds that what may
not be read is not even there, and that the process sees no other.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = (
    "numpy",
    "scipy",
    "pandas",
    "pyarrow",
    "sklearn",
    "skops",
    "shap",
    "onnx",
    "onnxruntime",
    "xgboost",
    "lightgbm",
    "catboost",
)
"""What a model may need; the folders that they are installed in can be read."""

SYSTEM = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/usr/share/zoneinfo",
    "/dev/null",
    "/dev/urandom",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
)

ARITHMETIC = ("OMP_", "OPENBLAS_", "MKL_", "BLIS_", "VECLIB_", "NPY_", "KMP_", "GOMP_")
"""What is kept of the environment begins like this: it decides how numbers are added, and so their last digits."""

MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 << 20), "MALLOC_TRIM_THRESHOLD_": str(256 << 20)}
"""The C library keeps what it got instead of giving it back after each part of the rows: the kernel would have to empty
it again, which costs a model that only adds up half of its time. Other C libraries pass over these words."""

_BEGIN = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1])['path']; from fateaudit.worker.serving import main; main()"
)

_PROBE_SECONDS = 10


def environment() -> dict[str, str]:
    """Return the environment of a model's process: nothing of ours but what decides how it computes."""
    kept = {"OMP_NUM_THREADS": str(_cores())}
    kept |= {name: value for name, value in os.environ.items() if name.startswith(ARITHMETIC)}
    return {"LANG": "C.UTF-8", "HOME": "/nonexistent", "PYTHONHASHSEED": "0", **MEMORY, **kept}


def _cores() -> int:
    """Return how many cores this process may use. A locked one cannot find out what a container leaves it."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        allowed = max(1, int(quota) // int(period))
    except (OSError, ValueError):
        allowed = os.cpu_count() or 1
    there = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else allowed
    return min(allowed, there)


@cache
def readable() -> tuple[str, ...]:
    """Return what a model's process may read: Python, the libraries, the system's libraries, and this package."""
    own = Path(__file__).resolve().parent.parent
    python = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = [find_spec(name) for name in LIBRARIES]
    installed = [str(Path(spec.origin).resolve().parent.parent) for spec in found if spec is not None and spec.origin]
    shared = sysconfig.get_config_var("LIBDIR") or ""
    several = [*python, *installed, shared, str(_program()), str(own), *SYSTEM]
    return tuple(dict.fromkeys(path for path in several if path and Path(path).exists()))


def _program() -> Path:
    """Return Python itself and not the link to it in a virtual environment, which lies where nothing may be read."""
    return Path(sys.executable).resolve()


def command(settings: dict[str, object], *, walled: bool) -> list[str]:
    """Return what to run, with `settings` for `fateaudit.worker.serving`."""
    path = [entry for entry in sys.path if Path(entry).is_absolute() and Path(entry).exists()]
    told = {**settings, "readable": list(readable()), "path": path}
    run = [str(_program()), "-I", "-B", "-S", "-c", _BEGIN, json.dumps(told)]
    return [*_wall(), *run] if walled else run


def _wall() -> list[str]:
    program = shutil.which("bwrap") or "bwrap"
    kept = [path for path in readable() if not path.startswith(("/proc", "/dev"))]
    bound = [word for path in kept for word in ("--ro-bind", path, path)]
    apart = ["--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    told = [word for name, value in environment().items() for word in ("--setenv", name, value)]
    return [program, *apart, *told, *bound, "--proc", "/proc", "--dev", "/dev", "--chdir", "/", "--"]


@cache
def has_bubblewrap() -> bool:
    """Return whether bubblewrap is installed and may do here what it is for: many machines do not let it."""
    if not sys.platform.startswith("linux") or shutil.which("bwrap") is None:
        return False
    return _succeeds([*_wall(), str(_program()), "-I", "-S", "-c", "import socket, mmap"])


def _succeeds(words: Sequence[str]) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - words of this module
            words, env={}, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PROBE_SECONDS, check=False, cwd="/"
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
