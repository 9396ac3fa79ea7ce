"""Settings that have their place and are not built: refused, never ignored."""

from typing import Annotated

from pydantic import BeforeValidator


def _no_clusters(value: object) -> None:
    if value is not None:
        raise ValueError(
            "rows that belong together, such as several arrests of one person, are not in this version: every range "
            "would be too narrow | give one row for each person, or leave columns.cluster out and say so in provenance"
        )


NoClusters = Annotated[None, BeforeValidator(_no_clusters)]
"""What would tie rows together. Counting them as independent against the policy's word would be a wrong number."""
