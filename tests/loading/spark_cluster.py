"""A Spark master and two workers on this machine, for tests: on free ports of loopback, ended with everything below."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyspark

SECONDS = 60
"""How long a master or worker may take until it has started."""

JAVA = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
"""For processes that live a minute: they start sooner, and do not share two cores with compilers."""

SETTINGS = {
    # One executor of one core on each worker.
    "spark.cores.max": "2",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.extraJavaOptions": JAVA,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "512m",
    "spark.executor.cores": "1",
    "spark.executor.extraJavaOptions": JAVA,
    "spark.executor.memory": "512m",
    "spark.locality.wait": "0",
    "spark.master.rest.enabled": "false",
    "spark.python.worker.reuse": "true",
    # Every file of Parquet is a partition: by default, small ones share one.
    "spark.sql.files.maxPartitionBytes": "64k",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
}


class Cluster:
    """A master, two workers with room for two applications, and the environment that their users need."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = self._environment()
        self.master = ""
        """Its address, `127.0.0.1:PORT`."""
        self.workers: list[subprocess.Popen[bytes]] = []
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start all, and wait until the master knows both workers."""
        self._run("master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        (self.master,) = self._read("master", r"Starting Spark master at spark://(\S+)", 1)
        self.start_workers(2)

    def start_workers(self, number: int) -> None:
        """Start more workers, and wait until the master knows them."""
        known = len(self._found("master", r"Registering worker"))
        for _ in range(number):
            name = f"worker-{len(self._processes)}"
            place = ["--work-dir", str(self.root / name), "--host", "127.0.0.1", "--webui-port", "0"]
            size = ["--cores", "2", "--memory", "2g"]
            self.workers.append(self._run(name, *place, *size, f"spark://{self.master}"))
        self._read("master", r"Registering worker", known + number)

    def kill_worker(self) -> None:
        """Kill a worker and its executors, as a machine that loses its power would."""
        os.killpg(self.workers.pop().pid, signal.SIGKILL)

    def lost(self) -> int:
        """Return how many executors the master has lost."""
        return len(self._found("master", r"Telling app of lost executor"))

    def wait_for(self, running: list[str]) -> list[str]:
        """Wait until these applications run and no others: the master is told of an end a moment later."""
        end = time.monotonic() + SECONDS
        while self.running() != running and time.monotonic() < end:
            time.sleep(0.05)
        return self.running()

    def running(self) -> list[str]:
        """Return the applications that started and have not ended."""
        started = self._found("master", r"Registered app .* with ID (\S+)")
        ended = self._found("master", r"Removing app (\S+)")
        return [name for name in started if name not in ended]

    def stop(self) -> None:
        """End every process."""
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _environment(self) -> dict[str, str]:
        conf = self.root / "conf"
        conf.mkdir(parents=True)
        places = {"spark.local.dir": self.root / "local", "spark.sql.warehouse.dir": self.root / "warehouse"}
        lines = [f"{name} {value}\n" for name, value in (SETTINGS | places).items()]
        (conf / "spark-defaults.conf").write_text("".join(lines))
        return {
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_CONF_DIR": str(conf),
            "SPARK_DAEMON_JAVA_OPTS": JAVA,
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_HOME": str(Path(pyspark.__file__).parent),
            "SPARK_LAUNCHER_OPTS": JAVA,
            "SPARK_LOCAL_IP": "127.0.0.1",
        }

    def _run(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a process that ends with this one, where the machine has a tool for that."""
        kind = name.partition("-")[0]
        tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        spark_class = str(Path(self.environment["SPARK_HOME"], "bin", "spark-class"))
        command = [*tied, spark_class, f"org.apache.spark.deploy.{kind}.{kind.title()}", *arguments]
        # Measuring which lines ran there would end with the process, and be lost.
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
        with self._log(name).open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=inherited | self.environment,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def _log(self, name: str) -> Path:
        return self.root / f"{name}.log"

    def _found(self, name: str, pattern: str) -> list[str]:
        return re.findall(pattern, self._log(name).read_text(encoding="utf-8"))

    def _read(self, name: str, pattern: str, times: int) -> list[str]:
        """Wait until a line stands so often in a log, and return what was found."""
        end = time.monotonic() + SECONDS
        while len(found := self._found(name, pattern)) < times:
            has_ended = any(process.poll() is not None for process in (self._processes[0], *self.workers))
            assert not has_ended, f"a process of the cluster ended\n{self._log(name).read_text()}"
            assert time.monotonic() < end, f"not after {SECONDS} s: {pattern}\n{self._log(name).read_text()}"
            time.sleep(0.05)
        return found
