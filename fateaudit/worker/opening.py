"""Bytes of a format → an opened model. One line for each format; its library is imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias

from fateaudit.worker.opened import Opened, Wish
from fateaudit.worker.problems import Problem, ProblemError

Open: TypeAlias = Callable[[bytes, Wish], Opened]

LOADERS: dict[str, tuple[str, str]] = {
    "skops": ("fateaudit.worker.skops_files", "open_skops"),
    "onnx": ("fateaudit.worker.onnx_files", "open_onnx"),
    "xgboost": ("fateaudit.worker.xgboost_files", "open_xgboost"),
    "lightgbm": ("fateaudit.worker.lightgbm_files", "open_lightgbm"),
    "catboost": ("fateaudit.worker.catboost_files", "open_catboost"),
    "pickle": ("fateaudit.worker.pickles", "open_pickle"),
    "compressed": ("fateaudit.worker.pickles", "open_pickle"),
    "callable": ("fateaudit.worker.callables", "open_callable"),
}
"""For each format, as `fateaudit.formats` calls it, the module and the function that opens it."""


def open_content(kind: str, content: bytes, wish: Wish | None = None) -> Opened:
    """Open a model. Raises ProblemError, or whatever a library raises on bytes that it does not like.

    A model of outcomes is refused where a number is wished for, and one of numbers where outcomes are.
    """
    if kind not in LOADERS:
        raise ProblemError(Problem.PROTOCOL)
    module, function = LOADERS[kind]
    opens: Open = getattr(import_module(module), function)
    wish = wish or Wish()
    opened = opens(content, wish)
    if wish.gives_numbers and opened.classes:
        raise ProblemError(Problem.GIVES_OUTCOMES, *opened.classes)
    if not (wish.gives_numbers or opened.classes):
        raise ProblemError(Problem.GIVES_NUMBERS)
    return opened
