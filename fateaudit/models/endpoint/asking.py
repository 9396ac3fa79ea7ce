"""A model at an address → the model that an audit sees. It runs on somebody else's machine: rows of people go there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from fateaudit.artifacts import Artifact, describe, sha256
from fateaudit.documents import to_json
from fateaudit.errors import RefusedModelError, UsageError
from fateaudit.evaluation import Column, ColumnKind, Model
from fateaudit.models.endpoint.address import Address, read_address
from fateaudit.models.endpoint.line import Line, TooManyRowsError
from fateaudit.models.endpoint.metadata import MOST_METADATA, TEXT, Metadata, Plan, plan, read_metadata
from fateaudit.models.endpoint.protocol import most_bytes, read_answer, request
from fateaudit.policy import EndpointSettings, ModelSource, PolicyFile

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from fateaudit.models.opening import Terms

MEDIA_TYPE = "application/vnd.fateaudit.endpoint+json"

MOST_CELLS = 50_000
"""Values that one request holds, and asks for: about half a megabyte of JSON, which servers and proxies take."""

_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{8,8192}")


@dataclass(frozen=True, slots=True)
class Order:
    """What a policy says about a model at an address. It can be sent to another process: there is no token in it."""

    address: Address
    settings: EndpointSettings
    model: ModelSource
    seconds: int
    batch_rows: int
    gives_numbers: bool = False

    @classmethod
    def from_policy(cls, source: PolicyFile, terms: Terms) -> Order:
        """Return the order; what was typed on the command line comes first. Raises UsageError for no address."""
        model = source.policy.model
        settings = model.endpoint or EndpointSettings()
        seconds = settings.timeout_seconds if terms.seconds is None else terms.seconds
        rows = terms.limits(source).batch_rows
        return cls(read_address(source), settings, model, seconds, rows, source.policy.gives_numbers)

    def token(self) -> str | None:
        """Return the token from the environment, if the policy names a variable. Raises UsageError for an empty one."""
        name = self.settings.token_env
        if name is None:
            return None
        token = os.environ.get(name, "")
        if _TOKEN.fullmatch(token) is None:
            raise UsageError(
                f"the variable {name} holds no token" if token.strip() == "" else f"{name} holds no bearer token",
                where=[str(self.address)],
                hint=f"put the token alone into it, for example: export {name}=$(cat FILE)",
            )
        return token


@dataclass(slots=True)
class Endpoint:
    """A model at an address, asked over one line. Not for several threads at a time."""

    order: Order
    line: Line
    told: Metadata
    plan: Plan
    digest: str
    """sha256 of what the model says of itself, in one form."""
    version: str | None = None
    """The version that answers, once it has said so."""

    @classmethod
    def begin(cls, order: Order, expected: str | None = None) -> Endpoint:
        """Ask a model what it is. Raises what is wrong with it, and RefusedModelError for another than `expected`."""
        line = Line(order.address, order.token(), order.seconds, order.settings.retries)
        try:
            told, digest = _described(line)
            _refuse_another(order, digest, expected)
            model = order.model
            how = plan(
                told,
                order.address,
                inputs=model.inputs,
                classes=model.classes,
                output=order.settings.output,
                gives_numbers=order.gives_numbers,
            )
        except BaseException:
            line.close()
            raise
        return cls(order, line, told, how, digest, order.address.version)

    def model(self) -> Model:
        """Return the model that an audit sees."""
        kinds = [ColumnKind.TEXT if datatype == TEXT else ColumnKind.NUMBER for _, datatype in self.plan.columns]
        said = [f"platform {self.told.platform}"] if self.told.platform else []
        said += [f"versions {', '.join(self.told.versions)}"] if self.told.versions else []
        return Model(
            artifact=_artifact(self.order.address, self.order.settings),
            inputs=tuple(map(Column, self.plan.names, kinds)),
            classes=self.plan.classes,
            predict=self,
            structure=(str(self.order.address), *said, f"metadata sha256 {self.digest}"),
            access="endpoint",
            reopen=partial(reopen, self.order, self.digest),
            close=self.line.close,
        )

    def __call__(self, table: pa.Table) -> NDArray[np.float64]:
        """Return the probability of each class, shape (rows, classes), or numbers, shape (rows, 1)."""
        table = table.select(self.plan.names)
        cells = len(self.plan.columns) + self.plan.width
        rows = max(min(self.order.batch_rows, MOST_CELLS // cells), 1)
        parts = [self._scores(table.slice(start, rows)) for start in range(0, table.num_rows, rows)]
        return np.concatenate(parts) if parts else np.empty((0, len(self.plan.classes) or 1))

    def refuse_changes(self) -> None:
        """Ask the model again what it is. Raises RefusedModelError when it says something else than at first."""
        _refuse_another(self.order, _described(self.line)[1], self.digest)

    def _scores(self, part: pa.Table) -> NDArray[np.float64]:
        body = request(self.plan, part, self.order.settings.missing)
        path = f"{self.order.address.path}/infer"
        try:
            content = self.line.ask("POST", path, body=body, most=most_bytes(self.plan, part.num_rows))
        except TooManyRowsError:
            if part.num_rows == 1:
                raise self.order.address.error("does not even take one row: its server answers 413") from None
            half = part.num_rows // 2
            return np.concatenate([self._scores(part.slice(0, half)), self._scores(part.slice(half))])
        scores, version = read_answer(content, self.plan, part.num_rows, self.order.address)
        if version is not None and version != (self.version or version):
            raise _changed(self.order.address, "another version answered than before, or than model.path names")
        self.version = version or self.version
        return scores


def reopen(order: Order, expected: str) -> Model:
    """Return the same model once more, on another line. Raises RefusedModelError when it says that it is another."""
    return Endpoint.begin(order, expected).model()


@contextmanager
def open_endpoint(source: PolicyFile, terms: Terms) -> Iterator[Model]:
    """Ask the model at the policy's address for as long as the block lasts; at its end, ask whether it is the same.

    Raises UsageError for what the policy must say otherwise, RefusedModelError for another model than the pinned one,
    or than at the beginning, AuditFailedError for a server that does not answer as it should.
    """
    endpoint = Endpoint.begin(Order.from_policy(source, terms))
    try:
        yield endpoint.model()
        endpoint.refuse_changes()
    finally:
        endpoint.line.close()


def describe_endpoint(source: PolicyFile) -> Artifact:
    """Return the model as an audit of it names it; nobody is asked. Raises UsageError for what is no address."""
    return _artifact(read_address(source), source.policy.model.endpoint or EndpointSettings())


def _artifact(address: Address, settings: EndpointSettings) -> Artifact:
    """Return the address and what the policy pins: a model on somebody else's machine cannot be hashed here."""
    named = to_json({"address": str(address), "metadata_sha256": settings.metadata_sha256})
    return describe(named, role="model", name=address.name, media_type=MEDIA_TYPE)


def _described(line: Line) -> tuple[Metadata, str]:
    content = line.ask("GET", line.address.path, most=MOST_METADATA)
    told, canonical = read_metadata(content, line.address)
    if line.token is not None and line.token.encode() in canonical:
        # It would go into the record from there.
        raise line.address.error(
            "repeats the token in what it says of itself", hint="take another token, and tell them"
        )
    return told, sha256(canonical)


def _refuse_another(order: Order, digest: str, expected: str | None) -> None:
    pinned = order.settings.metadata_sha256
    if expected is not None and digest != expected:
        raise _changed(order.address, "it says something else of itself than at the beginning")
    if pinned is not None and digest != pinned:
        raise RefusedModelError(
            f'the model "{order.address.name}" says something else of itself than the policy pins',
            where=[str(order.address), f"the sha256 of its metadata is {digest}"],
            hint="find out which of the two is meant, then correct model.endpoint.metadata_sha256 or the address",
        )


def _changed(address: Address, how: str) -> RefusedModelError:
    return RefusedModelError(
        f'the model "{address.name}" was changed while it was audited: {how}',
        where=[str(address)],
        hint="run it again when nobody changes it, and name one version in model.path: …/versions/VERSION",
    )
