"""Opens hostile files as most tools do, each in a process of its own, to show that what they do is real."""

# What is forbidden elsewhere is what this file is for.
# ruff: noqa: BLE001, S301, T201

import importlib
import json
import os
import pickle
import signal
import sys
import warnings
import zipfile
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import skops.io

SECONDS = 20
"""Nothing that is opened here may keep a test waiting."""

ROWS = pd.DataFrame({"a": [0.0, 1.0], "b": [1.0, 0.0]})


def with_numpy(path):
    """Open a numpy file as it was opened for years."""
    found = np.load(path, allow_pickle=True)
    return found["model"] if path.suffix == ".npz" else found


def with_torch(path):
    """Open a zip as torch did until version 2.6."""
    with zipfile.ZipFile(path) as archive:
        return pickle.loads(archive.read("model/data.pkl"))


def with_skops(path):
    """Open a skops file by trusting whatever it names, and ask it."""
    model = skops.io.load(path, trusted=skops.io.get_untrusted_types(file=path))
    step = model.steps[0][1]
    step.transform(getattr(step, "audited_command", ROWS))


def with_import(path):
    """Import a Python file."""
    sys.path.insert(0, str(path.parent))
    importlib.import_module(path.stem)


def with_mlflow(path):
    """Open a folder as `mlflow.pyfunc.load_model` does: import what it names, or open its pickle."""
    flavors = json.loads((path / "MLmodel").read_text())["flavors"]
    for flavor in flavors.values():
        if "code" in flavor:
            sys.path.insert(0, str(path / flavor["code"]))
            importlib.import_module(flavor["loader_module"])._load_pyfunc(str(path))  # noqa: SLF001 - MLflow's name
        for key in ("python_model", "pickled_model"):
            if key in flavor:
                pickle.loads((path / flavor[key]).read_bytes())


OPENERS = {
    "joblib": joblib.load,
    "asked": lambda path: joblib.load(path).predict(ROWS),
    "numpy": with_numpy,
    "torch": with_torch,
    "skops": with_skops,
    "import": with_import,
    "mlflow": with_mlflow,
}


def main():
    """Open each file that standard input names; say nothing: what happened shows in the canaries."""
    warnings.simplefilter("ignore")
    for how, path in json.load(sys.stdin):
        pid = os.fork()
        if pid == 0:
            signal.alarm(SECONDS)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            try:
                OPENERS[how](Path(path))
            except BaseException as error:
                print(path, type(error).__name__, error, file=sys.stderr)
            finally:
                os._exit(0)
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
