"""Each file of the corpus, opened naively once and then by us: refused by default, and held where it is allowed."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from conftest import a_policy_text
from corpus import FILES, Harm, write
from trial import Outcome, asked

from fateaudit.errors import FateauditError
from fateaudit.models.files import CODE
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.reading import read_model
from fateaudit.policy import read_policy

NAIVE = Path(__file__).parent / "naive.py"
LIMITS = Limits(3 * GIB, 60, 1_000)


@dataclass(frozen=True, slots=True)
class Placed:
    """One file of the corpus beside a policy that names it."""

    name: str
    path: Path
    policy: Path
    canary: Path


def placed(name, folder, secret):
    """Write one file of the corpus and a policy beside it."""
    canary = folder / "canary"
    folder.mkdir()
    path = write(name, folder, Harm(str(secret), str(canary)))
    called = f"{path.stem}:score" if path.suffix == ".py" else path.name
    policy = folder / "fateaudit.yaml"
    policy.write_text(json.dumps(a_policy_text(model={"path": called})))
    return Placed(name, path, policy, canary)


def harmful(several, secret):
    """Open files naively, each in a process that is thrown away; return those that copied the secret, undone again."""
    todo = json.dumps([[FILES[one.name].naive, str(one.path)] for one in several])
    subprocess.run([sys.executable, str(NAIVE)], input=todo, text=True, capture_output=True, timeout=300, check=True)
    found = [one.name for one in several if one.canary.exists() and one.canary.read_text() == secret.read_text()]
    for one in several:
        one.canary.unlink(missing_ok=True)
    return found


def audited(one, *, walled, allowed):
    """Return what came of opening one file as an audit does, with the formats that run code allowed or not."""
    try:
        file = read_model(read_policy(one.policy), CODE if allowed else ())
    except FateauditError as error:
        return Outcome(str(error), error.hint)
    return asked(file, walled=walled, limits=LIMITS)
