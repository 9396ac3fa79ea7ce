"""Short ways to recheck a table written in a test."""

from fateaudit.rechecking import Verdict, recheck


def wrong(text, tool=None):
    """The figures that do not follow, as "row | column"."""
    return [f"{figure.row} | {figure.column}" for figure in wrong_figures(text, tool)]


def wrong_figures(text, tool=None):
    return recheck(text.encode(), "table.csv", tool).of(Verdict.DOES_NOT_FOLLOW)


def because(text, tool=None):
    """Why the only wrong figure is wrong."""
    (figure,) = wrong_figures(text, tool)
    return figure.because


def unchecked(text, tool=None):
    return {
        f"{figure.row} | {figure.column}" for figure in recheck(text.encode(), "t", tool).of(Verdict.CANNOT_BE_CHECKED)
    }
