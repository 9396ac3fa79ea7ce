"""Every metric that a policy can name stands on the page that defines them, and nothing else does."""

import re

from conftest import ROOT

from fateaudit import explainability, transparency
from fateaudit.fairness import METRICS

PAGE = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `([a-z_0-9]+)`", PAGE, re.MULTILINE)


def test_every_metric_is_defined_once_and_nothing_else_is() -> None:
    known = {re.sub("_(ratio|difference)$", "", name) for name in METRICS}
    defined = [re.sub("_difference$", "", name) for name in ROWS]

    assert len(set(ROWS)) == len(ROWS)
    assert set(defined) == known | set(explainability.METRICS) | set(transparency.METRICS)


def test_what_is_said_to_exist_as_level_difference_and_ratio_does() -> None:
    for name, kinds in re.findall(r"^\| `([a-z_0-9]+)`((?: [LDR])+) \|", PAGE, re.MULTILINE):
        endings = {"L": name, "D": f"{name}_difference", "R": f"{name}_ratio"}
        assert {kind for kind, metric in endings.items() if metric in METRICS} == set(kinds.split()), name
