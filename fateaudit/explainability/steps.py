"""How far explaining a model is: the rows of one step after another, counted as one."""

from __future__ import annotations

from collections.abc import Sequence

from fateaudit.explainability.routes import Progress


class Steps:
    """A `Progress` over several steps, each of which may explain several sets of rows.

    It tells how many rows are done, and of how many at most: what a step did not need is expected no more.
    """

    def __init__(self, heard: Progress, most: Sequence[int]) -> None:
        self._heard = heard
        self._left = list(most)
        """Rows that each step may explain at most, from the present one on."""
        self._before = 0
        """Rows of the steps that are over."""
        self._here = 0
        """Rows of the sets that the present step is done with."""
        self._set = (0, 0)

    def __call__(self, done: int, of: int) -> None:
        """Tell that so many rows of a set are done."""
        last, whole = self._set
        if done < last or last >= whole > 0:
            self._here += last
        self._set = (done, of)
        now = self._before + self._here + done
        # A step may take more than was thought; those after it are to come all the same, and it is over when it ends.
        self._heard(now, max(self._before + sum(self._left), now + 1 + sum(self._left[1:])))

    def end(self) -> None:
        """Go on to the next step; after the last one everything is done."""
        self._before += self._here + self._set[0]
        self._here, self._set = 0, (0, 0)
        del self._left[:1]
        if not self._left and self._before:
            self._heard(self._before, self._before)
