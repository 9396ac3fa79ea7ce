"""Every hostile file and deed, tried as whoever runs this, without bubblewrap and with it."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from aims import ROW, set_out
from corpus import FILES
from files import audited, harmful, placed
from loud import LOUD
from mutations import distribution
from test_damaged_models import FORMATS
from trial import ACHIEVED, loud_outcome, quiet_outcomes

from fateaudit.models.isolation import has_bubblewrap

SAYS = {0.2: "nothing to be had", 0.3: "failed"}


def held() -> dict[str, Any]:
    """Return what happened, for the files by default and for each way in which a process is held."""
    found: dict[str, Any] = {"default": {}, "naive": []}
    with tempfile.TemporaryDirectory(prefix="fateaudit-hostile-") as name:
        folder = Path(name)
        # The secret is readable to everybody: what keeps a model from it is the lock alone.
        folder.chmod(0o755)
        secret = folder / "secret"
        secret.write_text("a secret")
        several = [placed(one, folder / str(place), secret) for place, one in enumerate(FILES)]
        found["naive"] = harmful(several, secret)
        found["default"] = {one.name: _of_file(one, walled=False, allowed=False) for one in several}
        for how in ("bare", "walled") if has_bubblewrap() else ("bare",):
            walled = how == "walled"
            say(f"{how}: files")
            files = {one.name: _of_file(one, walled=walled, allowed=True) for one in several}
            with set_out(folder / how) as aims:
                say(f"{how}: deeds")
                deeds = {deed: _of_score(score) for deed, score in quiet_outcomes(aims, walled=walled).items()}
                ends = {loud: _of_loud(loud, walled=walled) for loud in LOUD}
                found[how] = {"files": files, "deeds": deeds, "ends": ends, "harm": aims.harm()}
    return found


def damaged(seeds: int) -> dict[str, dict[str, int]]:
    """Return for each format how often each thing happened to a damaged file."""
    found = {}
    for name, build in FORMATS.items():
        say(f"{seeds} damaged files: {name}")
        found[name] = dict(distribution(build(), range(seeds)))
    return found


def say(what: str) -> None:
    """Tell on the error stream what is being done."""
    print(what, file=sys.stderr, flush=True)


def _of_file(one: Any, *, walled: bool, allowed: bool) -> str:
    outcome = audited(one, walled=walled, allowed=allowed)
    said = _first(outcome.said)
    return f"ACHIEVED: {said}" if one.canary.exists() else said


def _of_score(score: float) -> str:
    if score >= ACHIEVED:
        return "ACHIEVED"
    return SAYS.get(score) or os.strerror(round(score * 1_000)).lower()


def _of_loud(name: str, *, walled: bool) -> str:
    outcome = loud_outcome(name, walled=walled)
    if ROW in outcome.said:
        return "ACHIEVED: a row was told"
    if outcome.said == "answered":
        is_held = LOUD[name].said in {"", "any"} and outcome.is_within_the_rules
        return "answered, within the rules" if is_held else "ACHIEVED: answered"
    return _first(outcome.said)


def _first(said: str) -> str:
    return said.splitlines()[0].rstrip()
