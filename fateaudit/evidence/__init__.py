"""What an audit observed: numbers, reasons why there are none, and what is told about how the model decides.

Evidence carries no opinion. Whether 0.12 is acceptable is a question for `policy`.
"""

from typing import Annotated

from pydantic import Field

from fateaudit.evidence.answers import (
    Answered,
    Attestation,
    CitedFile,
    Drawn,
    Given,
    NotAsked,
    Questionnaire,
    Respondent,
)
from fateaudit.evidence.insights import (
    Contribution,
    Documentation,
    Example,
    GapParts,
    Importances,
    Insights,
    NotTold,
    Step,
    Surrogate,
    Trace,
)
from fateaudit.evidence.measurements import (
    Claim,
    Convention,
    Extended,
    ExtendedInterval,
    Family,
    Figure,
    Figures,
    Interval,
    Measurement,
    PairClaim,
    Part,
    Reason,
    Score,
    SecondCalculation,
    Side,
    Subject,
    Unmeasured,
)
from fateaudit.evidence.self_tested import SelfTest
from fateaudit.evidence.usefulness import NaiveRule, Usefulness

Evidence = Annotated[Figures | Answered | Questionnaire, Field(discriminator="kind")]
"""One thing that was observed. Match it exhaustively."""

__all__ = [
    "Answered",
    "Attestation",
    "CitedFile",
    "Claim",
    "Contribution",
    "Convention",
    "Documentation",
    "Drawn",
    "Evidence",
    "Example",
    "Extended",
    "ExtendedInterval",
    "Family",
    "Figure",
    "Figures",
    "GapParts",
    "Given",
    "Importances",
    "Insights",
    "Interval",
    "Measurement",
    "NaiveRule",
    "NotAsked",
    "NotTold",
    "PairClaim",
    "Part",
    "Questionnaire",
    "Reason",
    "Respondent",
    "Score",
    "SecondCalculation",
    "SelfTest",
    "Side",
    "Step",
    "Subject",
    "Surrogate",
    "Trace",
    "Unmeasured",
    "Usefulness",
]
