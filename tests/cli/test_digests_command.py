"""`fateaudit digests`: a file that can be given away, the lines for the policy, and nothing of an id."""

import json
import re

import pytest
from typer.testing import CliRunner

from fateaudit.artifacts import sha256
from fateaudit.cli import app
from fateaudit.documents import read_yaml
from fateaudit.errors import UsageError
from fateaudit.loading.digests import read_digests

RUNNER = CliRunner()
SALT = "a salt that both have"


@pytest.fixture
def training(tmp_path):
    path = tmp_path / "training.csv"
    path.write_text("case,x\nmueller-17,1\nmueller-18,2\n,3\nmueller-17,4\n", encoding="utf-8")
    return path


def run(training, *options):
    return RUNNER.invoke(app, ["digests", str(training), "--out", str(training.with_name("t.digests")), *options])


def test_it_writes_what_the_policy_lines_that_it_prints_can_read(training) -> None:
    result = run(training, "--id", "case", "--salt", SALT)
    lines = read_yaml(result.stdout.encode(), "lines.yaml").data
    content = training.with_name("t.digests").read_bytes()

    assert result.exit_code == 0
    assert lines["columns"] == {"train_id": "case"}
    assert lines["training"] == {"path": "t.digests", "sha256": sha256(content), "salt": SALT}
    found = read_digests(content, SALT, "t.digests")
    assert (len(found.digests), found.rows, found.unnamed) == (2, 4, 1)
    assert "mueller" not in result.output + content.decode()


def test_a_salt_is_made_where_none_is_given_and_no_two_are_alike(training) -> None:
    salts = []
    for name in ("one", "two"):
        result = RUNNER.invoke(app, ["digests", str(training), "--id", "case", "--out", str(training.with_name(name))])
        salts.append(json.loads(re.search(r'salt: ("[^"]+")', result.stdout)[1]))
        assert read_digests(training.with_name(name).read_bytes(), salts[-1], name).rows == 4

    assert salts[0] != salts[1]
    assert min(map(len, salts)) >= 32


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--id", "kase"), 'column "kase" is not in training.csv'),
        (("--id", "case", "--salt", "short"), "fewer than 16 characters"),
    ],
)
def test_what_must_be_typed_otherwise_is_told_and_nothing_is_written(options, said, training) -> None:
    result = run(training, *options)

    assert isinstance(result.exception, UsageError)
    assert said in str(result.exception)
    assert "mueller" not in str(result.exception)
    assert not training.with_name("t.digests").exists()


def test_no_file_is_overwritten(training) -> None:
    training.with_name("t.digests").write_text("precious", encoding="utf-8")
    result = run(training, "--id", "case")

    assert "exists already" in str(result.exception)
    assert training.with_name("t.digests").read_text(encoding="utf-8") == "precious"
