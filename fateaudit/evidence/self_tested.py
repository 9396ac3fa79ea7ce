"""What the tool found when it tested itself: how many known answers it gave again, and which it did not."""

from typing import Annotated, Literal

from pydantic import Field

from fateaudit.documents import Frozen


class SelfTest(Frozen):
    """Known answers, computed again before anything was measured."""

    version: Literal["fateaudit/self-test/1"] = "fateaudit/self-test/1"
    """Which set of answers. What each is, and where it comes from, stands in `self_test.py`."""
    passed: Annotated[int, Field(ge=0)]
    failed: tuple[str, ...]
    """Names of the answers that came out otherwise, or not at all."""

    @property
    def holds(self) -> bool:
        """Whether answers were computed, and every one of them was right."""
        return self.passed > 0 and not self.failed
