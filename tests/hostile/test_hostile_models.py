"""What a hostile model tries, and that it fails: nothing written or read, nobody reached, and a clear sentence."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pytest
from aims import ROW, set_out
from corpus import FILES
from files import audited, harmful, placed
from loud import ANSWERS, DESCRIPTIONS, ENDINGS, GREED, LOUD, NUMBERS, predicting
from trial import ACHIEVED, opened, python_file, quiet_names, quiet_outcomes, quiet_source, tried

from fateaudit.errors import AuditFailedError
from fateaudit.models.isolation import has_bubblewrap
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.process import LostError, Process

LIMITS = Limits(3 * GIB, 60, 1_000)
ROWS = pa.table({"place": [0.0], "name": ["a"]})

no_wall = pytest.mark.skipif(not has_bubblewrap(), reason="bubblewrap is not installed, or may not be used here")
WALLS = [pytest.param(False, id="bare"), pytest.param(True, marks=no_wall, id="behind bubblewrap")]


@pytest.fixture
def aims(tmp_path):
    with set_out(tmp_path / "aims") as found:
        yield found


@pytest.mark.parametrize("walled", WALLS)
def test_nothing_that_a_model_tries_is_done(aims, capfd, walled) -> None:
    outcomes = quiet_outcomes(aims, walled=walled)

    assert [name for name, score in outcomes.items() if score >= ACHIEVED] == []
    assert len(outcomes) == len(quiet_names())
    assert aims.harm() == []
    assert "was here" not in "".join(capfd.readouterr())


HARMLESS = (
    "read a secret file",
    "list a home folder",
    "write a file",
    "read another's environment",
    "find a secret in its environment",
    "connect to a port",
    "send a datagram",
    "connect to a socket file",
    "connect to an abstract socket",
    "fork",
    "run a program",
    "kill another process",
)


def test_where_nothing_holds_it_the_same_model_does_what_it_tries(aims) -> None:
    places = [float(quiet_names().index(name)) for name in HARMLESS]
    run = f"{quiet_source(aims)}\nimport pandas\nprint([*score(pandas.DataFrame({{'place': {places}}}))])"

    done = subprocess.run([sys.executable, "-"], input=run, text=True, capture_output=True, check=True)

    scores = json.loads(done.stdout.splitlines()[-1].replace("np.float64(", "").replace(")", ""))
    assert dict(zip(HARMLESS, scores, strict=True)) == dict.fromkeys(HARMLESS, ACHIEVED)
    assert {"a file was written", "another process was ended", "somebody reached the tcp socket"} <= set(aims.harm())


def is_as_said(loud, outcome):
    assert ROW not in outcome.said
    assert "\x1b" not in outcome.said
    if outcome.said == "answered":
        assert loud.said in {"", "any"}
        assert outcome.is_within_the_rules
    else:
        assert loud.said == "any" or (loud.said and loud.said in outcome.said)
        assert outcome.hint


@pytest.mark.parametrize("walled", WALLS)
@pytest.mark.parametrize("name", [*ENDINGS, *GREED])
def test_a_model_that_ends_or_takes_all_is_told_of(capfd, name, walled) -> None:
    loud = LOUD[name]

    is_as_said(loud, tried(loud.source, walled=walled, seconds=loud.seconds))

    assert capfd.readouterr() == ("", "")


# The wall does not see what a model answers: the same code reads it.
@pytest.mark.parametrize("name", [*NUMBERS, *ANSWERS, *DESCRIPTIONS])
def test_a_model_that_answers_for_the_loop_is_found_out(name) -> None:
    loud = LOUD[name]

    is_as_said(loud, tried(loud.source, walled=False, seconds=loud.seconds))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """Every file of the corpus, each in a folder with a policy; all have shown that they do harm."""
    folder = tmp_path_factory.mktemp("corpus")
    secret = folder / "secret"
    secret.write_text("a secret")
    several = {name: placed(name, folder / str(place), secret) for place, name in enumerate(FILES)}
    assert harmful([*several.values()], secret) == list(FILES)
    return several


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_runs_code_is_refused(corpus, name) -> None:
    one = corpus[name]

    outcome = audited(one, walled=False, allowed=False)

    assert outcome.said != "answered"
    assert outcome.hint
    assert not one.canary.exists()


@pytest.mark.parametrize("walled", WALLS)
def test_and_where_it_is_allowed_it_runs_where_it_does_no_harm(corpus, walled) -> None:
    # Behind the wall some of them: `make hostile` tries all.
    some = list(corpus.values())[:: 4 if walled else 1]
    outcomes = [audited(one, walled=walled, allowed=True) for one in some]

    assert [one.name for one in some if one.canary.exists()] == []
    # A call that is refused need not raise: then the model behind it is opened and asked, and checked as any other.
    assert all(outcome.hint for outcome in outcomes if outcome.said != "answered")
    assert all(outcome.is_within_the_rules for outcome in outcomes)
    assert sum(outcome.said != "answered" for outcome in outcomes) > len(some) / 2


def test_a_thousand_and_more_threads_are_not_begun() -> None:
    body = (
        "threading.stack_size(32768)\nwhile True: threading.Thread(target=time.sleep, args=(9,), daemon=True).start()"
    )
    # Inside bubblewrap root stays root, whom the kernel lets have as many as memory holds.
    for walled in {False, has_bubblewrap() and os.geteuid() != 0}:
        outcome = tried(predicting(body), walled=walled)

        assert "failed while predicting (RuntimeError)" in outcome.said


def children_of_this():
    """Processes that this one began, ended ones that nobody waited for among them."""
    return {
        one for path in Path("/proc/self/task").glob("*/children") for one in path.read_text(encoding="ascii").split()
    }


def test_processes_that_ended_leave_nothing_open() -> None:
    process = Process(b"", LIMITS, walled=False)
    process.ask("no verb")
    process.end()
    before, known = set(os.listdir("/proc/self/fd")), children_of_this()  # noqa: PTH208 - names alone
    children = [process.ask("no verb") and process.end() for _ in range(30)]
    after = set(os.listdir("/proc/self/fd"))  # noqa: PTH208 - as above
    process.close()

    assert len(children) == 30
    assert len(after) == len(before)
    assert children_of_this() <= known


def test_a_process_has_nothing_open_but_what_it_needs() -> None:
    body = 'return [(len(os.listdir("/proc/self/fd")) - 1) / 100] * len(rows)'
    outcome = tried(predicting(body), walled=False)

    # Three streams, the same for nothing, four that it was given, and the memory that it mapped, twice.
    assert outcome.scores[0] <= 0.10


def test_closing_it_from_another_thread_ends_a_question() -> None:
    model = opened(predicting("while True: pass"), LIMITS)
    told = []

    def ask():
        try:
            model.predict(ROWS)
        except AuditFailedError as error:
            told.append(error)

    asking = threading.Thread(target=ask)
    asking.start()
    time.sleep(0.3)
    model.close()
    asking.join(20)

    assert not asking.is_alive()
    assert len(told) == 1
    with pytest.raises(AuditFailedError, match="it was closed"):
        model.predict(ROWS)


def test_a_process_that_reads_no_command_keeps_nobody_waiting() -> None:
    body = "framing.frame = lambda message: os.write(REPLIES, framed(message)) and time.sleep(60)\nreturn [0.5]"
    file = python_file(predicting(body))
    process = Process(file.content, Limits(3 * GIB, 5, 1_000), walled=False)
    process.ask("describe", format="callable", wish=asdict(file.wish))
    try:
        assert process.numbers(process.ask("predict", ROWS)).shape == (1, 2)
        with pytest.raises(LostError, match="within 5 seconds"):
            process.ask("predict", ROWS, more="x" * (1 << 21))
    finally:
        process.close()


_DIES = """
import os, sys
sys.path[:0] = [{here!r}, {above!r}]
from trial import opened
from loud import predicting
from fateaudit.models.limits import GIB, Limits
import pyarrow as pa
spins = predicting("ctypes.CDLL(None).prctl(1, 0); signal.signal(15, 1)\\nwhile True: pass")
model = opened(spins, Limits(3 * GIB, 600, 9))
print(open(f"/proc/self/task/{{os.getpid()}}/children").read(), flush=True)
model.predict(pa.table({{"place": [0.0], "name": ["a"]}}))
"""


def test_a_model_does_not_outlive_an_audit_that_is_killed() -> None:
    here = Path(__file__).parent
    run = [sys.executable, "-c", _DIES.format(here=str(here), above=str(here.parent))]
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as audit:
        child = int(audit.stdout.readline().split()[0])
        time.sleep(0.3)
        audit.kill()
    until = time.monotonic() + 20
    while Path(f"/proc/{child}/exe").is_symlink() and time.monotonic() < until:
        time.sleep(0.05)

    assert not _runs(child)


def _runs(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
