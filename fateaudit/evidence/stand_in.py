"""The simple stand-in, a tree of questions that can be drawn: how much of the model it and a table of points repeat."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from fateaudit.documents import Frozen
from fateaudit.evidence.numbers import Figure, Interval

MOST_NODES = 31
"""Of a tree of four questions in a row."""


class TreeNode(Frozen):
    """A question and its two ways on, or an end and what is said there."""

    asks: Literal["number", "text", "missing"] | None
    """Whether a number is at most so much, a text is this one, or nothing was recorded; None at an end."""
    column: str = ""
    """The raw column that is asked about."""
    at_most: Figure | None = None
    text: str | None = None
    missing: Literal["yes", "no"] | None = None
    """Which way rows go that have no number there; None where every row has one."""
    yes: int | None = None
    no: int | None = None
    """Places of the two nodes that follow."""
    rows: Annotated[int, Field(ge=1)]
    """Of those that the tree was fitted to."""
    mean: Figure
    """Mean output of the model over these rows."""

    @model_validator(mode="after")
    def _is_whole(self) -> "TreeNode":
        fits = {
            None: self.at_most is None and self.text is None,
            "number": self.at_most is not None and self.text is None,
            "text": self.at_most is None and self.text is not None,
            "missing": self.at_most is None and self.text is None,
        }
        has_ways = (self.yes is not None, self.no is not None)
        if not fits[self.asks] or has_ways != ((self.asks is not None,) * 2):
            raise ValueError("a node is a question with two ways on, or an end")
        return self


class Tree(Frozen):
    """Questions in order: the first is the root, and every node stands before those that follow from it."""

    nodes: Annotated[tuple[TreeNode, ...], Field(min_length=1, max_length=MOST_NODES)]

    @model_validator(mode="after")
    def _is_a_tree(self) -> "Tree":
        """Refuse what a reader could be led round in: every node but the first follows from one before it, once."""
        follow = [(place, after) for place, node in enumerate(self.nodes) for after in (node.yes, node.no)]
        reached = [after for place, after in follow if after is not None and place < after]
        if sorted(reached) != list(range(1, len(self.nodes))):
            raise ValueError("these nodes are no tree")
        if any(node.asks and node.rows != sum(self.nodes[way].rows for way in self.ways(node)) for node in self.nodes):
            raise ValueError("rows are lost in this tree")
        return self

    def ways(self, node: TreeNode) -> tuple[int, ...]:
        """Return the places of the nodes that follow: that of yes, that of no; none at an end."""
        return tuple(way for way in (node.yes, node.no) if way is not None)


class Surrogate(Frozen):
    """How much of the model a simple stand-in repeats on rows it has not seen."""

    by: str
    value: Figure
    interval: Interval
    tree: Figure
    points: Figure
    baseline: Figure
    drawn: Annotated[Tree | None, Field(exclude_if=lambda tree: tree is None)] = None
    """The tree itself, fitted to outputs of the model; absent from a record from before there was this."""
