"""What `make` says and does on a machine that lacks something.

The script runs on a copy of itself, with a PATH and Python modules made here: nothing of the machine is touched.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "setup.sh"
TOOLS = ("bash", "cat", "dirname", "env", "grep", "mkdir", "rm", "sed", "tail", "touch", "uname")
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
JAVA = "openjdk-17-jre-headless"


class Machine:
    """A folder that stands for a machine: which tools are on its PATH, and which modules its Python has."""

    def __init__(self, root: Path) -> None:
        self.checkout = root / "checkout"
        self.tools = root / "bin"
        self.modules = root / "modules"
        for folder in (self.checkout / "scripts", self.checkout / "requirements", self.tools, self.modules):
            folder.mkdir(parents=True)
        shutil.copy(SCRIPT, self.checkout / "scripts")
        (self.checkout / "requirements" / "dev.txt").write_text("one==1\ntwo==2\n")
        for name in TOOLS:
            found = shutil.which(name)
            assert found, f"the test needs {name}"
            (self.tools / name).symlink_to(found)
        self.has_module("ensurepip", "")
        self.has_module("ctypes", "CDLL = str")
        self.has_tool("id", "echo 1000")

    def has_tool(self, name: str, body: str) -> None:
        path = self.tools / name
        path.write_text(f"#!{shutil.which('bash')}\n{body}\n")
        path.chmod(0o755)

    def has_module(self, name: str, body: str) -> None:
        (self.modules / f"{name}.py").write_text(f"{body}\n")

    def lacks_venv(self) -> None:
        self.has_module("ensurepip", "raise ImportError")

    def lacks_pango(self) -> None:
        self.has_module("ctypes", "def CDLL(name): raise OSError(name)")

    def has_java(self, version: str) -> None:
        self.has_tool("java", f"echo 'openjdk version \"{version}\" 2024-10-15' >&2")

    def has_apt(self, *, that_works: bool = True) -> None:
        """An apt-get that notes its arguments, and mends the modules when told to install."""
        mend = f"echo > {self.modules}/ensurepip.py; echo 'CDLL = str' > {self.modules}/ctypes.py"
        answer = mend if that_works else "echo 'E: Unable to locate package'; exit 100"
        log = self.checkout.parent / "apt-get.calls"
        self.has_tool("apt-get", f'echo "$@" >> {log}\ncase "$1" in install) {answer} ;; esac')

    @property
    def apt_calls(self) -> list[str]:
        log = self.checkout.parent / "apt-get.calls"
        return log.read_text().splitlines() if log.exists() else []

    def set_up(self, step: str = "system", python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        environment = {
            "PATH": str(self.tools),
            "PYTHON": python,
            "PYTHONPATH": str(self.modules),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": os.environ.get("HOME", "/"),
        }
        return subprocess.run(
            [self.tools / "bash", self.checkout / "scripts" / "setup.sh", step],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_a_machine_that_has_everything_is_left_alone(machine: Machine) -> None:
    machine.has_apt()

    done = machine.set_up()

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.apt_calls == []


def test_without_venv_an_account_that_may_not_install_is_told_what_to_type(machine: Machine) -> None:
    machine.lacks_venv()
    machine.has_apt()
    machine.has_tool("sudo", "exit 1")

    done = machine.set_up()

    assert done.returncode == 1
    assert done.stderr == (
        "error: this machine lacks Python's venv module, and this account may not install packages\n"
        "  As an administrator, type: apt-get install python3-venv\n"
        "  then type the same make command again.\n"
    )
    assert machine.apt_calls == []


def test_without_pango_an_account_that_may_not_install_is_told_what_to_type(machine: Machine) -> None:
    machine.lacks_pango()
    machine.has_apt()

    done = machine.set_up()

    assert done.returncode == 1
    assert "lacks Pango, and this account may not install packages" in done.stderr
    assert f"type: apt-get install {PANGO}\n" in done.stderr
    assert machine.apt_calls == []


def test_everything_that_is_missing_is_named_at_once(machine: Machine) -> None:
    machine.lacks_venv()
    machine.lacks_pango()
    machine.has_apt()

    done = machine.set_up()

    assert "lacks Python's venv module and Pango," in done.stderr
    assert f"type: apt-get install python3-venv {PANGO}\n" in done.stderr


def test_a_system_without_apt_is_told_which_packages_to_look_for(machine: Machine) -> None:
    machine.lacks_pango()
    machine.has_tool("id", "echo 0")

    done = machine.set_up()

    assert done.returncode == 1
    assert "lacks Pango, and has no apt-get to install it with" in done.stderr
    assert f"(the Debian packages are: {PANGO})" in done.stderr


@pytest.mark.parametrize(("user", "sudo"), [("0", None), ("1000", '[ "$1" = -n ] && shift && exec "$@"')])
def test_root_and_sudo_without_a_password_install_what_is_missing(
    machine: Machine, user: str, sudo: str | None
) -> None:
    machine.lacks_venv()
    machine.lacks_pango()
    machine.has_apt()
    machine.has_tool("id", f"echo {user}")
    machine.has_tool("true", "exit 0")
    if sudo:
        machine.has_tool("sudo", sudo)

    done = machine.set_up()

    assert done.returncode == 0, done.stderr
    assert done.stdout == (f"setup: Python's venv module and Pango: installing python3-venv {PANGO} with apt-get\n")
    assert machine.apt_calls == ["update -q", f"install -q -y --no-install-recommends python3-venv {PANGO}"]


def test_an_apt_that_fails_is_quoted(machine: Machine) -> None:
    machine.lacks_pango()
    machine.has_apt(that_works=False)
    machine.has_tool("id", "echo 0")

    done = machine.set_up()

    assert done.returncode == 1
    assert f"error: apt-get could not install {PANGO}\n  E: Unable to locate package\n" in done.stderr


@pytest.mark.parametrize("version", ["17.0.13", "21", "26-ea"])
def test_a_machine_that_has_java_is_left_alone(machine: Machine, version: str) -> None:
    machine.has_java(version)
    machine.has_apt()

    done = machine.set_up("spark")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.apt_calls == []


@pytest.mark.parametrize("version", [None, "1.8.0_432", "11.0.25"])
def test_without_a_java_that_spark_runs_on_an_account_that_may_not_install_is_told(
    machine: Machine, version: str | None
) -> None:
    if version:
        machine.has_java(version)
    machine.has_apt()

    done = machine.set_up("spark")

    assert done.returncode == 1
    assert done.stderr == (
        "error: this machine lacks Java 17 or newer, for the tests of Spark, "
        "and this account may not install packages\n"
        f"  As an administrator, type: apt-get install {JAVA}\n"
        "  then type the same make command again.\n"
    )
    assert machine.apt_calls == []


def test_root_installs_java(machine: Machine) -> None:
    machine.has_java("17.0.13")
    (machine.tools / "java").rename(machine.tools / "java-17")
    machine.has_tool("mv", f'exec {shutil.which("mv")} "$@"')
    machine.has_tool("apt-get", f'[ "$1" = update ] || mv {machine.tools}/java-17 {machine.tools}/java')
    machine.has_tool("id", "echo 0")

    done = machine.set_up("spark")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"setup: Java 17 or newer, for the tests of Spark: installing {JAVA} with apt-get\n"


def test_an_older_java_that_stands_before_the_installed_one_is_told(machine: Machine) -> None:
    machine.has_java("11.0.25")
    machine.has_apt()
    machine.has_tool("id", "echo 0")

    done = machine.set_up("spark")

    assert done.returncode == 1
    assert "error: Java was installed, and another one is found before it, or none\n  Take JAVA_HOME out" in done.stderr


def test_the_first_demo_asks_for_no_java(machine: Machine) -> None:
    machine.has_apt()

    assert machine.set_up("system").returncode == 0
    assert machine.apt_calls == []


def test_packages_that_help_another_python_do_not_pass_for_set_up(machine: Machine) -> None:
    machine.lacks_venv()
    machine.has_tool("apt-get", "exit 0")
    machine.has_tool("id", "echo 0")

    done = machine.set_up()

    assert done.returncode == 1
    assert "still has no venv module after python3-venv was installed" in done.stderr


def test_a_python_that_is_too_old_is_named_with_its_version(machine: Machine) -> None:
    machine.has_module("sitecustomize", "import sys; sys.version_info = (3, 10, 12, 'final', 0)")
    machine.has_apt()

    done = machine.set_up()

    assert done.returncode == 1
    assert done.stderr == (
        f"error: {sys.executable} is Python 3.10.12, and fateaudit needs 3.11 or newer\n"
        "  if there is a newer one by another name, type: make PYTHON=python3.11 demo\n"
    )


def test_a_python_that_does_not_exist_is_an_error_with_a_remedy(machine: Machine) -> None:
    done = machine.set_up(python="python3.99")

    assert done.returncode == 1
    assert "error: python3.99 does not run as a Python interpreter here\n" in done.stderr
    assert "type: make PYTHON=python3.11 demo\n" in done.stderr


@pytest.mark.parametrize(
    ("pip_says", "reason"),
    [
        (
            "WARNING: Retrying (Retry(total=4))\nERROR: No matching distribution",
            "pip could not reach its package index",
        ),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "a downloaded package is not the one that was locked"),
        ("ERROR: No space left on device", "pip could not install the packages"),
    ],
)
def test_a_failed_install_says_why_and_leaves_no_stamp(machine: Machine, pip_says: str, reason: str) -> None:
    environment = machine.checkout / ".venv"
    (environment / "bin").mkdir(parents=True)
    (environment / ".stamp").touch()
    pip = environment / "bin" / "python"
    pip.write_text(f"#!{shutil.which('bash')}\n[ \"$1\" = -c ] || {{ echo '{pip_says}'; exit 1; }}\n")
    pip.chmod(0o755)

    done = machine.set_up("environment")

    assert done.returncode == 1
    assert f"error: {reason}\n  ERROR: " in done.stderr
    assert "build/setup.log" in done.stderr
    assert not (environment / ".stamp").exists()
