"""Models that answer at an address, by the Open Inference Protocol v2: KServe, Triton, MLServer and others.

Rows are sent to that address, and to no other. What comes back is hostile: bounded in time and size, and checked.
"""

from fateaudit.models.endpoint.asking import describe_endpoint, open_endpoint

__all__ = ["describe_endpoint", "open_endpoint"]
