"""Whether a planted stand-in is found, and only it, over many data sets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scaling.table import Aim, Chapter, Table
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from explaining.effort import Effort
from explaining.planted import DISTRACTOR, PLANTED, Planted, plant, predict, proxies_of
from fateaudit.evaluation import Predict
from fateaudit.explainability import Proxies

STRONG, WEAK, DEALT, FITTED = "planted, strong", "planted, weak", "nothing planted", "planted, fitted model"
HEAD = (
    "data",
    "seeds",
    "planted found",
    "only it",
    "distractor named",
    "any other named",
    "risk, planted",
    "by chance",
    "carried by distractor",
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What happened over the seeds of one situation."""

    name: str
    seeds: int
    found: int
    only: int
    distractor: int
    others: int
    risk: float
    """Mean risk of the planted column."""
    carried: float
    """Mean share of the gap, without its sign, that the distractor carries."""
    chance: float
    """Mean of the risk that chance reaches in 5 of 100 deals."""

    def cells(self) -> tuple[str, ...]:
        """Return it as a row of a table."""
        counts = (self.seeds, self.found, self.only, self.distractor, self.others)
        return (self.name, *map(str, counts), f"{self.risk:.3f}", f"{self.chance:.3f}", f"{self.carried:.3f}")


def chapter(effort: Effort, say: Callable[[str], None]) -> Chapter:
    """Plant, look and count."""
    counted = []
    for name, looked in situations(effort):
        say(f"proxies: {name}")
        counted.append(count(name, [looked(seed) for seed in range(effort.rounds)]))
    by_name = {one.name: one for one in counted}
    note = (
        f"{effort.rows:,} rows each, half of each group, nine columns; the distractor tells the groups apart in nine "
        "of ten rows, and the known model does not use it. Where nothing is planted, groups are dealt at random. The "
        "fitted model is a logistic regression on all columns: it uses the distractor too, as the last column of the "
        "table says, and then the distractor is a stand-in."
    )
    table = Table("Stand-ins found and named", HEAD, tuple(one.cells() for one in counted), note)
    return Chapter((table,), tuple(_aims(by_name, effort.rounds)))


def _aims(by_name: dict[str, Counted], seeds: int) -> Iterator[Aim]:
    of = f"of {seeds}"
    yield Aim("proxies: planted found, strong", "at least", seeds, by_name[STRONG].found, of)
    yield Aim("proxies: only it, strong", "at least", round(0.9 * seeds), by_name[STRONG].only, of)
    yield Aim("proxies: distractor named, strong", "at most", 0, by_name[STRONG].distractor, of)
    yield Aim(
        "proxies: anything named, nothing planted", "at most", round(0.15 * seeds), seeds - by_name[DEALT].only, of
    )


def situations(effort: Effort) -> Iterator[tuple[str, Callable[[int], Proxies]]]:
    """Yield each situation with what looks at one seed of it."""
    yield STRONG, lambda seed: proxies_of(plant(seed, effort.rows))
    yield WEAK, lambda seed: proxies_of(plant(seed, effort.rows, strength=0.3))
    yield DEALT, lambda seed: proxies_of(dealt(seed, effort.rows))
    yield FITTED, lambda seed: proxies_of(made := plant(seed, effort.rows), score=fitted(made, seed))


def dealt(seed: int, rows: int) -> Planted:
    """Return rows whose groups go with nothing."""
    made = plant(seed, rows)
    return replace(made, groups=np.random.default_rng([seed, 1]).permutation(np.asarray(made.groups)).tolist())


def fitted(made: Planted, seed: int) -> Predict:
    """Return a logistic regression of outcomes drawn with the known model's probabilities."""
    frame = made.table.to_pandas()
    words = ["district", "street", "day"]
    encoder = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), words), remainder="passthrough")
    outcomes = np.random.default_rng([seed, 2]).random(len(frame)) < predict(made.table)
    model = make_pipeline(encoder, LogisticRegression(C=0.1, max_iter=1_000)).fit(frame, outcomes)

    def score(table: pa.Table) -> NDArray[np.float64]:
        return np.asarray(model.predict_proba(table.to_pandas())[:, 1], np.float64)

    return score


def count(name: str, found: list[Proxies]) -> Counted:
    """Count over the seeds."""
    named = [{one.column for one in each.columns if one.stands_out} for each in found]
    wanted: set[str] = set() if name == DEALT else {PLANTED}
    risks = [one.risk for each in found for one in each.columns if one.column == PLANTED]
    return Counted(
        name=name,
        seeds=len(found),
        found=sum(PLANTED in one for one in named),
        only=sum(one == wanted for one in named),
        distractor=sum(DISTRACTOR in one for one in named),
        others=sum(bool(one - {PLANTED, DISTRACTOR}) for one in named),
        risk=float(np.mean(risks)),
        carried=float(np.mean([abs(one.share) for each in found for one in each.columns if one.column == DISTRACTOR])),
        chance=float(np.mean([each.chance for each in found])),
    )
