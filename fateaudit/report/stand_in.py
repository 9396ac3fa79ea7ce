"""The simple stand-in for the model: how much of it it repeats, and the tree of questions itself, drawn."""

from dataclasses import dataclass

from fateaudit.evidence import Surrogate, Tree, TreeNode
from fateaudit.policy import Policy
from fateaudit.policy.scales import as_written, scale_of
from fateaudit.policy.wording import capitalised, frequency, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report.columns import in_a_sentence, name_of, points
from fateaudit.report.text import shortened
from fateaudit.report.tree_plot import Drawing, Place, draw

NAMES = {"tree": "a tree of at most four questions in a row", "points": "a table of points"}

LONGEST_NAME, LONGEST_TEXT = 26, 22
MOST_PATHS = 3
"""Ends whose questions are written out: those with most rows."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands at one place of the drawing."""

    place: Place
    said: str
    beside: str
    """At an end: how many of 100 it stands for."""


@dataclass(frozen=True, slots=True)
class DrawnTree:
    """The tree, and how it is to be read."""

    drawing: Drawing
    words: tuple[Words, ...]
    headings: tuple[str, str]
    legend: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandIn:
    """What is told of the stand-in."""

    sentence: str
    fit: str
    tree: DrawnTree | None


def stand_in(record: AuditRecord) -> StandIn | None:
    """Return what the record tells of a simple stand-in; None where there is none."""
    found, policy = record.insights.surrogate, record.policy
    if found is None:
        return None
    if found.drawn is None or found.drawn.nodes[0].asks is None:
        # A tree that asks nothing gives every case the same score: there is nothing to draw.
        none = "" if found.drawn is None else " That tree asks nothing: no question about a column helped."
        return StandIn(sentence=f"{_repeats(found, policy)}{none}", fit="", tree=None)
    return StandIn(sentence=_repeats(found, policy), fit=_fit(found), tree=_drawn(found.drawn, policy))


def _repeats(found: Surrogate, policy: Policy) -> str:
    low, high = (_hundred(end) for end in found.interval)
    other = "points" if found.by == "tree" else "tree"
    return (
        f"{capitalised(NAMES.get(found.by, found.by))} repeats {_hundred(found.value)} of every 100 parts of how the "
        f"scores differ (could be {low} to {high}), on {units(policy)} it had not seen. {capitalised(NAMES[other])} "
        f"repeats {_hundred(found.tree if other == 'tree' else found.points)}. One fitted to shuffled scores repeats "
        f"{_hundred(found.baseline)}."
    )


def _hundred(share: float) -> str:
    return "fewer than 0" if round(100 * share) < 0 else f"{round(100 * share)}"


def _fit(found: Surrogate) -> str:
    """Return how near the tree is, where it stands: whoever copies the drawing copies this with it."""
    tree, points_ = (f"{one:z.2f}".replace("-", "\N{MINUS SIGN}") for one in (found.tree, found.points))
    more = "The tree repeats more" if found.tree > found.points else "The points repeat more; a tree can be drawn"
    if tree == points_:
        more = "Both repeat about as much"
    return (
        f"Fitted to the model’s outputs, not the model: R² {tree} on rows that it had not seen, the table of points "
        f"{points_}. {more}. Where it differs from the model, the model decides."
    )


def _drawn(tree: Tree, policy: Policy) -> DrawnTree:
    ends = {at: node for at, node in enumerate(tree.nodes) if node.asks is None}
    largest = max(abs(node.mean) for node in ends.values())
    bars = {} if policy.gives_numbers else {at: (node.mean, _is_over(node, policy)) for at, node in ends.items()}
    paths = _paths(tree, policy)
    by_rows = sorted(ends, key=lambda at: -tree.nodes[at].rows)
    says = f"A tree of {len(tree.nodes) - len(ends)} questions. {' '.join(paths[at] for at in ends)}"
    drawing = draw(tree, bars, None if policy.gives_numbers else policy.decision.threshold, says=says)
    return DrawnTree(
        drawing=drawing,
        words=tuple(_words(place, tree, policy, largest) for place in drawing.places),
        headings=("Number on average" if policy.gives_numbers else "Score on average", f"Of 100 {units(policy)}"),
        legend=_legend(policy),
        paths=tuple(paths[at] for at in by_rows[:MOST_PATHS]),
    )


def _is_over(node: TreeNode, policy: Policy) -> bool:
    line = policy.decision.threshold
    sides = {">=": node.mean >= line, ">": node.mean > line, "<=": node.mean <= line, "<": node.mean < line}
    return sides[policy.decision.at]


def _legend(policy: Policy) -> str:
    said = "Up is yes, down is no. Where nothing is recorded, the answer is no, unless the question says otherwise."
    line, words = policy.decision.threshold, policy.words
    if policy.gives_numbers:
        return f"{said} The line is at {as_written(line)}."
    return (
        f"{said} Dashed: the line at {points(line)}. Solid: on average {words.favourable}. Outline: on average "
        f"{words.adverse}; single {units(policy)} there can be on the other side."
    )


def _words(place: Place, tree: Tree, policy: Policy, largest: float) -> Words:
    node = tree.nodes[place.node]
    if node.asks is None:
        return Words(place, points(node.mean, scale=scale_of(policy, largest)), _of_100(node, tree))
    return Words(place, f"{_question(node, name_of(node.column, policy))}?", "")


def _of_100(node: TreeNode, tree: Tree) -> str:
    return frequency(node.rows / tree.nodes[0].rows, 100)


def _question(node: TreeNode, name: str, *, holds: bool = True) -> str:
    """Return a question as what is so where its answer is yes, or, unless it `holds`, no."""
    name = shortened(name, LONGEST_NAME)
    unrecorded = " or not recorded" if node.missing == ("yes" if holds else "no") else ""
    match node.asks:
        case "number":
            return f"{name} {'at most' if holds else 'over'} {_number(node.at_most or 0.0)}{unrecorded}"
        case "text":
            return f"{name} {'is' if holds else 'is not'} {shortened(node.text or '', LONGEST_TEXT)}"
        case _:
            return f"{name} {'not recorded' if holds else 'recorded'}"


def _number(value: float) -> str:
    return f"{value:,.12g}".replace("-", "\N{MINUS SIGN}")


def _paths(tree: Tree, policy: Policy) -> dict[int, str]:
    """Return for each end the questions that lead there, in words, and what is found there."""
    paths: dict[int, str] = {}
    left: list[tuple[int, dict[tuple[str, str, str, bool], str]]] = [(0, {})]
    scale = scale_of(policy, max(abs(node.mean) for node in tree.nodes))
    while left:
        at, before = left.pop()
        node = tree.nodes[at]
        if node.asks is None:
            where = f"Where {listed([*before.values()])}: " if before else ""
            said = f"{where}on average {points(node.mean, scale=scale)}"
            paths[at] = f"{said}; {_of_100(node, tree)} of every 100 {units(policy)}."
            continue
        name = in_a_sentence(node.column, policy)
        for way, holds in zip(tree.ways(node), (True, False), strict=True):
            # Of two questions about one number, the later one is the narrower.
            asked = (node.asks, node.column, node.text or "", holds)
            left.append((way, {**before, asked: _question(node, name, holds=holds)}))
    return paths
