"""A tree of questions, drawn from left to right: lines and bars as SVG, and where words stand beside them.

Words are HTML over the lines: inside SVG they come out broken in right-to-left scripts. An end has a line of its own,
so that sixteen of them fill half a page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from fateaudit.evidence import Tree, TreeNode
from fateaudit.report.text import readable

WIDTH, ROW = 174.0, 6.2
ENDS = 40.0
"""Millimetres: of the page, of an end's line, and of the column in which ends stand."""

BEFORE = 6.0
"""Between a line's bend and what it leads to: room for yes or no."""

BEND = 1.6
BAR_FROM, BAR = 10.0, 15.0
"""Where a bar begins in its column, and how long the longest is."""

_INK, _LINE = "#15181c", "#7c858f"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node's words stand, in millimetres from the left and from the top."""

    node: int
    way: str
    """Yes or no, by which it is reached; empty for the first."""
    is_end: bool
    left: str
    middle: str
    width: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn tree."""

    svg: str
    places: tuple[Place, ...]
    height: str


@dataclass(frozen=True, slots=True)
class _Spot:
    way: str
    depth: int
    middle: float


def draw(tree: Tree, bars: dict[int, tuple[float, bool]], line: float | None, *, says: str) -> Drawing:
    """Return the drawing of a tree; `says` is what a screen reader reads.

    `bars` has for each end how far its bar goes, 0 to 1, and whether it is filled; `line` is where the line between the
    two decisions runs through them, None where there is none to draw.
    """
    spots = _spots(tree)
    questions = max(spot.depth for spot in spots.values())
    step = (WIDTH - ENDS) / max(questions, 1)
    height = ROW * sum(node.asks is None for node in tree.nodes)
    lefts = {at: (WIDTH - ENDS if tree.nodes[at].asks is None else spot.depth * step) for at, spot in spots.items()}
    marks = [*_lines(tree, spots, lefts, step), *_bars(spots, bars)]
    if line is not None and bars:
        marks.append(_path(f"M{_bar_x(line):.2f} 0V{height:.2f}", width=0.35, dashes="1 .8"))
    title = escape(str(readable(says)))
    return Drawing(
        svg=f'<svg role="img" viewBox="0 0 {WIDTH:g} {height:.2f}"><title>{title}</title>{"".join(marks)}</svg>',
        places=tuple(_place(at, spots[at], tree.nodes[at], lefts[at], step) for at in spots),
        height=f"{height:.2f}",
    )


def _spots(tree: Tree) -> dict[int, _Spot]:
    """Return where each node stands: ends one under the other, yes above no, a question in the middle of its ways."""
    read = _read(tree)
    ends = [at for at, _, _ in read if tree.nodes[at].asks is None]
    middles = {at: (line + 0.5) * ROW for line, at in enumerate(ends)}
    # What follows from a question was read after it.
    for at, _, _ in reversed(read):
        if ways := tree.ways(tree.nodes[at]):
            middles[at] = sum(middles[way] for way in ways) / len(ways)
    return {at: _Spot(way, depth, middles[at]) for at, way, depth in read}


def _read(tree: Tree) -> list[tuple[int, str, int]]:
    """Return nodes as they are read, each with its way and its depth: a question, all after yes, all after no."""
    read, left = [], [(0, "", 0)]
    while left:
        at, way, depth = left.pop()
        read.append((at, way, depth))
        after = zip(("yes", "no"), tree.ways(tree.nodes[at]), strict=False)
        left += reversed([(place, said, depth + 1) for said, place in after])
    return read


def _lines(tree: Tree, spots: dict[int, _Spot], lefts: dict[int, float], step: float) -> Iterator[str]:
    """Yield the lines from each question to what follows from it."""
    for at, spot in spots.items():
        for after in tree.ways(tree.nodes[at]):
            start = lefts[at] + step - BEFORE - BEND
            bend = start + BEND
            target = spots[after].middle
            yield _path(f"M{start:.2f} {spot.middle:.2f}H{bend:.2f}V{target:.2f}H{lefts[after] - 0.6:.2f}")


def _bars(spots: dict[int, _Spot], bars: dict[int, tuple[float, bool]]) -> Iterator[str]:
    for at, (share, is_filled) in bars.items():
        length = min(max(share, 0.0), 1.0) * BAR
        top = spots[at].middle - 1.1
        box = f"M{_bar_x(0):.2f} {top:.2f}h{length:.2f}v2.2h-{length:.2f}z"
        fill = _INK if is_filled else "#fff"
        yield f'<path fill="{fill}" stroke="{_INK}" stroke-width=".3" d="{box}"/>'


def _bar_x(share: float) -> float:
    return WIDTH - ENDS + BAR_FROM + share * BAR


def _path(d: str, *, width: float = 0.25, dashes: str = "") -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<path fill="none" stroke="{_LINE}" stroke-width="{width:g}"{dashed} d="{d}"/>'


def _place(at: int, spot: _Spot, node: TreeNode, left: float, step: float) -> Place:
    is_end = node.asks is None
    width = ENDS if is_end else step - BEFORE - BEND
    return Place(at, spot.way, is_end, f"{left:.2f}", f"{spot.middle:.2f}", f"{width:.2f}")
