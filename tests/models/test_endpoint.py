"""Models at an address: the same predictions as in this process, and nothing that a server does holds an audit up."""

import datetime as dt
import ipaddress
import json
import os
import pickle
import re
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import skops.io
from conftest import NOON, a_check, write_audit
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from endpoint_server import (
    CLASSES,
    NAME,
    bomb,
    drip,
    failing,
    fitted,
    hang_up,
    metadata,
    people,
    saying,
    sending,
    serving,
    stall,
    truncate,
    when_asked,
)
from hypothesis import given
from hypothesis import strategies as st

from fateaudit.auditing import audit
from fateaudit.cli.meanings import meanings_of
from fateaudit.cli.targets import describe_inputs
from fateaudit.errors import (
    AuditFailedError,
    MissingLibraryError,
    PolicyError,
    RefusedModelError,
    UnusableDataError,
    UsageError,
)
from fateaudit.loading import Way
from fateaudit.models import Terms, describe_model, open_model
from fateaudit.models.endpoint import line
from fateaudit.models.endpoint.address import Address
from fateaudit.models.endpoint.metadata import plan, read_metadata
from fateaudit.models.endpoint.protocol import read_answer
from fateaudit.policy import read_policy
from fateaudit.policy.linting import lint

TOKEN = "s3cret-bearer-0123456789"  # noqa: S105 - of this test
COLUMNS = {"prediction": None, "sensitive": [{"name": "colour", "label": "Colour"}]}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Try again soon: how long it waits in between is no promise."""
    monkeypatch.setattr(line, "FIRST_WAIT", 0.01)


@pytest.fixture(scope="module")
def model():
    return fitted()


@pytest.fixture
def policy(tmp_path):
    """Write a policy for a model, on the rows that it learnt from."""

    def write(path, *, folder="audit", classes=CLASSES, **settings):
        table, outcome = people()
        rows = [{**row, "label": label} for row, label in zip(table.to_dict("records"), outcome, strict=True)]
        said = {"path": path, "classes": list(classes), **settings} if classes else {"path": path, **settings}
        return write_audit(tmp_path / folder, rows, a_check(across=["colour"]), model=said, columns=COLUMNS)

    return write


def a_table(rows=40):
    table, _ = people(rows, seed=8)
    return pa.table({name: table[name].tolist() for name in table.columns}).cast(
        pa.schema([("colour", pa.string()), ("visits", pa.float64()), ("risk", pa.float64())])
    )


def ask(path, table=None, terms=None):
    """Open the policy's model, and ask it about rows."""
    with open_model(read_policy(path), terms) as opened:
        return opened.predict(a_table() if table is None else table)


def in_process(model, table):
    return model.predict_proba(table.to_pandas().astype({"visits": int}))


def test_the_predictions_are_those_of_the_model_itself(model, policy) -> None:
    table = a_table(500)
    with serving(model) as server:
        scores = ask(policy(server.address), table)

    assert np.array_equal(scores, in_process(model, table))
    assert scores.shape == (500, 2)


def test_rows_go_out_in_batches_and_only_to_the_address(model, policy) -> None:
    with serving(model) as server:
        ask(policy(server.address, limits={"batch_rows": 16}), a_table(40))
        many = people(20_000)[0]
        with open_model(read_policy(policy(server.address))) as opened:
            opened.predict(
                pa.table({"colour": many.colour.tolist(), "visits": many.visits.astype(float), "risk": many.risk})
            )
    verbs = [verb for verb, _, _ in server.asked]

    assert verbs == ["GET", "POST", "POST", "POST", "GET", "GET", "POST", "POST", "GET"]
    assert {path for _, path, _ in server.asked} == {f"/v2/models/{NAME}", f"/v2/models/{NAME}/infer"}
    assert "Authorization" not in server.asked[1][2]


def test_a_server_that_takes_fewer_rows_gets_fewer(model, policy) -> None:
    def habit(handler, verb, honest):
        if verb == "GET" or honest["outputs"][0]["shape"][0] <= 10:
            return False
        handler.send(b"", status=413)
        return True

    with serving(model, habit=habit) as server:
        scores = ask(policy(server.address), a_table(40))

    assert np.array_equal(scores, in_process(model, a_table(40)))


def test_a_server_that_takes_not_even_one_row_is_left(model, policy) -> None:
    habit = sending(b"", status=413)
    with serving(model, habit=habit) as server, pytest.raises(AuditFailedError, match="not even take one row"):
        ask(policy(server.address))

    assert server.inferences() == 6, "40 rows, 20, 10, 5, 2 and 1"


def test_one_tensor_of_all_columns_is_filled_in_the_order_of_the_policy(policy) -> None:
    class Sum:
        def predict_proba(self, rows):
            return rows

    one = [{"name": "input-0", "datatype": "FP32", "shape": [-1, 2]}]
    seen = []

    def answer(body):
        question = json.loads(body)["inputs"][0]
        seen.append(question)
        rows = np.reshape(question["data"], question["shape"])
        scores = 1 / (1 + np.exp(-rows @ [1, 10]))
        output = {"name": "p", "datatype": "FP32", "shape": [len(rows), 1], "data": [[s] for s in scores.tolist()]}
        return {"model_name": NAME, "outputs": [output]}

    said = metadata(inputs=one, outputs=[{"name": "p", "datatype": "FP32", "shape": [-1, 1]}])
    with serving(Sum(), said=said) as server:
        server.answer = answer
        scores = ask(
            policy(server.address, inputs=["risk", "visits"]), pa.table({"visits": [0.0, 1.0], "risk": [0.5, -0.5]})
        )

    assert seen[0] == {"name": "input-0", "datatype": "FP32", "shape": [2, 2], "data": [0.5, 0.0, -0.5, 1.0]}
    assert scores[:, 1] == pytest.approx([1 / (1 + np.exp(-0.5)), 1 / (1 + np.exp(-9.5))])
    assert scores.sum(axis=1) == pytest.approx([1, 1])


def wrong_shape(_, output):
    output["shape"] = [output["shape"][0], 3]


def fewer_rows(_, output):
    output["shape"][0] -= 1
    del output["data"][-2:]


def huge(handler, honest):
    """Send a number that JSON can write and no float can hold."""
    honest["outputs"][0]["data"][3] = "huge"
    handler.send(json.dumps(honest).replace('"huge"', "1e999").encode())


LIES = {
    "a wrong shape": (saying(wrong_shape), "another shape"),
    "fewer rows": (saying(fewer_rows), "another shape"),
    "fewer numbers": (saying(lambda _, output: output["data"].pop()), "fewer or more numbers"),
    "ragged rows": (
        saying(lambda _, output: output.update(data=[[0.5, 0.5, 0.5], [0.5]] * 20)),
        "fewer or more numbers",
    ),
    "a wrong name": (saying(lambda _, output: output.update(name="predict")), "does not give the output"),
    "two outputs": (saying(lambda answer, output: answer["outputs"].append(output)), "does not give the output"),
    "no outputs": (saying(lambda answer, _: answer.update(outputs=None)), "does not give the output"),
    "a wrong datatype": (saying(lambda _, output: output.update(datatype="FP32")), "another datatype"),
    "another model": (saying(lambda answer, _: answer.update(model_name="other")), "the answer of another model"),
    "a version that is none": (saying(lambda answer, _: answer.update(model_version=1)), "a version that is no text"),
    "a list": (sending(b"[1, 2]"), "the answer of another model"),
    "NaN": (saying(lambda _, output: output["data"].__setitem__(3, float("nan"))), "sound JSON"),
    "null": (saying(lambda _, output: output["data"].__setitem__(3, None)), "something else than numbers"),
    "truth": (
        saying(lambda _, output: output["data"].__setitem__(3, json.loads("true"))),
        "something else than numbers",
    ),
    "text": (saying(lambda _, output: output["data"].__setitem__(3, "0.5")), "something else than numbers"),
    "infinite": (when_asked(huge), "not finite"),
    "a giant": (saying(lambda _, output: output["data"].__setitem__(3, 10**400)), "not finite"),
    "beyond one": (saying(lambda _, output: output.update(data=[1.5, -0.5] * 40)), "not the probabilities"),
    "not one together": (saying(lambda _, output: output.update(data=[0.6, 0.6] * 40)), "not the probabilities"),
    "invalid JSON": (sending(b'{"model_name": "rel'), "sound JSON"),
    "not UTF-8": (sending(b'{"model_name": "\xff"}'), "sound JSON"),
    "one key twice": (sending(b'{"model_name": "release", "model_name": "release"}'), "sound JSON"),
    "deeply nested": (sending(b"[" * 500_000), "sound JSON"),
    "too much": (sending(b"[" + b"0.5," * 12_500_000 + b"0]"), "sends more than"),
    "a bomb": (when_asked(bomb), "compressed"),
    "an error": (sending(b'{"error": "row 3 of Ms Smith"}', status=400), "answers 400"),
    "a broken server": (sending(b'{"error": "row 3 of Ms Smith"}', status=500), "answers 500"),
    "no content": (sending(b"", status=204), "answers 204"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_told_for_what_it_is_and_not_asked_for_again(lie, model, policy) -> None:
    habit, told = LIES[lie]
    with serving(model, habit=habit) as server:
        begun = time.monotonic()
        with pytest.raises(AuditFailedError, match=told) as caught:
            ask(policy(server.address))

    assert time.monotonic() - begun < 8
    assert server.inferences() == 1
    assert "Smith" not in str(caught.value)
    assert caught.value.hint


LATE = {
    "says nothing": when_asked(stall),
    "drips a head": drip(b"HTTP/1.1 200 OK\r\nX-Slow: "),
    "drips a body": drip(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"),
    "drips a body without a length": drip(b"HTTP/1.0 200 OK\r\n\r\n"),
    "drips the size of a piece": drip(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
    "goes on and on": when_asked(
        lambda handler, _: [handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n") for _ in range(10**7)]
    ),
}


@pytest.mark.parametrize("manner", LATE)
def test_a_server_that_keeps_its_line_busy_is_left_in_time(manner, model, policy) -> None:
    with serving(model, habit=LATE[manner]) as server:
        path = policy(server.address, endpoint={"timeout_seconds": 1})
        begun = time.monotonic()
        with pytest.raises(AuditFailedError, match="did not answer within 1 second"):
            ask(path)

    assert 0.9 < time.monotonic() - begun < 5
    assert server.inferences() == 1


@pytest.mark.parametrize("statuses", [[503], [502, 504]])
def test_a_server_that_was_away_is_asked_again(statuses, model, policy) -> None:
    with serving(model, habit=failing(statuses)) as server:
        scores = ask(policy(server.address))

    assert np.array_equal(scores, in_process(model, a_table()))
    assert server.inferences() == 1 + len(statuses)


BROKEN = {"away": sending(b"", status=503), "hangs up": when_asked(hang_up), "is cut short": when_asked(truncate)}


@pytest.mark.parametrize("retries", [0, 2])
@pytest.mark.parametrize("manner", BROKEN)
def test_tries_are_counted_and_end(manner, retries, model, policy) -> None:
    told = "tried 3 times" if retries else "away|broke off"
    with serving(model, habit=BROKEN[manner]) as server, pytest.raises(AuditFailedError, match=told):
        ask(policy(server.address, endpoint={"retries": retries}))

    assert server.inferences() == 1 + retries


def test_a_redirect_is_not_followed(model, policy) -> None:
    with serving(model) as other:
        for verb in ("GET", "POST"):
            there = other.address

            def habit(handler, asked, _, verb=verb, there=there):
                if asked != verb:
                    return False
                handler.send(b"", status=307, Location=there)
                return True

            with serving(model, habit=habit) as server, pytest.raises(AuditFailedError, match="not followed"):
                ask(policy(server.address))

    assert other.asked == []


def test_nobody_there_is_said_after_the_last_try(policy) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]

        with pytest.raises(AuditFailedError, match="cannot be reached, tried 3 times"):
            ask(policy(f"http://127.0.0.1:{port}/v2/models/{NAME}"))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine, signed by nobody but itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a test")])
    day = dt.timedelta(days=1)
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    content = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain) + made.public_bytes(encoding)
    path.write_bytes(content)
    return path


def test_a_server_must_show_a_certificate_that_is_trusted_here(model, policy, certificate, monkeypatch) -> None:
    with serving(model, certificate=certificate) as server:
        with pytest.raises(AuditFailedError, match="certificate is not trusted") as caught:
            ask(policy(server.address))
        assert "SSL_CERT_FILE" in caught.value.hint
        assert server.asked == []
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        scores = ask(policy(server.address))
        with pytest.raises(AuditFailedError, match="certificate is not trusted"):
            ask(policy(server.address.replace("127.0.0.1", "localhost")))
        server.habit = drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        with pytest.raises(AuditFailedError, match="did not answer within 1 second"):
            ask(policy(server.address, endpoint={"timeout_seconds": 1}))

    assert np.array_equal(scores, in_process(model, a_table()))


def test_a_server_that_does_not_encrypt_is_not_spoken_to_under_https(model, policy) -> None:
    with serving(model) as server, pytest.raises(AuditFailedError, match="cannot be reached"):
        ask(policy(server.address.replace("http:", "https:")))

    assert server.asked == []


METADATA = {
    "of another model": (metadata(name="other"), AuditFailedError, "as another model"),
    "nothing": ({}, AuditFailedError, "does not describe itself"),
    "no inputs": (metadata(inputs=[]), AuditFailedError, "what it reads and gives"),
    "an image": (
        metadata(inputs=[{"name": "i", "datatype": "UINT8", "shape": [-1, 3, 224, 224]}]),
        AuditFailedError,
        "no column of a table",
    ),
    "a wide input among others": (
        metadata(inputs=[*metadata()["inputs"], {"name": "more", "datatype": "FP32", "shape": [-1, 3]}]),
        AuditFailedError,
        "more than one column",
    ),
    "a fixed batch": (
        metadata(inputs=[{"name": "colour", "datatype": "BYTES", "shape": [1, 1]}]),
        AuditFailedError,
        "no column of a table",
    ),
    "unnamed columns": (
        metadata(inputs=[{"name": "i", "datatype": "FP32", "shape": [-1, 3]}]),
        UsageError,
        "does not say which",
    ),
    "two possible outputs": (
        metadata(outputs=[{"name": name, "datatype": "FP64", "shape": [-1, 2]} for name in "ab"]),
        UsageError,
        "several outputs",
    ),
    "no probabilities": (
        metadata(outputs=[{"name": "label", "datatype": "INT64", "shape": [-1, 1]}]),
        UsageError,
        "no output of probabilities",
    ),
    "three classes": (
        metadata(outputs=[{"name": "p", "datatype": "FP64", "shape": [-1, 3]}]),
        UsageError,
        "no output of probabilities",
    ),
    "a name twice": (
        metadata(inputs=[{"name": "colour", "datatype": "BYTES", "shape": [-1, 1]}] * 2),
        AuditFailedError,
        "used twice",
    ),
    "a name of two lines": (
        metadata(inputs=[{"name": "col\nour", "datatype": "BYTES", "shape": [-1, 1]}]),
        AuditFailedError,
        "no single line",
    ),
    "a shape of text": (
        metadata(inputs=[{"name": "colour", "datatype": "BYTES", "shape": ["-1"]}]),
        AuditFailedError,
        "does not describe itself",
    ),
}


@pytest.mark.parametrize("what", METADATA)
def test_metadata_that_cannot_be_asked_by_are_told(what, model, policy) -> None:
    said, kind, told = METADATA[what]
    with serving(model, said=said) as server, pytest.raises(kind, match=re.escape(told)):
        ask(policy(server.address))

    assert server.inferences() == 0


ADDRESS = Address("https", "example.org", 443, f"/v2/models/{NAME}", NAME, None)
SOUND = {
    "model_name": NAME,
    "outputs": [{"name": "predict_proba", "datatype": "FP64", "shape": [1, 2], "data": [0.25, 0.75]}],
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def replaced(within, value):
    """Every form of a document in which one part is another value."""
    yield value
    parts = within.items() if isinstance(within, dict) else enumerate(within) if isinstance(within, list) else ()
    for place, part in parts:
        for other in replaced(part, value):
            copy = dict(within) if isinstance(within, dict) else list(within)
            copy[place] = other
            yield copy


@given(VALUES)
def test_whatever_stands_in_an_answer_it_is_numbers_or_a_refusal(value) -> None:
    told, _ = read_metadata(json.dumps(metadata()).encode(), ADDRESS)
    how = plan(told, ADDRESS, inputs=(), classes=CLASSES, output=None)

    assert read_answer(json.dumps(SOUND).encode(), how, 1, ADDRESS)[0].tolist() == [[0.25, 0.75]]
    for answer in replaced(SOUND, value):
        try:
            scores, _ = read_answer(json.dumps(answer).encode(), how, 1, ADDRESS)
        except AuditFailedError:
            continue
        assert scores.shape == (1, 2)
        assert scores.sum() == pytest.approx(1, abs=1e-3)


@given(VALUES)
def test_whatever_stands_in_metadata_it_is_a_plan_or_a_refusal(value) -> None:
    for said in replaced(metadata(), value):
        try:
            told, _ = read_metadata(json.dumps(said).encode(), ADDRESS)
            how = plan(told, ADDRESS, inputs=(), classes=CLASSES, output=None)
        except (AuditFailedError, UsageError):
            continue
        assert how.width == 2


def test_outcomes_without_names_are_asked_for(model, policy) -> None:
    with serving(model) as server, pytest.raises(UsageError, match="what its outcomes are called") as caught:
        ask(policy(server.address, classes=()))

    assert "model.classes" in caught.value.hint


def test_an_output_is_taken_by_name_where_several_could_be_meant(model, policy) -> None:
    both = [{"name": name, "datatype": "FP64", "shape": [-1, 2]} for name in ("predict_proba", "calibrated")]
    with serving(model, said=metadata(outputs=both)) as server:
        scores = ask(policy(server.address, endpoint={"output": "predict_proba"}))

    assert np.array_equal(scores, in_process(model, a_table()))


def with_missing(column):
    table = a_table(6)
    gone = pa.array([None, *table[column].to_pylist()[1:]], table[column].type)
    return table.set_column(table.column_names.index(column), column, gone)


@pytest.mark.parametrize("column", ["colour", "visits", "risk"])
def test_a_missing_value_is_refused_where_nobody_said_how_to_say_it(column, model, policy) -> None:
    with serving(model) as server, pytest.raises(UnusableDataError, match=f'"{column}" has no value in 1 rows'):
        ask(policy(server.address), with_missing(column))

    assert server.inferences() == 0


@pytest.mark.parametrize(
    ("missing", "column", "said"),
    [("as_null", "risk", b"[null,"), ("as_nan", "risk", b"[NaN,"), ("as_null", "colour", b"[null,")],
)
def test_a_missing_value_is_said_as_the_policy_says(missing, column, said, model, policy) -> None:
    bodies = []
    with serving(model) as server:
        honest = server.answer

        def answer(body):
            bodies.append(body)
            return honest(
                body.replace(b"[null,", b'["",' if column == "colour" else b"[0.0,").replace(b"[NaN,", b"[0.0,")
            )

        server.answer = answer
        ask(policy(server.address, endpoint={"missing": missing}), with_missing(column))

    assert said in bodies[0]


def test_whole_numbers_are_not_rounded_to_fit(model, policy) -> None:
    table = a_table(3)
    table = table.set_column(1, "visits", pa.array([0.0, 1.5, 2.0]))
    with serving(model) as server, pytest.raises(UnusableDataError, match="no whole number"):
        ask(policy(server.address), table)


def test_truth_is_sent_as_truth_and_what_is_neither_is_refused(policy) -> None:
    bodies = []

    def answer(body):
        bodies.append(json.loads(body))
        output = {"name": "p", "datatype": "FP32", "shape": [2], "data": [0.5, 0.5]}
        return {"model_name": NAME, "outputs": [output]}

    said = metadata(
        inputs=[{"name": "known", "datatype": "BOOL", "shape": [-1]}],
        outputs=[{"name": "p", "datatype": "FP32", "shape": [-1]}],
    )
    with serving(None, said=said) as server:
        server.answer = answer
        path = policy(server.address)
        ask(path, pa.table({"known": [1.0, 0.0]}))
        for strange in (2.0, 0.5):
            with pytest.raises(UnusableDataError, match="neither 0 nor 1 in 1 rows"):
                ask(path, pa.table({"known": [1.0, strange]}))
        with pytest.raises(UnusableDataError, match="no value in 1 rows"):
            ask(path, pa.table({"known": [1.0, None]}))

    assert [one["inputs"] for one in bodies] == [
        [{"name": "known", "shape": [2], "datatype": "BOOL", "data": [True, False]}]
    ]


def test_an_infinite_number_is_refused_before_it_is_sent(model, policy) -> None:
    table = a_table(2).set_column(2, "risk", pa.array([0.5, float("inf")]))
    with serving(model) as server, pytest.raises(UnusableDataError, match="an infinite number in 1 rows"):
        ask(policy(server.address, endpoint={"missing": "as_nan"}), table)

    assert server.inferences() == 0


BAD = {
    "a password": "https://ann:" + TOKEN + "@example.org/v2/models/m",
    "a user": "https://ann@example.org/v2/models/m",
    "a query": "https://example.org/v2/models/m?key=" + TOKEN,
    "a fragment": "https://example.org/v2/models/m#" + TOKEN,
    "another path": "https://example.org/v1/models/m",
    "no model": "https://example.org/v2/models/",
    "what is asked of it": "https://example.org/v2/models/m/infer",
    "a way up": "https://example.org/v2/../v2/models/m",
    "an odd sign": "https://example.org/v2/models/m%2e",
    "no port": "https://example.org:99999/v2/models/m",
    "http to another machine": "http://example.org/v2/models/m",
    "http to a name that begins like this machine": "http://127.0.0.1.example.org/v2/models/m",
    "http to an address of a network": "http://10.0.0.1/v2/models/m",
}


@pytest.mark.parametrize("what", BAD)
def test_an_address_that_is_none_or_gives_something_away_is_refused_unasked(what, policy) -> None:
    path = policy(BAD[what])
    for refused in (ask, lambda path: describe_model(read_policy(path))):
        with pytest.raises(UsageError) as caught:
            refused(path)

        assert TOKEN not in str(caught.value)
        assert "fateaudit.yaml" in str(caught.value)


def test_a_name_of_this_machine_that_leads_elsewhere_is_told_nothing(model, policy, monkeypatch) -> None:
    monkeypatch.setattr(line, "is_loopback", lambda host: host != "127.0.0.1")
    with serving(model) as server, pytest.raises(AuditFailedError, match="is not on this machine"):
        ask(policy(server.address))

    assert server.asked == []


def test_a_folder_before_the_address_and_a_version_behind_it_are_part_of_it(policy) -> None:
    one, other = (
        describe_model(read_policy(policy(f"{start}/v2/models/m/versions/3")))
        for start in ("https://Example.org/team/a", "https://example.org:443/team/a")
    )

    assert one == other
    assert one.name == "m"
    assert describe_model(read_policy(policy("https://example.org/v2/models/m"))) != one


def test_a_model_is_described_without_asking_anybody(model, policy) -> None:
    with serving(model) as server:
        path = policy(server.address)
        described = describe_inputs(read_policy(path))
        assert server.asked == []
        record = audit(path, clock=NOON, explains=False)

    assert set(described) <= set(record.artifacts)
    assert record.artifact("model").name == NAME


def test_what_the_policy_pins_is_what_the_model_must_say_of_itself(model, policy) -> None:
    with serving(model) as server:
        with open_model(read_policy(policy(server.address))) as opened:
            digest = next(line.split()[-1] for line in opened.structure if "sha256" in line)
        ask(policy(server.address, endpoint={"metadata_sha256": digest}))
        server.said = metadata(platform="another")
        with pytest.raises(RefusedModelError, match="than the policy pins"):
            ask(policy(server.address, endpoint={"metadata_sha256": digest}))
        with pytest.raises(PolicyError, match="sha256 is for a file"):
            ask(policy(server.address, sha256=digest))


def ask_around(path, meanwhile):
    """Ask a model, and once more after something has happened."""
    with open_model(read_policy(path)) as opened:
        opened.predict(a_table())
        meanwhile(opened)
        opened.predict(a_table())


def test_a_model_that_changes_while_it_is_asked_is_refused(model, policy) -> None:
    for change in (
        lambda server: setattr(server, "said", metadata(versions=["1", "2"])),
        lambda server: setattr(server, "habit", saying(lambda answer, _: answer.update(model_version="2"))),
    ):
        with serving(model) as server, pytest.raises(RefusedModelError, match="was changed while"):
            ask_around(policy(server.address), lambda _, change=change, server=server: change(server))


def test_a_version_in_the_address_is_the_one_that_must_answer(model, policy) -> None:
    with serving(model) as server, pytest.raises(RefusedModelError, match="another version answered"):
        ask(policy(f"{server.address}/versions/7"))


def test_the_token_is_sent_and_stands_nowhere_else(model, policy, monkeypatch) -> None:
    monkeypatch.setenv("MODEL_TOKEN", TOKEN)
    settings = {"token_env": "MODEL_TOKEN"}
    with serving(model, token=TOKEN) as server:
        path = policy(server.address, endpoint=settings)
        record = audit(path, clock=NOON, explains=False)
        with open_model(read_policy(path)) as opened:
            seen = repr(opened) + repr(pickle.dumps(opened.reopen))
        server.said = metadata(platform=f"for {TOKEN}")
        with pytest.raises(AuditFailedError, match="repeats the token") as repeated:
            ask(path)
        with pytest.raises(AuditFailedError, match="answers 401") as refused:
            ask(policy(server.address))

    assert {headers.get("Authorization") for _, _, headers in server.asked[:-1]} == {f"Bearer {TOKEN}"}
    for said in (seen, record.to_bytes().decode(), str(repeated.value), str(refused.value)):
        assert TOKEN not in said
    assert "token_env" in refused.value.hint


@pytest.mark.parametrize("value", [None, "", "short", "two words of it", "line\r\nX-Other: 1"])
def test_a_variable_without_a_token_is_told_by_its_name_alone(value, model, policy, monkeypatch) -> None:
    if value is not None:
        monkeypatch.setenv("MODEL_TOKEN", value)
    with (
        serving(model) as server,
        pytest.raises(UsageError, match="MODEL_TOKEN holds no") as caught,
    ):
        ask(policy(server.address, endpoint={"token_env": "MODEL_TOKEN"}))

    assert server.asked == []
    assert not value or value not in str(caught.value)


def test_a_model_is_opened_once_more_for_another_process(model, policy) -> None:
    with serving(model) as server, open_model(read_policy(policy(server.address))) as first:
        again = pickle.loads(pickle.dumps(first.reopen))()  # noqa: S301 - made here
        try:
            same = np.array_equal(again.predict(a_table()), first.predict(a_table()))
        finally:
            again.close()
        server.said = metadata(platform="another")
        with pytest.raises(RefusedModelError, match="was changed while"):
            first.reopen()
        server.said = metadata()

    assert same


def test_closing_ends_whoever_waits(model, policy) -> None:
    with serving(model) as server:

        def close_soon(opened):
            server.habit = when_asked(stall)
            threading.Timer(0.3, opened.close).start()

        begun = time.monotonic()
        with pytest.raises(AuditFailedError, match="was left before it answered"):
            ask_around(policy(server.address), close_soon)

    assert time.monotonic() - begun < 5
    assert server.inferences() == 2


def test_the_library_is_named_where_it_is_missing(policy, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3.connection", None)

    with pytest.raises(MissingLibraryError) as caught:
        ask(policy("https://example.org/v2/models/m"))

    assert "pip install 'fateaudit[endpoint]'" in caught.value.hint


def test_a_policy_is_told_how_an_address_is_pinned_and_not_to_hash_it(policy) -> None:
    def advice(**settings):
        source = read_policy(policy("https://example.org/v2/models/m", **settings))
        return " ".join(f"{one.what} {one.do}" for one in lint(source, meanings_of(source)).lints)

    assert "metadata_sha256" in advice()
    assert "sha256sum https" not in advice()
    assert "metadata_sha256" not in advice(endpoint={"metadata_sha256": "0" * 64})


def test_settings_of_an_address_are_refused_for_a_file(policy) -> None:
    with pytest.raises(PolicyError, match="endpoint is for a model at an address"):
        read_policy(policy("model.skops", endpoint={}))


def test_time_and_rows_that_were_typed_come_first(model, policy) -> None:
    habit = when_asked(stall)
    with serving(model, habit=habit) as server, pytest.raises(AuditFailedError, match="within 1 second"):
        ask(policy(server.address), terms=Terms(seconds=1))
    with serving(model) as server:
        ask(policy(server.address), terms=Terms(batch_rows=4))

    assert server.inferences() == 10


def test_an_audit_by_address_counts_as_one_of_the_file(model, policy, tmp_path) -> None:
    file = policy("model.skops", folder="file")
    skops.io.dump(model, tmp_path / "file" / "model.skops")
    with serving(model, token=TOKEN) as server:
        by_address = policy(server.address, endpoint={"token_env": "MODEL_TOKEN"})
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "fateaudit",
                "run",
                str(by_address),
                "--out",
                str(tmp_path / "out"),
                "--report",
                "no",
            ],
            env={**os.environ, "MODEL_TOKEN": TOKEN},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    record = json.loads((tmp_path / "out" / "audit.json").read_text(encoding="utf-8")) if ran.returncode == 0 else {}
    own = json.loads(audit(file, clock=NOON).to_bytes())

    assert ran.returncode == 0, ran.stderr
    assert record["counts"] == own["counts"]
    assert record["access"]["model"] == "endpoint"
    assert record["environment"]["isolation"] is None
    assert record["access"]["description"][0] == server.address
    written = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert not any(TOKEN.encode() in content for content in written)
    assert TOKEN not in ran.stdout + ran.stderr


def test_several_jobs_ask_on_lines_of_their_own_and_count_the_same(model, policy) -> None:
    with serving(model) as server:
        path = policy(server.address)
        one = audit(path, clock=NOON, explains=False)
        table, outcome = people()
        rows = pa.table({**{name: table[name].tolist() for name in table.columns}, "label": outcome.tolist()})
        pq.write_table(rows, path.with_name("rows.parquet"), row_group_size=50)
        path.write_text(path.read_text(encoding="utf-8").replace("rows.csv", "rows.parquet"), encoding="utf-8")
        before = sum(verb == "GET" for verb, _, _ in server.asked)
        two = audit(path, clock=NOON, explains=False, way=Way(jobs=2))
    opened = sum(verb == "GET" for verb, _, _ in server.asked) - before

    assert two.counts == one.counts
    assert opened == 3, "two lines, and the question at the end"
