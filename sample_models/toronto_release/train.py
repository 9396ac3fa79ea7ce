"""Makes `model.skops` and `evaluation.csv` from `arrests.csv`, and prints what an audit of them needs to know.

It does not audit anything: `fateaudit.yaml` beside this file says what is to be measured, against which limits.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import numpy as np
import pandas as pd
import skops.io
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

HERE = Path(__file__).resolve().parent

SEED = 20261121
"""Draws the half that is held out. It is the day the sample was made, fixed before any figure had been seen and never
searched; `--splits` shows how much hangs on it."""

WORDS = ["sex", "employed", "citizen"]
NUMBERS = ["age", "checks"]
"""With `WORDS`, everything the model is shown. Colour is left out, as a vendor would leave it out; so is the year,
which no later case can share."""

DECIMALS = 6
"""Places kept of each number in the model, so that another processor's last digit does not change its bytes."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, the threshold that goes with it, and the two halves of the table, each in the order of the table."""

    model: Pipeline
    threshold: float
    training: pd.DataFrame
    evaluation: pd.DataFrame

    def suggests_release(self, rows: pd.DataFrame) -> pd.Series:
        """Say for each row whether the model suggests release with a summons."""
        return pd.Series(score(self.model, rows) >= self.threshold, index=rows.index)


def train(table: pd.DataFrame, seed: int) -> Trained:
    """Fit on one half of `table`, drawn within each colour, and set the threshold there; leave the other half alone."""
    halves = train_test_split(table, test_size=0.5, stratify=table["colour"], random_state=seed)
    training, evaluation = (half.sort_index() for half in halves)
    columns = [
        ("words", OneHotEncoder(drop="if_binary", sparse_output=False), WORDS),
        ("numbers", StandardScaler(), NUMBERS),
    ]
    inputs = ColumnTransformer(columns, verbose_feature_names_out=False)
    model = Pipeline([("inputs", inputs), ("logistic", LogisticRegression())])
    model.fit(training[WORDS + NUMBERS], training["released"].to_numpy(dtype=str))
    shorten(model)
    return Trained(model, choose_threshold(model, training), training, evaluation)


def shorten(model: Pipeline) -> None:
    """Round every number that `model` learned to `DECIMALS` places."""
    scaler, logistic = model["inputs"].named_transformers_["numbers"], model["logistic"]
    for owner, names in ((scaler, ("mean_", "var_", "scale_")), (logistic, ("coef_", "intercept_"))):
        for name in names:
            setattr(owner, name, np.round(getattr(owner, name), DECIMALS))


def score(model: Pipeline, rows: pd.DataFrame) -> np.ndarray:
    """Give the model's probability of "released: Yes" for each row."""
    return np.asarray(model.predict_proba(rows[WORDS + NUMBERS]))[:, list(model.classes_).index("Yes")]


def choose_threshold(model: Pipeline, training: pd.DataFrame) -> float:
    """Find the threshold, in thousandths, that releases as nearly as possible as many as officers released.

    At .5 the model would suggest release for almost everyone and would differ little from having no model.
    """
    released = (training["released"] == "Yes").sum()
    scores = score(model, training)
    return min((n / 1000 for n in range(1001)), key=lambda threshold: abs((scores >= threshold).sum() - released))


def canonical(data: bytes) -> bytes:
    """Rewrite a .skops file so that the same model always has the same bytes.

    skops names each part after its address in memory and stamps each member with the clock. Here the parts are
    numbered in order of appearance, and all members bear the first date that a zip file can hold.
    """
    with ZipFile(io.BytesIO(data)) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    numbers: dict[str, int] = {}

    def number(identity: str) -> int:
        return numbers.setdefault(identity, len(numbers) + 1)

    def rename(member: str) -> str:
        stem, dot, suffix = member.partition(".")
        return f"{number(stem)}{dot}{suffix}"

    def renumber(node: Any) -> Any:
        if isinstance(node, list):
            return [renumber(item) for item in node]
        if not isinstance(node, dict):
            return node
        fresh: dict[str, int | str] = {"__id__": number(str(node["__id__"]))} if "__id__" in node else {}
        if node.get("file") in members:
            fresh["file"] = rename(node["file"])
        return {key: fresh.get(key) or renumber(value) for key, value in node.items()}

    schema = json.dumps(renumber(json.loads(members.pop("schema.json"))), separators=(",", ":")).encode()
    renamed = {rename(name): content for name, content in members.items()}
    target = io.BytesIO()
    with ZipFile(target, "w") as packed:
        for name in sorted(renamed, key=lambda name: int(name.partition(".")[0])):
            packed.writestr(stamped(name), renamed[name])
        packed.writestr(stamped("schema.json"), schema)
    return target.getvalue()


def stamped(name: str) -> ZipInfo:
    """Describe a zip member that carries neither a date nor an operating system: stored, 1980, "Unix" everywhere."""
    info = ZipInfo(name)
    info.create_system = 3
    return info


def write(trained: Trained, folder: Path) -> None:
    """Write both files, after making sure that the model which can be read back gives the same scores."""
    data = canonical(skops.io.dumps(trained.model))
    # `loads` without a list of trusted types refuses every type that skops does not itself know to be harmless.
    again = skops.io.loads(data)
    if not np.array_equal(score(again, trained.evaluation), score(trained.model, trained.evaluation)):
        message = "the canonical model scores the held-out half differently"
        raise RuntimeError(message)
    (folder / "model.skops").write_bytes(data)
    trained.evaluation.to_csv(folder / "evaluation.csv", index=False, lineterminator="\n")


def shares(trained: Trained) -> dict[str, str | float]:
    """Measure the held-out half of one split; the names are those of the table in README.md."""
    rows = trained.evaluation
    suggested, recorded = trained.suggests_release(rows), rows["released"] == "Yes"
    refused = ~suggested

    def by(column: str, value: str) -> pd.Series:
        return rows[column] == value

    black, white = by("colour", "Black"), by("colour", "White")
    return {
        "suggested for release, Black / White (ratio)": suggested[black].mean() / suggested[white].mean(),
        "not released by officers, Black": (~recorded)[black].mean(),
        "not released by officers, White": (~recorded)[white].mean(),
        "not suggested, Black": refused[black].mean(),
        "not suggested, White": refused[white].mean(),
        "not suggested, Black / White (ratio)": refused[black].mean() / refused[white].mean(),
        "not suggested, women": refused[by("sex", "Female")].mean(),
        "not suggested, men": refused[by("sex", "Male")].mean(),
        "not suggested, citizens": refused[by("citizen", "Yes")].mean(),
        "not suggested, not citizens": refused[by("citizen", "No")].mean(),
        "not suggested though released, all": refused[recorded].mean(),
        "not suggested though released, Black": refused[recorded & black].mean(),
        "not suggested though released, White": refused[recorded & white].mean(),
        "agreement with officers, model": (suggested == recorded).mean(),
        "agreement with officers, releasing everyone": recorded.mean(),
        "threshold": trained.threshold,
    }


def compare_splits(table: pd.DataFrame, others: int) -> None:
    """Print `shares` of the sample's split, and their range over `others` more, drawn with the seeds 1, 2 and so on."""
    splits = pd.DataFrame({seed: shares(train(table, seed)) for seed in (SEED, *range(1, others + 1))})
    print(f"| held-out half | seed {SEED} | lowest of seeds 1 to {others} | highest |")
    print("|---|--:|--:|--:|")
    for name, values in splits.iterrows():
        rest = values.drop(SEED)
        print(f"| {name} | {values[SEED]:.3f} | {rest.min():.3f} | {rest.max():.3f} |")


def describe(trained: Trained, folder: Path) -> None:
    """Print the figures and digests that a policy file pins."""
    model = trained.model
    print(f"threshold   {trained.threshold:.3f}, release when the score is at or above it")
    for name, half in (("training", trained.training), ("evaluation", trained.evaluation)):
        released, suggested = (half["released"] == "Yes").sum(), trained.suggests_release(half).sum()
        print(f"{name:<11} {len(half)} rows; released by officers {released}, suggested by the model {suggested}")
    print(f"classes     {', '.join(model.classes_)}")
    names = model["inputs"].get_feature_names_out()
    weights = zip(names, model["logistic"].coef_[0], strict=True)
    print(f"weights     {', '.join(f'{name} {weight:+.3f}' for name, weight in weights)}")
    for path in (HERE / "arrests.csv", folder / "evaluation.csv", folder / "model.skops"):
        print(f"sha256      {hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")


def main() -> None:
    """Make the sample, or compare splits without writing anything."""
    parser = argparse.ArgumentParser(description="Make the sample's model and its held-out half from arrests.csv.")
    parser.add_argument("--into", type=Path, default=HERE, metavar="FOLDER", help="write there instead of beside this")
    parser.add_argument("--splits", type=int, metavar="N", help="write nothing; measure N other splits")
    options = parser.parse_args()

    table = pd.read_csv(HERE / "arrests.csv")
    if options.splits:
        compare_splits(table, options.splits)
        return
    trained = train(table, SEED)
    write(trained, options.into)
    describe(trained, options.into)


if __name__ == "__main__":
    main()
