"""What a policy says about a model that answers at an address."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from fateaudit.documents import Frozen
from fateaudit.policy.checks import Text

DigestOfMetadata = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class EndpointSettings(Frozen):
    """How the model is asked. No credential stands here: only the name of the variable that holds one."""

    token_env: Annotated[str, StringConstraints(pattern="^[A-Za-z_][A-Za-z0-9_]{0,99}$")] | None = None
    """The environment variable with a bearer token; none is sent without it."""
    timeout_seconds: Annotated[int, Field(ge=1, le=3_600)] = 60
    """For one answer, from the first byte sent to the last one received."""
    retries: Annotated[int, Field(ge=0, le=10)] = 2
    """How often a request is sent again after a failed connection, or after 502, 503 or 504."""
    output: Text | None = None
    """The output that holds the probabilities, where several could."""
    missing: Literal["refuse", "as_null", "as_nan"] = "refuse"
    """How the server wants to be told that a value is missing: the protocol has no word for it."""
    metadata_sha256: DigestOfMetadata | None = None
    """When given, a model that says something else of itself is refused."""
