"""Whatever is wrong with what comes in: one paragraph with what, where and what to type, and the right code.

Each case is the sample with one thing spoiled. Nothing is written, no traceback is shown, and no value of a row is
repeated: the rows carry SECRET so that it would be seen.
"""

import csv
import io
import json
import os
import pickle
import re
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import cache

import joblib
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import skops.io
from conftest import NOON, SAMPLE, without_checklist
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from fateaudit.auditing import audit
from fateaudit.cli import main

SECRET = "SECRET-7f3a"  # noqa: S105 - planted in the rows, to be looked for
ROWS = 60
GATE = ("gate", "fateaudit.yaml")


@cache
def sample_policy():
    return re.sub(r"  sha256: .*\n", "", without_checklist((SAMPLE / "fateaudit.yaml").read_text(encoding="utf-8")))


@cache
def sample_rows():
    """The first rows of the sample; who they are is replaced by a secret."""
    with (SAMPLE / "evaluation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[: ROWS + 1]
    return [rows[0], *([f"{SECRET}-{number}", *row[1:]] for number, row in enumerate(rows[1:]))]


def as_csv(rows, **options):
    file = io.StringIO()
    csv.writer(file, lineterminator="\n", **options).writerows(rows)
    return file.getvalue()


# What is spoiled: a function of the folder.


def policy(old, new):
    def edit(folder):
        text = (folder / "fateaudit.yaml").read_text(encoding="utf-8")
        assert old in text
        (folder / "fateaudit.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    return edit


def both(*edits):
    def edit(folder):
        for one in edits:
            one(folder)

    return edit


def file(name, content):
    def edit(folder):
        made = content(folder) if callable(content) else content
        (folder / name).write_bytes(made if isinstance(made, bytes) else made.encode())

    return edit


def without(name):
    return lambda folder: (folder / name).unlink()


def column(name, *values):
    """Put `values` into the first rows of a column."""

    def edit(folder):
        rows = list(csv.reader(io.StringIO((folder / "evaluation.csv").read_text(encoding="utf-8"))))
        place = rows[0].index(name)
        for row, value in zip(rows[1:], values, strict=False):
            row[place] = value
        (folder / "evaluation.csv").write_text(as_csv(rows), encoding="utf-8")

    return edit


def added(name, *values):
    """Add a column that repeats `values`."""

    def edit(folder):
        rows = list(csv.reader(io.StringIO((folder / "evaluation.csv").read_text(encoding="utf-8"))))
        wide = [[*rows[0], name], *([*row, values[n % len(values)]] for n, row in enumerate(rows[1:]))]
        (folder / "evaluation.csv").write_text(as_csv(wide), encoding="utf-8")

    return edit


def data(change):
    """Replace the data by `change(rows)` as text."""
    return lambda folder: (folder / "evaluation.csv").write_bytes(
        made if isinstance(made := change([list(row) for row in sample_rows()]), bytes) else made.encode()
    )


def parquet(**columns):
    """Give the data as Parquet, with some columns of another type."""

    def content(_folder):
        rows = sample_rows()
        table = {name: [row[place] for row in rows[1:]] for place, name in enumerate(rows[0])}
        table |= {name: pa.array(values) if isinstance(values, list) else values for name, values in columns.items()}
        target = io.BytesIO()
        pq.write_table(pa.table(table), target)
        return target.getvalue()

    return file("evaluation.csv", content)


def frame():
    rows = sample_rows()
    return pd.DataFrame(rows[1:], columns=rows[0]).astype({"age": float, "checks": float})


def model(make):
    """Replace the model by what `make(rows, labels)` returns."""

    def content(_folder):
        rows = frame()
        return skops.io.dumps(make(rows, rows["released"].to_numpy(dtype=str)))

    return file("model.skops", content)


def fitted(rows, labels, **columns):
    """A logistic regression of age and employment, of other columns when they are given."""
    inputs = ColumnTransformer([("words", OneHotEncoder(), ["employed"])], remainder="passthrough")
    return make_pipeline(inputs, LogisticRegression()).fit(rows[["age", "employed"]].assign(**columns), labels)


def packed(change):
    """Take the sample's model apart, let `change` edit its members by name, and put it together again."""

    def content(folder):
        with zipfile.ZipFile(folder / "model.skops") as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        change(members)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, member in members.items():
                archive.writestr(name, member)
        return target.getvalue()

    return file("model.skops", content)


def asks_for(name):
    """Let the model ask for another type than it is made of."""

    def change(members):
        schema = json.loads(members["schema.json"])
        schema["__module__"], schema["__class__"] = name.rsplit(".", 1)
        members["schema.json"] = json.dumps(schema).encode()

    return packed(change)


def claims_to_unpack_to(size):
    """Write another size into the directory of the zip file, as a bomb would have it."""

    def content(folder):
        whole = bytearray((folder / "model.skops").read_bytes())
        entry = whole.rindex(b"PK\x01\x02")
        whole[entry + 24 : entry + 28] = struct.pack("<I", size)
        return bytes(whole)

    return file("model.skops", content)


def cut(name, part):
    """Keep the first part of a file."""
    return file(name, lambda folder: (whole := (folder / name).read_bytes())[: int(len(whole) * part)])


PREDICTED = both(policy("path: model.skops", "path: none"), added("said", "Yes", "No"))
"""The sample with predictions instead of a model."""

LIMIT = "limit: { min: 0.80 }"
SENSITIVE = '    - name: sex\n      label: "Sex"\n'
FIRST_WHY = re.search(r"    why: .*\n", sample_policy())[0]
THRESHOLD = 'decision: { threshold: 0.733, at: ">=" }'


@dataclass(frozen=True)
class Case:
    """One thing spoiled, and what must be said about it."""

    edit: object
    code: int
    what: str
    """In the first line."""
    where: str
    """In one of the lines below."""
    hint: str
    """In the last line."""
    command: tuple = GATE


FILES = {
    "no policy": Case(
        without("fateaudit.yaml"), 2, "the policy or record fateaudit.yaml does not exist", "", "give the path"
    ),
    "a policy by nearly its name": Case(
        lambda _: None, 2, "does not exist", "", 'Did you mean "fateaudit.yaml"?', ("gate", "fateaudit.yml")
    ),
    "a folder for a policy": Case(lambda _: None, 2, "is a folder, not a file", "", "give the path", ("gate", ".")),
    "the data given for the policy": Case(
        lambda _: None, 2, "evaluation.csv is not a policy", "", "version: 1", ("gate", "evaluation.csv")
    ),
    "data that are YAML given for the policy": Case(
        file("rows.yaml", f"{SECRET}: 1\n{SECRET}: 2\n"),
        2,
        "rows.yaml is not a policy",
        "",
        "version: 1",
        ("gate", "rows.yaml"),
    ),
    "the model given for the policy": Case(
        lambda _: None, 2, "model.skops is not a policy", "", "version: 1", ("gate", "model.skops")
    ),
    "an empty policy": Case(file("fateaudit.yaml", ""), 2, "is not a policy", "", "version: 1"),
    "no model": Case(
        without("model.skops"),
        2,
        "model.skops does not exist",
        "fateaudit.yaml:17   path: model.skops",
        "write model.path",
    ),
    "no data": Case(
        without("evaluation.csv"), 2, "evaluation.csv does not exist", "path: evaluation.csv", "write dataset.path"
    ),
    "a folder for data": Case(
        policy("path: evaluation.csv", "path: ."), 2, "holds no Parquet file", "path: .", "a folder of files"
    ),
    "a file where a folder should be": Case(
        policy("path: evaluation.csv", "path: model.skops/rows.csv"),
        2,
        "does not exist",
        "rows.csv",
        "write dataset.path",
    ),
    "a device for data": Case(
        policy("path: evaluation.csv", "path: /dev/null"), 2, "is a device or a pipe", "/dev/null", "write dataset.path"
    ),
    "a link to nothing for data": Case(
        both(without("evaluation.csv"), lambda folder: (folder / "evaluation.csv").symlink_to("gone.csv")),
        2,
        "does not exist",
        "path: evaluation.csv",
        "write dataset.path",
    ),
    "a link to itself for data": Case(
        both(without("evaluation.csv"), lambda folder: (folder / "evaluation.csv").symlink_to("evaluation.csv")),
        1,
        "cannot be read",
        "path: evaluation.csv",
        "check the path",
    ),
    "a pipe for data": Case(
        both(without("evaluation.csv"), lambda folder: os.mkfifo(folder / "evaluation.csv")),
        2,
        "is a device or a pipe",
        "path: evaluation.csv",
        "write dataset.path",
    ),
    "another model than the pinned one": Case(
        policy("path: model.skops", f"path: model.skops\n  sha256: {'a' * 64}"),
        1,
        "model.skops is not the file that the policy pins",
        "the file's sha256 is",
        "find out which",
    ),
    "other data than the pinned ones": Case(
        policy("path: evaluation.csv", f"path: evaluation.csv\n  sha256: {'a' * 64}"),
        1,
        "evaluation.csv is not what the policy pins",
        "sha256: aaa",
        "find out which",
    ),
}

YAML_TEXT = {
    "a duplicate key": Case(
        policy("  unit: arrest\n", "  unit: arrest\n  unit: case\n"),
        2,
        'the key "unit" stands twice',
        "fateaudit.yaml:30",
        "remove one",
    ),
    "an anchor": Case(
        policy("unit: arrest", "unit: &a arrest"), 2, "aliases and anchors", "fateaudit.yaml:29", "write the value out"
    ),
    "an alias": Case(
        policy("unit: arrest", "unit: *a"), 2, "aliases and anchors", "fateaudit.yaml:29", "write the value out"
    ),
    "a billion laughs": Case(
        policy("version: 1", "version: 1\na: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]"),
        2,
        "aliases",
        "fateaudit.yaml:4",
        "write the value out",
    ),
    "a merge key": Case(
        policy("  unit: arrest", "  <<: { unit: arrest }"),
        2,
        "merge keys",
        "fateaudit.yaml:29",
        "write the settings out",
    ),
    "a tag that would run code": Case(
        policy("unit: arrest", 'unit: !!python/object/apply:os.system ["touch canary"]'),
        2,
        "tags (!) are not read",
        "fateaudit.yaml:29",
        "write the plain value",
    ),
    "a directive": Case(
        policy("version: 1", "%YAML 1.1\n---\nversion: 1"), 2, "directives", "fateaudit.yaml", "remove the line"
    ),
    "two documents": Case(
        policy("waivers: []", "waivers: []\n---\nversion: 1"),
        2,
        "second document",
        "fateaudit.yaml:151",
        "remove the line",
    ),
    "a tab for indentation": Case(
        policy("  unit: arrest", "\tunit: arrest"), 2, "is not valid YAML", "fateaudit.yaml:29", "indent with spaces"
    ),
    "a quote that never ends": Case(
        policy('favourable: "Yes"', 'favourable: "Yes'), 2, "is not valid YAML", "fateaudit.yaml:", "mend that line"
    ),
    "a list for a policy": Case(
        file("fateaudit.yaml", "- version: 1\n"), 2, "not a mapping", "fateaudit.yaml", "name: value"
    ),
    "settings nested a thousand deep": Case(
        policy("unit: arrest", "unit: " + "[" * 1000 + "]" * 1000),
        2,
        "nested too deeply",
        "fateaudit.yaml:29",
        "fewer levels",
    ),
    "two megabytes": Case(
        policy("unit: arrest", f"unit: {'x' * (2 << 20)}"), 2, "larger than 256 KiB", "", "check the file name"
    ),
    "Latin-1 text": Case(
        file(
            "fateaudit.yaml",
            lambda folder: (folder / "fateaudit.yaml").read_text().replace("arrest\n", "arrêt\n", 1).encode("latin-1"),
        ),
        2,
        "is not UTF-8 text",
        "fateaudit.yaml:29",
        "UTF-8",
    ),
    "UTF-16 text": Case(
        file("fateaudit.yaml", lambda folder: (folder / "fateaudit.yaml").read_text().encode("utf-16")),
        2,
        "is not a policy",
        "fateaudit.yaml",
        "version: 1",
    ),
    "a control character": Case(
        policy("unit: arrest", "unit: \x1b[31marrest"), 2, "control character", "fateaudit.yaml:29", "delete it"
    ),
    "a control character in disguise": Case(
        policy("unit: arrest", 'unit: "\\e[31marrest"'), 2, "control character", "fateaudit.yaml:29", "delete it"
    ),
    "a path with a NUL": Case(
        policy("path: model.skops", 'path: "model\\0.skops"'), 2, "control character", "fateaudit.yaml:17", "delete it"
    ),
    "a number of 5,000 digits": Case(
        policy("seed: 20261121", "seed: " + "9" * 5000), 2, "number is too long", "fateaudit.yaml:61", "shorter"
    ),
    "a name that is a number": Case(
        policy("  unit: arrest", "  7: arrest"), 2, "name is not text", "fateaudit.yaml:29", "quotes"
    ),
    "a name that is a list": Case(
        policy("  unit: arrest", "  ? [a]\n  : arrest"), 2, "name is not text", "fateaudit.yaml:29", "quotes"
    ),
}

SETTINGS = {
    "a misspelt section": Case(
        policy("decision:", "decisoin:"),
        2,
        '"decisoin" is not a setting',
        "fateaudit.yaml:53   decisoin:",
        'Did you mean "decision"?',
    ),
    "a misspelt setting": Case(
        policy("severity: blocker", "severty: blocker"),
        2,
        'severty" is not a setting',
        "and 1 more, at line 64",
        'Did you mean "severity"?',
    ),
    "a misspelt word": Case(
        policy("severity: blocker", "severity: bloker"),
        2,
        "severity\" must be 'blocker'",
        "fateaudit.yaml:69",
        'Did you mean "blocker"?',
    ),
    "another version": Case(
        policy("version: 1", "version: 2"),
        2,
        '"version" must be 1',
        "fateaudit.yaml:3   version: 2",
        "write version: 1",
    ),
    "a check without why": Case(policy(FIRST_WHY, ""), 2, 'why" is missing', "fateaudit.yaml:64", 'add "why: …"'),
    "a check with an empty why": Case(
        policy(FIRST_WHY, '    why: " "\n'), 2, 'why" is empty', "fateaudit.yaml:70", "write it out"
    ),
    "no favourable value": Case(
        policy('  favourable: "Yes"\n', ""), 2, '"columns.favourable" is missing', "fateaudit.yaml:24", "add"
    ),
    "favourable: true": Case(
        policy('favourable: "Yes"', "favourable: true"),
        2,
        '"columns.favourable" must be text',
        "fateaudit.yaml:27",
        'in quotes: favourable: "…"',
    ),
    "an empty limit": Case(
        policy(LIMIT, "limit: {}"), 2, "a limit needs min, max or both", "fateaudit.yaml:68", "for example"
    ),
    "a limit that is no number": Case(
        policy(LIMIT, "limit: { min: .nan }"), 2, "must be a finite number", "fateaudit.yaml:68", "for example 0.8"
    ),
    "a limit without end": Case(
        policy(LIMIT, "limit: { min: .inf }"), 2, "must be a finite number", "fateaudit.yaml:68", "for example 0.8"
    ),
    "a limit too large to be a number": Case(
        policy(LIMIT, "limit: { min: 1e400 }"), 2, "must be a finite number", "fateaudit.yaml:68", "for example 0.8"
    ),
    "a limit in quotes": Case(
        policy(LIMIT, 'limit: { min: "0.80" }'), 2, "must be a number", "fateaudit.yaml:68", "without quotes"
    ),
    "a limit in per cent": Case(
        policy(LIMIT, "limit: { min: 80% }"), 2, "must be a number", "fateaudit.yaml:68", "without %"
    ),
    "a limit upside down": Case(
        policy(LIMIT, "limit: { min: 0.9, max: 0.8 }"),
        2,
        "min is above max",
        "fateaudit.yaml:68",
        "nothing could be within",
    ),
    "a limit that is a number": Case(
        policy(LIMIT, "limit: 0.8"), 2, "must be settings", "fateaudit.yaml:68", "{ name: value }"
    ),
    "a limit that cannot be": Case(
        policy(LIMIT, "limit: { min: 80 }"), 2, "F-01", "fateaudit.yaml:64", "from 0.001 to 1"
    ),
    "an unknown metric": Case(
        policy("metric: selection_rate_ratio", "metric: selection_rat_ratio"),
        2,
        'no metric called "selection_rat_ratio"',
        "fateaudit.yaml:64",
        'Did you mean "selection_rate_ratio"?',
    ),
    "across one word": Case(
        policy("across: [colour, sex, age, citizen]", "across: colour"),
        2,
        "must be 'overall' or a list",
        "fateaudit.yaml:67",
        "write a list",
    ),
    "across a misspelt attribute": Case(
        policy("across: [colour, sex, age, citizen]", "across: [color]"),
        2,
        '"color" is not declared',
        "Declared are: colour, sex",
        'Did you mean "colour"?',
    ),
    "an intersection that is not declared": Case(
        policy("across: [colour, sex, age, citizen]", "across: [[colour, age]]"),
        2,
        "colour × age is not declared",
        "fateaudit.yaml:67",
        "add [colour, age]",
    ),
    "no checks": Case(
        policy(sample_policy()[sample_policy().index("checks:") : sample_policy().index("gate:")], "checks: []\n"),
        2,
        '"checks" holds too few',
        "checks: []",
        "add what is missing",
    ),
    "an id that stands twice": Case(
        policy("id: F-02", "id: F-01"), 2, "F-01 stands twice", "fateaudit.yaml:71", "an id of its own"
    ),
    "a feature of later": Case(
        policy("principle: fairness", "principle: accountability"),
        2,
        "no metric measures accountability",
        "fateaudit.yaml:64",
        "checklist: predeployment-oversight",
    ),
    "half of what it takes to find rows of training": Case(
        policy("unit: arrest", "unit: arrest\n  train_id: w"),
        2,
        "the policy names none",
        "fateaudit.yaml:30",
        "write training: { path: … }",
    ),
    "rows that belong together": Case(
        policy("unit: arrest", "unit: arrest\n  cluster: person"),
        2,
        "every range would be too narrow",
        "fateaudit.yaml:30",
        "one row for each person",
    ),
    "bins that do not ascend": Case(
        policy("bins: [0, 18, 25", "bins: [0, 25, 18"), 2, "bins must ascend", "fateaudit.yaml:38", "smallest first"
    ),
    "nothing to audit": Case(
        policy("path: model.skops", "path: none"),
        2,
        "neither a model nor predictions",
        "fateaudit.yaml:16",
        "give model.path",
    ),
}

COLUMNS = {
    "a wrong label column": Case(
        policy("label: released", "label: relaesed"),
        2,
        'column "relaesed" is not in evaluation.csv',
        "The file has: case_id, released",
        'Did you mean "released"?',
    ),
    "a wrong attribute": Case(
        policy("- name: sex", "- name: gender"), 2, '"sex" is not declared', "fateaudit.yaml:50", "declare it"
    ),
    "an attribute that the data lack": Case(
        both(policy("    - name: sex", '    - name: gender\n      label: "Gender"\n    - name: sex')),
        2,
        'column "gender" is not in evaluation.csv',
        "fateaudit.yaml:35   - name: gender",
        "",
    ),
    "a label with three values": Case(
        column("released", SECRET),
        2,
        '"released" has 3 different values',
        "fateaudit.yaml:26   label: released",
        "two outcomes",
    ),
    "a favourable value in other case": Case(
        policy('favourable: "Yes"', "favourable: yes"),
        2,
        'the model does not predict "yes"',
        "fateaudit.yaml:27   favourable: yes",
        "exactly as it stands",
    ),
    "a favourable value with a space": Case(
        policy('favourable: "Yes"', 'favourable: "Ye s"'),
        2,
        'the model does not predict "Ye s"',
        "fateaudit.yaml:27",
        "exactly as it stands",
    ),
    "a favourable value unknown to the model": Case(
        both(policy('favourable: "Yes"', 'favourable: "free"'), column("released", *["free", "held"] * 30)),
        2,
        'the model does not predict "free"',
        "It has 2 classes",
        "exactly as it stands",
    ),
    "numbers that are not groups": Case(
        policy("      bins: [0, 18, 25, 40, 60, 120]\n", ""),
        2,
        "different numbers: they are not groups",
        "name: age",
        "give age bins",
    ),
    "an identity for an attribute": Case(
        both(
            policy("- name: citizen", '- name: note\n      label: "Note"\n    - name: citizen'),
            added("note", *[f"{SECRET}-{n}" for n in range(ROWS)]),
            data(
                lambda rows: as_csv(
                    [
                        [*rows[0], "note"],
                        *([*row, f"{SECRET} {n} {k}"] for k in range(5) for n, row in enumerate(rows[1:])),
                    ]
                )
            ),
        ),
        2,
        '"note" holds 300 different values',
        "name: note",
        "name the column that holds the groups",
    ),
    "bins that do not hold all": Case(
        policy("bins: [0, 18, 25", "bins: [20, 22, 25"),
        2,
        'lie outside the bins of "age"',
        "name: age",
        "widen the first or last edge",
    ),
    "an infinite age": Case(column("checks", "inf"), 1, "failed while predicting", "", "try it where it was trained"),
    "bins for words": Case(
        policy('label: "Sex"', 'label: "Sex"\n      bins: [0, 1, 2]'),
        2,
        '"sex" should hold numbers, and holds none',
        "name: sex",
        "name a column of numbers",
    ),
    "a word among the ages": Case(
        column("age", SECRET),
        1,
        '"age" should hold numbers, and in 1 of 60 rows it does not',
        "model.skops reads it as numbers",
        "mend those rows",
    ),
    "a model that reads other columns": Case(
        model(lambda rows, labels: fitted(rows, labels, height=1.0)),
        2,
        'column "height" is not in evaluation.csv, and the model reads it',
        "model.skops reads: age, employed, height",
        "every column that the model was trained on",
    ),
    "a label that is empty everywhere": Case(
        column("released", *[""] * ROWS), 1, '"released" is empty in every row', "fateaudit.yaml:26", "fill it in"
    ),
    "missing: error, and one missing": Case(
        both(policy("missing: report_as_group", "missing: error"), column("sex", "")),
        1,
        '1 rows have no "sex"',
        "name: sex",
        "report_as_group",
    ),
    "a reference group that the data lack": Case(
        policy(
            "across: [[colour, sex]]\n    limit: { min: 0.80 }",
            "across: [colour]\n    limit: { min: 0.80 }\n"
            "    params: { convention: to_reference, reference: { colour: Blak } }",
        ),
        2,
        "Blak of F-05 is not a group",
        "fateaudit.yaml:",
        'Did you mean "Black"?',
    ),
}

DATA = {
    "an empty file": Case(data(lambda _: ""), 1, "evaluation.csv is empty", "", "at least one row"),
    "blank lines only": Case(data(lambda _: "\n\n \n"), 1, "evaluation.csv is empty", "", "at least one row"),
    "a header only": Case(data(lambda rows: as_csv(rows[:1])), 1, "has a header and no rows", "", "at least one row"),
    "a header without a line end": Case(
        data(lambda rows: ",".join(rows[0])), 1, "has a header and no rows", "", "at least one row"
    ),
    "no header": Case(
        data(lambda rows: as_csv([[f"{SECRET}{n}" for n in range(9)], *rows[1:]])),
        2,
        "none of the columns that the policy names",
        "The file has 9 columns",
        "a header row",
    ),
    "no header, and a value twice": Case(
        data(lambda _: f"{SECRET},{SECRET},x\n1,2,3\n"),
        1,
        "two columns of the same name: number 1 and number 2",
        "",
        "rename one",
    ),
    "a column that stands twice": Case(
        data(lambda rows: as_csv([[*rows[0][:-1], "sex"], *rows[1:]])),
        1,
        "two columns of the same name: number 6 and number 9",
        "",
        "rename one",
    ),
    "a row with a field too many": Case(
        data(lambda rows: as_csv([*rows[:9], [*rows[9], SECRET], *rows[10:]])),
        1,
        "cannot be read as CSV",
        "row 10 has 10 fields, the header has 9",
        "quotes",
    ),
    "a row with a field too few": Case(
        data(lambda rows: as_csv([*rows[:9], rows[9][:-1], *rows[10:]])),
        1,
        "cannot be read as CSV",
        "row 10 has 8 fields",
        "quotes",
    ),
    "a quote that never ends ": Case(
        data(lambda rows: as_csv(rows[:9]) + f'"{SECRET},' + as_csv(rows[9:])), 1, "cannot be read as CSV", "", "quotes"
    ),
    "semicolons": Case(data(lambda rows: as_csv(rows, delimiter=";")), 1, "separated by semicolons", "", "with commas"),
    "tabs": Case(data(lambda rows: as_csv(rows, delimiter="\t")), 1, "separated by tabs", "", "with commas"),
    "Latin-1 data": Case(
        data(lambda rows: as_csv([*rows[:9], [f"{SECRET} ÿ", *rows[9][1:]], *rows[10:]]).encode("latin-1")),
        1,
        "evaluation.csv is not UTF-8 text",
        "line 10",
        "UTF-8",
    ),
    "a Latin-1 header": Case(
        data(lambda rows: as_csv([[*rows[0][:-1], "höhe"], *rows[1:]]).encode("latin-1")),
        1,
        "is not UTF-8 text",
        "line 1",
        "UTF-8",
    ),
    "UTF-16 data": Case(data(lambda rows: as_csv(rows).encode("utf-16")), 1, "neither CSV nor Parquet", "", "UTF-8"),
    "an Excel workbook": Case(
        data(lambda _: zipped({"xl/workbook.xml": SECRET})),
        1,
        "perhaps an Excel workbook",
        "",
        "export the data as CSV",
    ),
    "gzipped data": Case(
        data(lambda _: b"\x1f\x8b\x08" + SECRET.encode()), 1, "a compressed file", "", "export the data"
    ),
    "the model given for data": Case(
        policy("path: evaluation.csv", "path: model.skops"),
        1,
        "model.skops is a model, not data",
        "",
        "export the data",
    ),
    "one byte": Case(data(lambda _: b"\x80"), 1, "is not UTF-8 text", "line 1", "UTF-8"),
    "a control character in a column's name": Case(
        data(lambda rows: as_csv([[*rows[0][:-1], "\x1b[2J"], *rows[1:]])),
        1,
        "the name of column 9",
        "",
        "one line of text",
    ),
    "a control character in a group's name": Case(
        column("colour", f"\x1b[2J{SECRET}"),
        1,
        'a value of "colour" holds a line break or a control character',
        "name: colour",
        "mend those rows",
    ),
    "a line break in a group's name": Case(
        column("colour", f"a\n{SECRET}"), 1, 'a value of "colour" holds a line break', "name: colour", "mend those rows"
    ),
    "truncated Parquet": Case(
        both(parquet(), cut("evaluation.csv", 0.7)), 1, "damaged Parquet file", "", "take a fresh copy"
    ),
    "Parquet without rows": Case(
        file("evaluation.csv", lambda _: parquet_of(pa.table({"a": pa.array([], pa.string())}))),
        1,
        "has a header and no rows",
        "",
        "at least one row",
    ),
    "Parquet with a column twice": Case(
        file("evaluation.csv", lambda _: parquet_of(pa.Table.from_arrays([pa.array(["x"])] * 2, names=["a", "a"]))),
        1,
        "two columns of the same name",
        "",
        "rename one",
    ),
    "Parquet with nested groups": Case(
        parquet(sex=[{"a": SECRET}] * ROWS),
        2,
        'column "sex" of type struct cannot be read as groups',
        "model.skops reads it as text",
        "export it as text",
    ),
    "Parquet with dates for groups": Case(
        parquet(colour=pa.array([0] * ROWS, pa.date32())),
        2,
        'column "colour" of type date32',
        "name: colour",
        "export it as text",
    ),
    "Parquet with bytes for the label": Case(
        parquet(released=[SECRET.encode()] * ROWS),
        2,
        'column "released" of type binary',
        "fateaudit.yaml:26",
        "export it as text",
    ),
    "Parquet with dates for numbers": Case(
        parquet(age=pa.array([0] * ROWS, pa.timestamp("us"))),
        2,
        '"age" is a column of type timestamp, not of numbers',
        "model.skops reads it as numbers",
        "export it as numbers",
    ),
    "Parquet with nothing in the label": Case(
        parquet(released=pa.nulls(ROWS)), 1, '"released" is empty in every row', "fateaudit.yaml:26", "fill it in"
    ),
}

PREDICTIONS = {
    "predictions with other words": Case(
        both(PREDICTED, policy("  unit: arrest", "  prediction: said\n  unit: arrest"), column("said", SECRET)),
        2,
        '"said" does not hold the two values',
        "prediction: said",
        "same two values",
    ),
    "a prediction that is missing": Case(
        both(PREDICTED, policy("  unit: arrest", "  prediction: said\n  unit: arrest"), column("said", "")),
        1,
        '1 rows of "said" in evaluation.csv have no prediction',
        "prediction: said",
        "never dropped",
    ),
    "predictions unlike the model's": Case(
        both(added("said", "Yes", "No"), policy("  unit: arrest", "  prediction: said\n  unit: arrest")),
        1,
        "the given predictions differ from the model's decisions in",
        "prediction: said",
        "check decision.threshold",
    ),
    "a score that is a word": Case(
        both(
            added("risk", "0.5"),
            column("risk", SECRET),
            policy("path: model.skops", "path: none"),
            policy("  unit: arrest", "  score: risk\n  unit: arrest"),
        ),
        1,
        '1 of 60 values of "risk" are missing, not a number or infinite',
        "score: risk",
        "rows are never dropped",
    ),
    "scores that are all words": Case(
        both(policy("path: model.skops", "path: none"), policy("  unit: arrest", "  score: employed\n  unit: arrest")),
        2,
        '"employed" should hold numbers, and holds none',
        "score: employed",
        "name a column of numbers",
    ),
    **{
        f"a score of {value or 'nothing'}": Case(
            both(
                added("risk", "0.5"),
                column("risk", value, value),
                policy("path: model.skops", "path: none"),
                policy("  unit: arrest", "  score: risk\n  unit: arrest"),
            ),
            1,
            '2 of 60 values of "risk" are missing, not a number or infinite',
            "score: risk",
            "never dropped",
        )
        for value in ("NaN", "inf", "-inf", "")
    },
    "a score column that the data lack": Case(
        both(policy("path: model.skops", "path: none"), policy("  unit: arrest", "  score: risk\n  unit: arrest")),
        2,
        'column "risk" is not in evaluation.csv',
        "score: risk",
        "name a column",
    ),
}

MODELS = {
    "a truncated model": Case(
        cut("model.skops", 0.5), 1, "model.skops is a damaged .skops file", "", "take a fresh copy"
    ),
    "the first bytes of a model": Case(cut("model.skops", 0.001), 1, "model.skops is", "", "save the model as .skops"),
    "an empty model": Case(
        file("model.skops", b""), 1, "model.skops is empty", "path: model.skops", "save the model as .skops"
    ),
    "text for a model": Case(
        file("model.skops", "hello"), 1, "not a model file", "path: model.skops", "save the model as .skops"
    ),
    "a model whose schema is no JSON": Case(
        packed(lambda members: members.update({"schema.json": b"{"})), 1, "damaged .skops file", "", "take a fresh copy"
    ),
    "a model that lacks a part": Case(
        packed(lambda members: members.pop(next(name for name in members if name.endswith(".npy")))),
        1,
        "damaged .skops file",
        "",
        "take a fresh copy",
    ),
    "a model nested without end": Case(
        packed(lambda members: members.update({"schema.json": b'{"a":' * 100_000})),
        1,
        "damaged .skops file",
        "",
        "take a fresh copy",
    ),
    "a model of a foreign type": Case(
        asks_for("os.system"), 1, "types that are not on the list", "it asks for: os.system", "audit its predictions"
    ),
    "a foreign type with an escape sequence": Case(
        asks_for("os.\x1b[2Jsystem"),
        1,
        "types that are not on the list",
        "it asks for: os.\\x1b[2Jsystem",
        "audit its predictions",
    ),
    "a foreign type with an endless name": Case(
        asks_for(f"os.{'x' * 100_000}"),
        1,
        "types that are not on the list",
        "it asks for: os.xxx",
        "audit its predictions",
    ),
    "a model that unpacks to 3 GiB": Case(
        claims_to_unpack_to(3 << 30), 1, "model.skops unpacks to 3,072 MiB", "", "check where the file comes from"
    ),
    "a model that unpacks to 400 times its size": Case(
        packed(lambda members: members.update({"0.npy": bytes(80 << 20)})),
        1,
        "more than a model of its size can need",
        "",
        "check where the file comes from",
    ),
    "a model that lies about its size": Case(claims_to_unpack_to(1), 1, "damaged .skops file", "", "take a fresh copy"),
    "a regressor": Case(
        model(lambda rows, _: LinearRegression().fit(rows[["age"]], rows["checks"])),
        2,
        "gives a number for each row, and no outcome",
        "",
        "write task: regression in the policy",
    ),
    "an unfitted model": Case(
        model(lambda *_: make_pipeline(LogisticRegression())),
        1,
        "does not hold a fitted classifier",
        "",
        "save the fitted pipeline",
    ),
    "a model without column names": Case(
        model(lambda rows, labels: LogisticRegression().fit(rows[["age"]].to_numpy(), labels)),
        2,
        "does not say which columns it reads",
        "",
        "write model.inputs in the policy",
    ),
    "a model of three classes": Case(
        model(lambda rows, _: fitted(rows, np.resize(["Yes", "No", "Later"], len(rows)))),
        2,
        "the model has 3 classes",
        "It predicts: Later, No and Yes",
        "name all the others in columns.adverse",
    ),
    "a list for a model": Case(
        model(lambda *_: [1, 2]), 1, "does not hold a fitted classifier", "", "save the fitted pipeline"
    ),
    "a model that does not know a word": Case(
        column("employed", SECRET), 1, "the model failed while predicting (ValueError)", "", "it may not know a value"
    ),
}

RECORDS = {
    name: Case(file("audit.json", content), 1, what, "", "run", ("gate", "audit.json"))
    for name, content, what in (
        ("a truncated record", '{"schema": "fateaudit/audit/1", "aud', "cannot be read"),
        ("a record with a key twice", '{"schema": "a", "schema": "a"}', "cannot be read"),
        ("a record with NaN", '{"schema": NaN}', "cannot be read"),
        ("a record of another schema", '{"schema": "fateaudit/audit/9"}', "does not have the form"),
        ("a record nested without end", '{"a":' + "[" * 100_000, "cannot be read"),
        ("a record with an escape sequence", '{"schema": "\\u001b[2J"}', "cannot be read"),
        ("a record that is not UTF-8", b'{"schema": "\xff"}', "cannot be read"),
        ("a record of rows", f'{{"name": "{SECRET}"}}', "does not have the form"),
    )
}


def edited_record(old, new):
    """The record of the sample, with a figure changed by hand."""

    def content(folder):
        written = audit(folder / "fateaudit.yaml", clock=NOON).to_bytes()
        assert written.count(old) >= 1
        return written.replace(old, new, 1)

    return file("audit.json", content)


RECORDS |= {
    "a record with a space more": Case(
        edited_record(b"{\n", b"{ \n"), 1, "it was changed after it was written", "", "run", ("gate", "audit.json")
    ),
    "a record with another verdict": Case(
        edited_record(b'"verdict": "cannot_tell"', b'"verdict": "met"'),
        1,
        "do not follow from its evidence",
        "",
        "run the audit again",
        ("gate", "audit.json"),
    ),
    "a record with another verdict to report": Case(
        edited_record(b'"verdict": "cannot_tell"', b'"verdict": "met"'),
        1,
        "do not follow from its evidence",
        "",
        "run the audit again",
        ("report",),
    ),
}

USAGE = {
    "an unknown option": Case(
        lambda _: None, 2, "No such option: --polcy", "", "fateaudit --help", ("gate", "--polcy")
    ),
    "an option with an escape sequence": Case(
        lambda _: None, 2, "No such option: --\\x1b[2J", "", "fateaudit --help", ("gate", "--\x1b[2J")
    ),
    "a time that is none": Case(
        lambda _: None, 2, '"noon" is not a time', "", "2026-11-21T00:00:00Z", (*GATE, "--now", "noon")
    ),
    "a path with an escape sequence": Case(
        lambda _: None, 2, "\\x1b[2J does not exist", "", "give the path", ("gate", "\x1b[2J")
    ),
    "no record to report": Case(lambda _: None, 2, "audit.json does not exist", "", "give the path", ("report",)),
}

CASES = FILES | YAML_TEXT | SETTINGS | COLUMNS | DATA | PREDICTIONS | MODELS | RECORDS | USAGE


def zipped(members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def parquet_of(table):
    target = io.BytesIO()
    pq.write_table(table, target)
    return target.getvalue()


def spoiled(folder, case):
    """Write the sample into `folder` and spoil it."""
    (folder / "fateaudit.yaml").write_text(sample_policy(), encoding="utf-8")
    (folder / "evaluation.csv").write_text(as_csv(sample_rows()), encoding="utf-8")
    (folder / "model.skops").write_bytes((SAMPLE / "model.skops").read_bytes())
    case.edit(folder)
    return snapshot(folder)


def snapshot(folder):
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def check(case, code, stdout, stderr):
    """Look at what an officer sees."""
    assert code == case.code, stdout + stderr
    said = stderr.removeprefix("loading the libraries that measure …\n")
    first, *rest = said.splitlines()
    assert first.startswith("error: ")
    assert case.what in first
    assert rest, "there is no hint"
    assert all(line.startswith("  ") and line.strip() for line in rest)
    assert any(case.where in line for line in rest)
    assert case.hint in rest[-1]
    assert len(said) < 2_000
    assert all(line.isprintable() for line in (*said.splitlines(), *stdout.splitlines()))
    assert SECRET not in stdout + stderr
    assert "Traceback" not in stdout + stderr


@pytest.fixture
def fateaudit(tmp_path, monkeypatch, capfd):
    """Run the command line in this process, in the folder of the test: code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)

    def run(arguments):
        monkeypatch.setattr(sys, "argv", ["fateaudit", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, *capfd.readouterr()

    return run


@pytest.mark.parametrize("name", CASES)
def test_bad_input_ends_in_one_paragraph_with_what_where_and_what_to_type(name, tmp_path, fateaudit) -> None:
    case = CASES[name]
    before = spoiled(tmp_path, case)
    code, stdout, stderr = fateaudit(case.command)

    check(case, code, stdout, stderr)
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize(("attribute", "value"), [("sex", "Male"), ("citizen", ""), ("colour", "White")])
def test_one_group_or_none_is_no_error_and_is_not_met_either(attribute, value, tmp_path, fateaudit) -> None:
    across = policy("across: [colour, sex, age, citizen]", f"across: [{attribute}]")
    inputs = (PREDICTED, policy("  unit: arrest", "  prediction: said\n  unit: arrest"))
    spoiled(tmp_path, Case(both(column(attribute, *[value] * ROWS), across, *inputs), 4, "", "", ""))

    code, stdout, stderr = fateaudit((*GATE, "--json"))

    assert json.loads(stdout)["findings"]["F-01"] == "cannot_tell"
    assert code in {3, 4}
    assert "error" not in stderr


class Canary:
    """An object that writes a file when a pickle of it is opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return open, (str(self.path), "w")


def pickles(path):
    """The same canary in every wrapping that a pickle comes in."""
    found = {f"protocol {protocol}": pickle.dumps(Canary(path), protocol) for protocol in range(6)}
    found |= {f"a list, protocol {protocol}": pickle.dumps([Canary(path)], protocol) for protocol in range(6)}
    for how in ("zlib", "gzip", "bz2", "lzma", "xz"):
        target = io.BytesIO()
        joblib.dump(Canary(path), target, compress=(how, 3))
        found[f"joblib {how}"] = target.getvalue()
    array = io.BytesIO()
    np.save(array, np.array([Canary(path)], dtype=object), allow_pickle=True)
    return found | {"a zip": zipped({"data.pkl": found["protocol 4"]}), "a numpy array": array.getvalue()}


@pytest.mark.parametrize("name", pickles("nowhere"))
@pytest.mark.parametrize(
    ("role", "code"), {"model.skops": 1, "evaluation.csv": 1, "fateaudit.yaml": 2, "audit.json": 1}.items()
)
def test_a_pickle_is_never_opened_whatever_its_name_and_wrapping(role, code, name, tmp_path, fateaudit) -> None:
    canary = tmp_path / "canary"
    case = Case(file(role, pickles(canary)[name]), code, role, "", "")
    before = spoiled(tmp_path, case)

    check(case, *fateaudit(("gate", "audit.json" if role == "audit.json" else "fateaudit.yaml")))
    assert snapshot(tmp_path) == before
    assert not canary.exists()


def test_an_object_array_inside_a_model_is_not_opened_either(tmp_path, fateaudit) -> None:
    canary = tmp_path / "canary"
    array = pickles(canary)["a numpy array"]

    def put_in(members):
        members.update({name: array for name in members if name.endswith(".npy")})

    case = Case(packed(put_in), 1, "damaged .skops file", "", "take a fresh copy")
    spoiled(tmp_path, case)

    check(case, *fateaudit(GATE))
    assert not canary.exists()


def test_the_canary_does_sing_when_a_pickle_of_it_is_opened(tmp_path) -> None:
    canary = tmp_path / "canary"

    pickle.loads(pickles(canary)["protocol 4"]).close()  # noqa: S301 - our own, to show that the tests above can fail

    assert canary.exists()


@pytest.mark.parametrize(
    "name", ["a wrong label column", "a word among the ages", "a truncated model", "a duplicate key"]
)
def test_it_is_the_same_from_a_shell_and_run_writes_nothing_either(name, tmp_path) -> None:
    case = CASES[name]
    before = spoiled(tmp_path, case)

    result = subprocess.run(
        [sys.executable, "-m", "fateaudit", "run", "fateaudit.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key != "CI"},
    )

    check(case, result.returncode, result.stdout, result.stderr)
    assert snapshot(tmp_path) == before
