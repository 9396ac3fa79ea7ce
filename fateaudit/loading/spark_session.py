"""Sessions of Spark: one that runs already is used and left as it is; one that is started here is quiet, and ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fateaudit.errors import AuditFailedError, FateauditError, MissingLibraryError, UsageError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PREFIX = "spark://"
SECONDS = 5
"""How long a master may take to answer."""

WAITING = 60
"""How long the first worker may take."""

HINT = (
    "write dataset.path: spark://HOST:PORT/TABLE, or spark://HOST:PORT//folder/of/parquet for a path that starts at /"
)

_SETTINGS = {"spark.app.name": "fateaudit", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}


@contextmanager
def asking() -> Iterator[None]:
    """Turn what Spark raises in the block into an error of ours, and keep its warnings about other versions away."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except FateauditError:
        raise
    except Exception as error:  # noqa: BLE001 - Spark raises what Java, Python and the network raise
        raise failed(error) from None


def failed(error: Exception) -> FateauditError:
    """Return what failed on Spark, without its message: it can quote a row."""
    text = str(error)
    if "No module named 'fateaudit'" in text:
        return AuditFailedError(
            "the Spark workers cannot import fateaudit",
            hint="install the same version, with its packages, on each of them, and name that Python in PYSPARK_PYTHON",
        )
    if "TABLE_OR_VIEW_NOT_FOUND" in text or "PATH_NOT_FOUND" in text:
        return UsageError("Spark knows no such table or path", hint=HINT)
    if "JAVA_GATEWAY_EXITED" in text:
        return MissingLibraryError(
            "Spark needs Java, and could not start it", hint="install Java 17 or newer, or set JAVA_HOME"
        )
    return AuditFailedError(
        f"Spark could not read the rows ({type(error).__name__})", hint="look into the logs of the Spark executors"
    )


def open_session(host: str, port: int) -> tuple[SparkSession, Callable[[], None]]:
    """Return a session of a master, and what ends it: nothing, for one that ran before.

    Raises MissingLibraryError without pyspark or Java, AuditFailedError for a master that does not answer, UsageError
    where a session of another master runs in this process: there can be one only.
    """
    try:
        from pyspark import SparkContext  # noqa: PLC0415 - an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingLibraryError(
            "reading from Spark needs pyspark", hint="type: pip install 'fateaudit[spark]', and install Java 17"
        ) from None
    _refuse_absent(host, port)
    master = f"{PREFIX}{host}:{port}"
    running = SparkContext._active_spark_context  # noqa: SLF001 - Spark tells nobody in another way
    if running is None:
        return _start(master)
    if running.master != master:
        raise UsageError(
            "a Spark session of another master runs in this process",
            hint="stop it first, or give a DataFrame of it to the audit",
        )
    return SparkSession(running), lambda: None


def _refuse_absent(host: str, port: int) -> None:
    """Refuse a master that does not answer. Spark would try for a minute and a half, and then say something else."""
    try:
        socket.create_connection((host, port), SECONDS).close()
    except OSError:
        raise AuditFailedError(
            f"no Spark master answers at {host}:{port}", hint="check the address, and that the master is running"
        ) from None


def _wait_for_worker(session: SparkSession, master: str) -> None:
    """Wait for the first executor: without one Spark would wait for ever, and say nothing."""
    context = session.sparkContext
    if context.getConf().get("spark.dynamicAllocation.enabled") == "true":
        return
    end = time.monotonic() + WAITING
    # The driver is on the list too.
    while context._jsc.sc().getExecutorMemoryStatus().size() < 2:  # noqa: SLF001, PLR2004 - see above
        if time.monotonic() > end:
            raise AuditFailedError(
                f"no worker of {master} had room for the audit within {WAITING} s",
                hint="start a worker, or wait until one is free; the memory it needs is spark.executor.memory",
            )
        time.sleep(0.1)


def _start(master: str) -> tuple[SparkSession, Callable[[], None]]:
    from pyspark import SparkConf, SparkContext  # noqa: PLC0415 - an extra
    from pyspark.java_gateway import launch_gateway  # noqa: PLC0415 - an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    interrupt = signal.getsignal(signal.SIGINT)
    with asking():
        conf = SparkConf().setMaster(master).setAll(list(_SETTINGS.items()))
        # What Java says there would stand between the lines of whoever typed the command; it can quote rows, too.
        is_first = SparkContext._gateway is None  # noqa: SLF001 - see above
        quiet = {"stderr": subprocess.DEVNULL}
        gateway = launch_gateway(conf, quiet) if is_first else None  # type: ignore[no-untyped-call]
        session = SparkSession(SparkContext(conf=conf, gateway=gateway))
        try:
            _wait_for_worker(session, master)
        except BaseException:
            session.stop()
            raise

    def stop() -> None:
        with asking():
            session.stop()
        # Spark put its own there, which fails once the session has ended.
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, interrupt)

    return session, stop
