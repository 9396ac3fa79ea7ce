"""What attributions cost beside shap's, on the same models and rows, at the error that each makes."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from statistics import median

import numpy as np
import pandas as pd
import pyarrow as pa
import shap
from numpy.typing import NDArray
from scaling.table import Aim, Chapter, Table
from scaling.timing import Ratio, by_turns, timed
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from explaining.effort import Effort
from explaining.families import found as explained
from explaining.families import values_of
from explaining.pages import COST, TREES
from fateaudit.explainability import EXPLAINERS, Game, Means, Route
from fateaudit.explainability.mixing import Encoded, encoded
from fateaudit.explainability.routes import Ask
from fateaudit.worker.estimators import open_estimator
from fateaudit.worker.leaves import by_leaves, trees_of
from fateaudit.worker.opened import Wish

Floats = NDArray[np.float64]

WORDS, NUMBERS = [f"w{place}" for place in range(4)], [f"n{place}" for place in range(6)]
BACKGROUND, EXACT = 50, 12
ROWS, LEAF_ROWS = 200, 500
"""An audit explains 100 to 2,000, and what is worked out once, for a model or for a leaf, is shared by all of them."""

ONLY = {Route.PERMUTATION: EXPLAINERS[Route.PERMUTATION]}
PERMUTATIONS = (1, 2, 4)
HEAD = ("model", "side", "seconds", "µs a row", "error", "seconds at our error")
MODELS: dict[str, Callable[[], object]] = {
    "gradient boosting": lambda: GradientBoostingClassifier(n_estimators=100, random_state=0),
    "hist gradient boosting": lambda: HistGradientBoostingClassifier(max_iter=100, random_state=0),
    "forest": lambda: RandomForestClassifier(100, min_samples_leaf=5, random_state=0, n_jobs=1),
}
NOTE = (
    f"{ROWS} rows of ten raw columns, four of them text, 22 encoded; {BACKGROUND} background rows; one thread, no "
    f"process of its own. *Error*: root mean square against values over all 1,024 subsets ({EXACT} rows), as a "
    "share of their own. An estimate from orders errs half as much at four times the cost: so what shap's "
    "permutations would take to err as little as ours, from their errors with one, two and four orders, and what "
    "ours would take to err as much as its trees, which have one error and one cost. shap's permutations are "
    "given a function of raw columns that mixes encoded rows, the fastest way there is; its trees are asked about "
    "encoded rows, and their values are summed into raw columns. *Model alone* scores as many rows, of the same "
    "kind, as ours have it score."
)
TREES_HEAD = ("model", "as run", "error of shap's trees", "error of ours", "at equal error")
TREES_NOTE = (
    "How many times as long shap's interventional trees take as ours, on the same rows: below 1 they are faster. *As "
    "run*: each as it is, with the lowest and highest round. *At equal error*: with as few orders as make ours err as "
    "much as they do, which have one error and one cost; this one is held against the aim. Forests are explained leaf "
    "by leaf, which is exact, so that no cost makes shap's trees err as little. Of boosted trees an audit takes shap's "
    "values where their error, measured on some rows, is within 0.02 standard deviations of the output, and pays what "
    "they cost."
)


@dataclass(frozen=True, slots=True)
class Bench:
    """One model, with the rows that all sides explain."""

    name: str
    game: Game
    through: Encoded
    ask: Ask
    final: object
    rows: Floats
    """Encoded."""
    exact: Floats


@dataclass(frozen=True, slots=True)
class Measured:
    """The rows of one model in each table, and its aims."""

    cells: list[tuple[str, ...]]
    beside: list[tuple[str, ...]]
    aims: list[Aim]


def chapter(effort: Effort, say: Callable[[str], None]) -> Chapter:
    """Measure each model by turns of all sides."""
    cells: list[tuple[str, ...]] = []
    beside: list[tuple[str, ...]] = []
    aims: list[Aim] = []
    for name in MODELS:
        say(f"cost: {name}")
        # Threads that wait for each other on a busy machine would be what is measured.
        with threadpool_limits(1):
            found = measured(a_bench(name, ROWS if effort.name == "full" else ROWS // 4), min(effort.rounds, 3))
            if name == "forest":
                by_leaf(found, a_bench(name, LEAF_ROWS), min(effort.rounds, 3))
        cells += found.cells
        beside += found.beside
        aims += found.aims
    tables = Table(COST, HEAD, tuple(cells), NOTE), Table(TREES, TREES_HEAD, tuple(beside), TREES_NOTE)
    return Chapter(tables, tuple(aims))


def a_bench(name: str, rows: int) -> Bench:
    """Fit a model and work out exact values of some rows."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame({word: random.choice(list("abcd"), 2_000) for word in WORDS}, dtype=object)
    frame[NUMBERS] = random.normal(size=(2_000, len(NUMBERS)))
    logit = 1.5 * frame.n0 * (frame.n2 > 0) + frame.n1 - 0.8 * frame.n3 + 1.5 * (frame.w0 == "a") * (frame.n0 > 0)
    outcome = random.random(2_000) < 1 / (1 + np.exp(-logit))
    words = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    steps = ColumnTransformer([("words", words, WORDS), ("numbers", StandardScaler(), NUMBERS)])
    model = make_pipeline(steps, MODELS[name]()).fit(frame, outcome)
    opened = open_estimator(model, Wish())
    tables = [pa.Table.from_pandas(frame[part], preserve_index=False) for part in (slice(rows), slice(500, 550))]
    game = Game.from_tables(lambda table: opened.predict(table)[:, 1], *tables, background=BACKGROUND)
    ask = Ask(game, np.arange(rows), opened.inside, 10**9, 2, 0)
    through = encoded(ask)
    if through is None or opened.inside is None:
        raise RuntimeError("this model's rows were to be mixed after encoding")
    return Bench(name, game, through, ask, model[-1], opened.inside.encode(tables[0]), exact_values(game))


def exact_values(game: Game) -> Floats:
    """Return Shapley values of the first rows over all subsets of columns."""
    columns = len(game.columns)
    subsets = np.array(list(product([False, True], repeat=columns)))
    values = np.zeros((EXACT, columns))
    for row in range(EXACT):
        worth = game.worth(np.full(len(subsets), row), subsets).reshape((2,) * columns)
        sizes = subsets.sum(axis=1).reshape((2,) * columns)
        for column in range(columns):
            without, size = worth.take(0, axis=column), sizes.take(0, axis=column)
            weights = np.vectorize(lambda number: 1 / (columns * math.comb(columns - 1, number)))(size)
            values[row, column] = ((worth.take(1, axis=column) - without) * weights).sum()
    return values


def measured(bench: Bench, rounds: int) -> Measured:
    """Return the rows of one model and its aims."""
    rows = len(bench.ask.rows)
    means = Means(bench.ask.inside, routes=ONLY, precision=math.inf)
    answers = {"ours": lambda: values_of(bench.game, means)}
    answers |= {f"shap permutations, {number}": by_shap_orders(bench, number) for number in PERMUTATIONS}
    if bench.name != "hist gradient boosting":  # of which shap's trees are wrong
        answers["shap trees"] = by_shap_trees(bench)
    sides = {name: timed(answer) for name, answer in answers.items()} | {"model alone": timed(alone(bench))}
    timings = by_turns(sides, rounds)
    scale = np.sqrt((bench.exact**2).mean())
    errors = {
        name: float(np.sqrt(((answer()[:EXACT] - bench.exact) ** 2).mean()) / scale) for name, answer in answers.items()
    }
    # Of several estimates: one alone may be lucky.
    ours = median(error_of_ours(bench, means, seed, scale) for seed in range(5))
    orders = median((errors[f"shap permutations, {number}"] / ours) ** 2 * number for number in PERMUTATIONS)
    per_order = timings.middle(f"shap permutations, {PERMUTATIONS[-1]}") / PERMUTATIONS[-1]
    cells = []
    for name in sides:
        seconds = timings.middle(name)
        equal = f"{orders * per_order:.2f}" if name == f"shap permutations, {PERMUTATIONS[-1]}" else ""
        error = f"{100 * (ours if name == 'ours' else errors[name]):.1f} %" if name in errors else ""
        cells.append((bench.name, name, f"{seconds:.3f}", f"{1e6 * seconds / rows:,.0f}", error, equal))
    permutations = orders * per_order / timings.middle("ours")
    aims = [
        Aim(f"{bench.name}: shap's permutations beside ours, at equal error", "at least", 5, permutations),
        Aim.of(f"{bench.name}: ours beside the model alone", "at most", 2.5, timings.ratio("ours", "model alone")),
    ]
    found = Measured(cells, [], aims)
    if "shap trees" in sides and bench.name != "forest":
        _beside_trees(found, bench.name, timings.ratio("shap trees", "ours"), (errors["shap trees"], ours))
    return found


def _beside_trees(found: Measured, name: str, as_run: Ratio, errors: tuple[float, float]) -> None:
    """Add both ratios, and hold the one at equal error against its aim: as run, the two sides err unlike."""
    theirs, ours = errors
    equal = as_run.middle * (theirs / ours) ** 2
    found.beside.append((name, str(as_run), f"{100 * theirs:.1f} %", f"{100 * ours:.1f} %", f"{equal:.3g}"))
    found.aims.append(Aim(f"{name}: shap's trees beside ours, at equal error", "at least", 1, equal))


def by_leaf(found: Measured, bench: Bench, rounds: int) -> None:
    """Add what a forest's values cost leaf by leaf: they are exact, so that shap's trees cannot err as little."""
    background = np.repeat(bench.through.background, bench.game.background.counts, axis=0)
    trees = trees_of(bench.final)
    if trees is None:
        raise RuntimeError("the forest was to be taken apart")

    def ours() -> Floats:
        return by_leaves(trees, bench.rows, background, bench.through.made_of, len(bench.game.columns))[:, :, 1]

    theirs = by_shap_trees(bench)
    as_run = by_turns({"theirs": timed(theirs), "ours": timed(ours)}, rounds).ratio("theirs", "ours")
    scale = np.sqrt((bench.exact**2).mean())
    off = [np.sqrt(((answer()[:EXACT] - bench.exact) ** 2).mean()) / scale for answer in (theirs, ours)]
    name = f"{bench.name}, leaf by leaf, {len(bench.rows)} rows"
    found.beside.append((name, str(as_run), f"{100 * off[0]:.1f} %", f"{100 * off[1]:.0e} %", f"≥ {as_run.middle:.3g}"))
    found.aims.append(Aim.of(f"{bench.name}: shap's trees beside ours, leaf by leaf", "at least", 5, as_run))


def error_of_ours(bench: Bench, means: Means, seed: int, scale: float) -> float:
    """Return the error of our values for another draw of orders."""
    values = values_of(bench.game, replace(means, seed=seed))[:EXACT]
    return float(np.sqrt(((values - bench.exact) ** 2).mean()) / scale)


def by_shap_orders(bench: Bench, orders: int) -> Callable[[], Floats]:
    """Return shap's permutation explainer over raw columns, as codes."""
    game, columns = bench.game, len(bench.game.columns)
    background = np.repeat(game.background.codes, game.background.counts, axis=0)
    everything = np.concatenate([game.rows, background])
    numbers = bench.through.inside.encode(game.coded.table(everything))
    # For each value of each column, a row that says it.
    first = [{code: row for row, code in enumerate(everything[:, column])} for column in range(columns)]
    places = [np.array([one.get(code, 0) for code in range(max(one) + 1)]) for one in first]

    def score(codes: Floats) -> Floats:
        at = np.stack([places[column][codes[:, column].astype(int)] for column in range(columns)], axis=1)
        mixed = numbers[at[:, bench.through.made_of], np.arange(numbers.shape[1])]
        return bench.through.inside.score(mixed)[:, 1]

    def answer() -> Floats:
        masker = shap.maskers.Independent(background.astype(float), max_samples=len(background))
        explainer = shap.PermutationExplainer(score, masker, seed=0)
        asked = orders * (2 * columns + 1)
        return np.asarray(explainer(game.rows.astype(float), max_evals=asked, silent=True).values)

    return answer


def by_shap_trees(bench: Bench) -> Callable[[], Floats]:
    """Return shap's interventional trees, summed into raw columns."""
    background = np.repeat(bench.through.background, bench.game.background.counts, axis=0)

    def answer() -> Floats:
        masker = shap.maskers.Independent(background, max_samples=len(background))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            explainer = shap.TreeExplainer(
                bench.final, data=masker, feature_perturbation="interventional", model_output="probability"
            )
            values = np.asarray(explainer.shap_values(bench.rows, check_additivity=False))
        values = values[:, :, 1] if values.ndim == 3 else values  # noqa: PLR2004 - one output, or one for each class
        made_of = bench.through.made_of
        return np.stack([values[:, made_of == column].sum(axis=1) for column in range(len(bench.game.columns))], axis=1)

    return answer


def alone(bench: Bench) -> Callable[[], None]:
    """Return the model scoring as many mixed rows as ours has it score, a batch at a time, mixed beforehand."""
    asked = [0]

    class Counted:
        """The inside, which counts."""

        def __getattr__(self, name: str) -> object:
            return getattr(bench.through.inside, name)

        def score(self, rows: Floats) -> Floats:
            asked[0] += len(rows)
            return bench.through.inside.score(rows)

    explained(bench.game, Means(Counted(), routes=ONLY, precision=math.inf))
    random = np.random.default_rng(1)
    size = 32_768
    is_row = random.random((size, bench.rows.shape[1])) < 0.5  # noqa: PLR2004 - half of the columns
    background = bench.through.background[random.integers(0, len(bench.through.background), size)]
    batch = np.where(is_row, bench.rows[random.integers(0, len(bench.rows), size)], background)

    def answer() -> None:
        for start in range(0, asked[0], size):
            bench.through.inside.score(batch[: asked[0] - start])

    return answer
