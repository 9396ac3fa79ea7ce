"""One hundred marks, some of them filled, as SVG. Squares: filled dots were read as people."""

from html import escape

from fateaudit.report.text import readable

_SIDE = 10
_INK, _RING = "#15181c", "#5a636d"


def draw(filled: int, *, says: str) -> str:
    """Return ten rows of ten marks, filled from the bottom; `says` is what a screen reader reads."""
    solid, open_ = [], []
    for place in range(_SIDE * _SIDE):
        x, y = place % _SIDE * 10, 90 - place // _SIDE * 10
        if place < filled:
            solid.append(f"M{x + 0.8:g} {y + 0.8:g}h8.4v8.4h-8.4z")
        else:
            open_.append(f"M{x + 1.4:g} {y + 1.4:g}h7.2v7.2h-7.2z")
    return (
        f'<svg role="img" viewBox="0 0 100 100"><title>{escape(str(readable(says)))}</title>'
        f'<path d="{"".join(solid)}" fill="{_INK}"/>'
        f'<path d="{"".join(open_)}" fill="none" stroke="{_RING}" stroke-width=".9"/></svg>'
    )
