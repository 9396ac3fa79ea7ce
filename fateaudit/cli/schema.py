"""Print the JSON Schema of the record or of the policy."""

import json
from enum import StrEnum

import typer

from fateaudit.policy import Policy
from fateaudit.record import record_schema


class Kind(StrEnum):
    """What has a schema."""

    RECORD = "record"
    POLICY = "policy"


def command(kind: Kind = typer.Argument(..., help="Which schema.")) -> None:
    """Print one JSON Schema on stdout."""
    schema = record_schema() if kind is Kind.RECORD else Policy.model_json_schema()
    typer.echo(json.dumps(schema, indent=1, ensure_ascii=False))
