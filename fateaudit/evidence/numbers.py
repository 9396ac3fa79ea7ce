"""How figures stand in the record: rounded at the waist, so that equal audits give equal bytes."""

import math
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer


def _to_twelve_digits(value: float) -> float:
    if math.isnan(value):
        raise ValueError("NaN is not a figure")
    return value if math.isinf(value) else float(f"{value:.12g}")


Figure = Annotated[float, AfterValidator(_to_twelve_digits)]
"""A finite number, rounded to 12 significant digits here, at the waist, so that equal audits give equal bytes."""

Extended = Annotated[
    float,
    Field(allow_inf_nan=True),
    BeforeValidator(lambda value: math.inf if value == "infinite" else value),
    AfterValidator(_to_twelve_digits),
    PlainSerializer(lambda value: "infinite" if math.isinf(value) else value, return_type=float | Literal["infinite"]),
]
"""A figure, or "infinite": a ratio whose denominator is a rate of 0. JSON has no infinity, and null would hide it."""

Interval = tuple[Figure, Figure]
ExtendedInterval = tuple[Extended, Extended]
