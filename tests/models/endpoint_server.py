"""A server of the Open Inference Protocol v2 on this machine: an honest one, and the same with one bad habit."""

import gzip
import json
import select
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

CLASSES = ("no", "yes")
COLUMNS = {"colour": "BYTES", "visits": "INT64", "risk": "FP64"}
NAME = "release"

NUMPY = {"BYTES": object, "INT64": np.int64, "FP64": np.float64}


def people(rows=400, seed=5):
    """Made-up rows that the model was fitted on, with the outcome it learnt."""
    random = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "colour": random.choice(["blue", "green", "grün"], rows),
            "visits": random.integers(0, 4, rows),
            "risk": random.normal(size=rows),
        }
    )
    logit = table.risk + 0.7 * (table.colour == "blue") - 0.4 * table.visits
    outcome = np.where(random.random(rows) < 1 / (1 + np.exp(-logit)), "yes", "no")
    return table, outcome


def fitted():
    """The model that is served: text and numbers in, two outcomes out."""
    encoder = ColumnTransformer(
        [("words", OneHotEncoder(handle_unknown="ignore"), ["colour"])], remainder="passthrough"
    )
    return make_pipeline(encoder, LogisticRegression()).fit(*people())


def metadata(**changes):
    """What the model says of itself, as MLServer writes it: parameters included, which the protocol does not name."""
    said = {
        "name": NAME,
        "versions": ["1"],
        "platform": "sklearn",
        "inputs": [
            {"name": name, "datatype": datatype, "shape": [-1, 1], "parameters": {}}
            for name, datatype in COLUMNS.items()
        ],
        "outputs": [
            {"name": "predict", "datatype": "BYTES", "shape": [-1]},
            {"name": "predict_proba", "datatype": "FP64", "shape": [-1, 2]},
        ],
    }
    return said | changes


def frame_of(inputs):
    """The rows of a request, strictly: another shape or kind than was said is a mistake of whoever asks."""
    columns = {}
    for one in inputs:
        rows, *tail = one["shape"]
        assert tail in ([], [1])
        assert len(one["data"]) == rows
        kind = {"BYTES": str, "INT64": int, "FP64": float}[one["datatype"]]
        assert all(type(value) in {kind, type(None)} for value in one["data"])
        columns[one["name"]] = pd.Series(one["data"], dtype=NUMPY[one["datatype"]])
    return pd.DataFrame(columns)


@dataclass
class Server:
    """What a test sees of the server: how it behaves, and what it was asked."""

    model: object
    said: dict = field(default_factory=metadata)
    habit: object = None
    """Called with the request's handler and an honest answer, in place of sending that."""
    token: str | None = None
    asked: list = field(default_factory=list)
    """(verb, path, headers) of each request."""
    over: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    certificate: object = None
    """The file of a certificate and its key, for a server that encrypts."""

    @property
    def address(self):
        return f"http{'s' if self.certificate else ''}://127.0.0.1:{self.port}/v2/models/{NAME}"

    def inferences(self):
        return sum(verb == "POST" for verb, _, _ in self.asked)

    def answer(self, body):
        """The honest answer to a request."""
        question = json.loads(body)
        assert question["outputs"] == [{"name": "predict_proba"}]
        frame = frame_of(question["inputs"])
        scores = self.model.predict_proba(frame)
        output = {
            "name": "predict_proba",
            "datatype": "FP64",
            "shape": list(scores.shape),
            "data": scores.ravel().tolist(),
        }
        return {"model_name": NAME, "model_version": "1", "outputs": [output]}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Heads and bodies are written apart: on one machine each would wait for the other's acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self):
        self._seen()
        if self._is_allowed():
            self._do("GET", self.server.seen.said)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._seen()
        if self._is_allowed():
            self._do("POST", self.server.seen.answer(body))

    def _seen(self):
        self.server.seen.asked.append((self.command, self.path, dict(self.headers)))

    def _is_allowed(self):
        token = self.server.seen.token
        is_known = token is None or self.headers.get("Authorization") == f"Bearer {token}"
        if not is_known:
            self.send(b'{"error": "who are you?"}', status=401)
        return is_known

    def _do(self, verb, honest):
        if self.server.seen.habit is not None and self.server.seen.habit(self, verb, honest):
            return
        self.send(json.dumps(honest).encode())

    def send(self, content, *, status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        """Say nothing."""


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Whoever asked hung up: that is what many tests are about."""


@contextmanager
def serving(model, **settings):
    """Serve a model for as long as the block lasts."""
    server = Server(model, **settings)
    http = _Quiet(("127.0.0.1", 0), _Handler)
    http.seen = server
    server.port = http.server_port
    if server.certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(server.certificate)
        http.socket = context.wrap_socket(http.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        http.shutdown()
        http.server_close()
        thread.join()


def when_asked(act):
    """A habit that only inferences meet."""

    def habit(handler, verb, honest):
        if verb != "POST":
            return False
        act(handler, honest)
        return True

    return habit


def saying(change):
    """Answer an inference with what `change` makes of the honest answer and its one output."""

    def act(handler, honest):
        change(honest, honest["outputs"][0])
        handler.send(json.dumps(honest).encode())

    return when_asked(act)


def sending(content, **how):
    """Answer an inference with these bytes."""
    return when_asked(lambda handler, _: handler.send(content, **how))


def failing(statuses):
    """Answer the first inferences with these statuses, and honestly from then on."""
    left = list(statuses)

    def act(handler, honest):
        if left:
            handler.send(b"", status=left.pop(0))
        else:
            handler.send(json.dumps(honest).encode())

    return when_asked(act)


def stall(handler, _):
    """Say nothing at all until the other side hangs up."""
    handler.close_connection = True
    wait(handler, 30)


def drip(prefix, *, every=0.05):
    """Send a head, or a body, byte by byte and never to its end."""

    def act(handler, _):
        handler.connection.settimeout(30)
        handler.close_connection = True
        handler.wfile.write(prefix)
        for _ in range(600):
            handler.wfile.write(b"a")
            if wait(handler, every):
                break

    return when_asked(act)


def wait(handler, seconds):
    """Return whether the other side hung up within some seconds."""
    return bool(select.select([handler.connection], [], [], seconds)[0])


def hang_up(handler, _):
    """End the connection without a word."""
    handler.close_connection = True


def truncate(handler, honest):
    """Send half of what was announced."""
    content = json.dumps(honest).encode()
    handler.send(content[: len(content) // 2], length=len(content))
    handler.close_connection = True


def bomb(handler, _):
    """Send 40 kB that unpack to 40 MB."""
    handler.send(gzip.compress(b"[" * 40_000_000, 9), Content_Encoding="gzip")
