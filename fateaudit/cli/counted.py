"""How far it is, on one line of a terminal, with how long the rest may take."""

import sys
import time

import typer

FEWEST = 200_000
"""Rows of a dataset that is read before anybody could wonder."""

PATIENCE = 2.0
"""Seconds of explaining that nobody wonders about."""

MINUTES = 120
"""Seconds from which they are said as minutes."""


class Counted:
    """Told how many rows are done, and of how many; says so about once a second."""

    def __init__(self, doing: str = "scoring", *, fewest: int = FEWEST, patience: float = 0.0) -> None:
        self._doing = doing
        self._fewest = fewest
        self._patience = patience
        self._begun: float | None = None
        self._said: float | None = None

    def __call__(self, done: int, of: int | None) -> None:
        """Say it where somebody may be looking; what goes into a file or a pipe needs no such line."""
        now = time.monotonic()
        self._begun = now if self._begun is None else self._begun
        if not sys.stderr.isatty() or (of is not None and of < self._fewest) or not self._is_time(now, done, of):
            return
        self._said = now
        is_last = of is not None and done >= of
        typer.echo(f"\r{told(done, of, now - self._begun, self._doing):<70}", nl=is_last, err=True)

    def _is_time(self, now: float, done: int, of: int | None) -> bool:
        """Say whether a line is due: the last one only where there was another, or it took as long."""
        if self._begun is not None and self._said is None and now - self._begun < self._patience:
            return False
        return self._said is None or now - self._said >= 1 or (of is not None and done >= of)


def told(done: int, of: int | None, seconds: float, doing: str = "scoring") -> str:
    """Return "scoring: 3,000,000 of 10,000,000 rows, about 40 s left", or "about 2 minutes left"."""
    if of is None or not done:
        return f"{doing}: {done:,} rows"
    left = seconds * (of - done) / done
    return f"{doing}: {done:,} of {of:,} rows" + (f", about {_span(left)} left" if done < of else "")


def _span(seconds: float) -> str:
    return f"{max(1, round(seconds)):,} s" if seconds < MINUTES else f"{round(seconds / 60):,} minutes"
