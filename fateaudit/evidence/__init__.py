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
from fateaudit.evidence.context import LabelBias, Missing, Planning
from fateaudit.evidence.curves import CurvePoint, CurveSeen
from fateaudit.evidence.estimates import CalibrationNoise, Estimate, EstimatePart, Figures
from fateaudit.evidence.insights import (
    Contribution,
    Documentation,
    Example,
    FlipsSeen,
    GapParts,
    Importances,
    Insights,
    NotTold,
    ProxiesSeen,
    ProxySeen,
    ReasonsByGroup,
    ReasonsOfGroup,
    Step,
    Trace,
)
from fateaudit.evidence.looked_at import (
    ColumnGap,
    Extreme,
    LookedAt,
    NotLooked,
    ReversalSeen,
    ReversalsSearched,
    StratumSeen,
    SubgroupSeen,
    SubgroupsSearched,
    Uncovered,
)
from fateaudit.evidence.measurements import (
    Claim,
    Convention,
    Family,
    Measurement,
    PairClaim,
    Part,
    Reason,
    Score,
    SecondCalculation,
    Side,
    Subject,
    Unmeasured,
    Weighted,
)
from fateaudit.evidence.numbers import Extended, ExtendedInterval, Figure, Interval
from fateaudit.evidence.self_tested import SelfTest
from fateaudit.evidence.stand_in import Surrogate, Tree, TreeNode
from fateaudit.evidence.trained_on import TrainedOn
from fateaudit.evidence.usefulness import NaiveRule, Usefulness
from fateaudit.evidence.words import WordSeen, WordsSeen

Evidence = Annotated[Figures | Answered | Questionnaire, Field(discriminator="kind")]
"""One thing that was observed. Match it exhaustively."""

__all__ = [
    "Answered",
    "Attestation",
    "CalibrationNoise",
    "CitedFile",
    "Claim",
    "ColumnGap",
    "Contribution",
    "Convention",
    "CurvePoint",
    "CurveSeen",
    "Documentation",
    "Drawn",
    "Estimate",
    "EstimatePart",
    "Evidence",
    "Example",
    "Extended",
    "ExtendedInterval",
    "Extreme",
    "Family",
    "Figure",
    "Figures",
    "FlipsSeen",
    "GapParts",
    "Given",
    "Importances",
    "Insights",
    "Interval",
    "LabelBias",
    "LookedAt",
    "Measurement",
    "Missing",
    "NaiveRule",
    "NotAsked",
    "NotLooked",
    "NotTold",
    "PairClaim",
    "Part",
    "Planning",
    "ProxiesSeen",
    "ProxySeen",
    "Questionnaire",
    "Reason",
    "ReasonsByGroup",
    "ReasonsOfGroup",
    "Respondent",
    "ReversalSeen",
    "ReversalsSearched",
    "Score",
    "SecondCalculation",
    "SelfTest",
    "Side",
    "Step",
    "StratumSeen",
    "SubgroupSeen",
    "SubgroupsSearched",
    "Subject",
    "Surrogate",
    "Trace",
    "TrainedOn",
    "Tree",
    "TreeNode",
    "Uncovered",
    "Unmeasured",
    "Usefulness",
    "Weighted",
    "WordSeen",
    "WordsSeen",
]
