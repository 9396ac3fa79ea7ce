"""MLflow folders, made by hand: the native file is what is opened, and nothing that the folder names is run."""

import os
import pickle
import subprocess

import numpy as np
import pytest
from conftest import write_audit
from vendors import as_table, of_catboost, of_lightgbm, of_sklearn, of_xgboost, onnx_pipeline

from fateaudit.errors import DamagedFileError, RefusedModelError, UsageError
from fateaudit.formats import Format
from fateaudit.models.limits import GIB, Limits
from fateaudit.models.opening import open_file
from fateaudit.models.reading import read_model
from fateaudit.policy import read_policy

LIMITS = Limits(memory=8 * GIB, seconds=60, batch_rows=100_000)

PYTHON = """\
  python_function:
    loader_module: trap
    python_version: 3.11.7
"""


def index(flavour, setting, file, more=""):
    """The part of an MLmodel file that matters, with what MLflow writes around it."""
    return (
        f"artifact_path: model\nflavors:\n{PYTHON}  {flavour}:\n    code: null\n    {setting}: {file}\n{more}"
        "mlflow_version: 3.1.0\nmodel_size_bytes: 1234\nrun_id: 0f3c\nutc_time_created: '2026-11-21 12:00:00.000000'\n"
    )


@pytest.fixture
def folder(tmp_path):
    """A folder with what lies beside a model; a loader that would leave a mark if it ran."""
    path = tmp_path / "model"
    (path / "code").mkdir(parents=True)
    (path / "code" / "trap.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w').close()\n")
    (path / "conda.yaml").write_text("name: made by hand\n")
    return path


def read(folder, allowed=(), **model):
    policy = write_audit(folder.parent, [{"group": "a", "label": "yes"}], model={"path": folder.name, **model})
    return read_model(read_policy(policy), allowed)


SEVERAL = {
    "sklearn": ("pickled_model", "model.skops", of_sklearn),
    "xgboost": ("data", "model.ubj", of_xgboost),
    "lightgbm": ("data", "model.lgb", of_lightgbm),
    "catboost": ("data", "model.cb", of_catboost),
    "onnx": ("data", "model.onnx", lambda: onnx_pipeline(with_map=True)),
}


@pytest.mark.parametrize("flavour", SEVERAL)
def test_the_native_file_is_opened_and_the_loader_is_not(flavour, folder) -> None:
    setting, name, make = SEVERAL[flavour]
    made = make()
    (folder / name).write_bytes(made.content)
    (folder / "MLmodel").write_text(index(flavour, setting, name))

    file = read(folder)
    model = open_file(file, LIMITS)
    scores = model.predict(as_table(made.rows))
    model.close()

    assert file.content == made.content
    assert file.format == made.kind
    assert np.allclose(scores, made.expected, rtol=0, atol=made.near)
    assert not (folder.parent / "ran").exists()


def with_model(folder, content=b"tree\nversion=v4\nnum_class=1\n", name="model.lgb"):
    (folder / name).write_bytes(content)
    (folder / "MLmodel").write_text(index("lightgbm", "data", name))
    return folder


def test_its_digest_is_that_of_all_its_files_as_anyone_can_compute_it(folder) -> None:
    with_model(folder)
    command = "find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs sha256sum | sha256sum | cut -d' ' -f1"
    computed = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, check=True)

    artifact = read(folder).artifact

    assert artifact.sha256 == computed.stdout.strip()
    assert artifact.size == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert (artifact.name, artifact.media_type) == ("model", "application/x-mlflow")


def test_another_file_in_it_makes_another_digest_and_a_pinned_one_is_held_to(folder) -> None:
    before = read(with_model(folder)).artifact.sha256
    assert read(folder, sha256=before).artifact.sha256 == before

    (folder / "code" / "new.py").write_text("")

    with pytest.raises(RefusedModelError, match="is not the file that the policy pins"):
        read(folder, sha256=before)


def test_a_pickle_in_it_is_a_pickle(folder) -> None:
    (folder / "model.pkl").write_bytes(pickle.dumps(os.getcwd))
    (folder / "MLmodel").write_text(index("sklearn", "pickled_model", "model.pkl"))

    with pytest.raises(RefusedModelError, match="is a pickle"):
        read(folder)

    assert read(folder, {Format.PICKLE}).access == "pickle"


def test_a_folder_that_only_its_own_code_can_open_is_refused(folder) -> None:
    (folder / "MLmodel").write_text(f"flavors:\n{PYTHON}")

    with pytest.raises(RefusedModelError) as caught:
        read(folder)

    assert caught.value.message == "model can only be opened by running code that it names, and that is not done"
    assert "MLmodel names python_function; read are sklearn, xgboost, lightgbm, catboost, onnx" in caught.value.where
    assert any("model" in line and line.startswith("fateaudit.yaml:") for line in caught.value.where)
    assert not (folder.parent / "ran").exists()


def test_of_several_models_none_is_chosen(folder) -> None:
    with_model(folder)
    (folder / "MLmodel").write_text(index("lightgbm", "data", "model.lgb", "  onnx:\n    data: model.onnx\n"))

    with pytest.raises(RefusedModelError, match="holds several models"):
        read(folder)


@pytest.mark.parametrize("name", ["../secret.lgb", "code/../../secret.lgb", "/etc/hostname"])
def test_a_file_outside_of_the_folder_is_not_read(name, folder) -> None:
    (folder.parent / "secret.lgb").write_bytes(b"tree\nversion=v4\nnum_class=1\n")
    (folder / "MLmodel").write_text(index("lightgbm", "data", name))

    with pytest.raises(RefusedModelError, match="names a model file outside of itself"):
        read(folder)


def test_links_and_pipes_in_it_are_refused(folder) -> None:
    with_model(folder)
    (folder / "data").symlink_to(folder.parent)

    with pytest.raises(RefusedModelError, match="data, in the model's folder, is a link"):
        read(folder)

    (folder / "data").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(RefusedModelError, match="pipe, in the model's folder, is a link, a device or a pipe"):
        read(folder)


def test_a_folder_with_too_much_in_it_is_refused(folder) -> None:
    with_model(folder)
    for number in range(1_001):
        (folder / "code" / str(number)).touch()

    with pytest.raises(RefusedModelError, match="more than 1,000 files"):
        read(folder)


@pytest.mark.parametrize(
    ("text", "kind", "message"),
    [
        (None, UsageError, "model is a folder without a file MLmodel"),
        ("flavors: [", DamagedFileError, "MLmodel in model cannot be read"),
        ("flavors: &a {x: *a}\n", DamagedFileError, "aliases and anchors"),
        ("flavors: !!python/object:os.system {}\n", DamagedFileError, r"tags \(!\) are not read"),
        ("flavors:\n  onnx:\n    data: [1]\n", DamagedFileError, "does not say where the model is"),
        ("flavors:\n  onnx:\n    data: gone.onnx\n", DamagedFileError, "names a model file that is not in it"),
        ("flavors:\n  onnx:\n    data: code\n", DamagedFileError, "names a model file that is not in it"),
        ("#" + "x" * 300_000, DamagedFileError, "larger than 256 KiB"),
        ("flavors: 3\n", RefusedModelError, "can only be opened by running code"),
    ],
)
def test_an_index_that_says_nothing_useful_is_told(text, kind, message, folder) -> None:
    if text is not None:
        (folder / "MLmodel").write_text(text)

    with pytest.raises(kind, match=message) as caught:
        read(folder)

    assert caught.value.hint
