"""How far it is, on one line of a terminal, with how long the rest may take."""

import sys
import time

import typer

FEWEST = 200_000
"""Rows of a dataset that is read before anybody could wonder."""


class Counted:
    """Told how many rows are done, and of how many; says so about once a second."""

    def __init__(self) -> None:
        self._begun: float | None = None
        self._said = 0.0

    def __call__(self, done: int, of: int | None) -> None:
        """Say it where somebody may be looking; what goes into a file or a pipe needs no such line."""
        now = time.monotonic()
        self._begun = now if self._begun is None else self._begun
        is_last = of is not None and done >= of
        if not sys.stderr.isatty() or (of is not None and of < FEWEST) or (now - self._said < 1 and not is_last):
            return
        self._said = now
        typer.echo(f"\r{told(done, of, now - self._begun):<70}", nl=is_last, err=True)


def told(done: int, of: int | None, seconds: float) -> str:
    """Return "scoring: 3,000,000 of 10,000,000 rows, about 40 s left"."""
    if of is None or not done:
        return f"scoring: {done:,} rows"
    left = seconds * (of - done) / done
    return f"scoring: {done:,} of {of:,} rows" + (f", about {max(1, round(left)):,} s left" if done < of else "")
