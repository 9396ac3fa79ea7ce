"""What was promised beforehand, and whether evidence keeps it: no numpy, no randomness, no files but the policy."""

from fateaudit.policy.answering import stops, verdict_of, weight_of
from fateaudit.policy.caps import NOTHING_KNOWN, Cap, Circumstances
from fateaudit.policy.checks import ChecklistCheck, Limit, MetricCheck, Principle, Severity
from fateaudit.policy.endpoint import EndpointSettings
from fateaudit.policy.gating import GateResult, apply_gate, combine
from fateaudit.policy.judging import VERDICT_WORDS, Finding, Ruling, Verdict, judge, limit_text, sides_to_judge
from fateaudit.policy.opinion import (
    FEATURE_WORDS,
    OVERALL_WORDS,
    FeatureResult,
    Opinion,
    Opinions,
    Overall,
    ReferenceOpinion,
    conclude,
)
from fateaudit.policy.reading import PolicyFile, read_policy
from fateaudit.policy.recourse import RecourseRules, refuse_unread_columns
from fateaudit.policy.reference import ProfileFile, read_profile, reference_policy
from fateaudit.policy.schema import (
    Attribute,
    Columns,
    Decision,
    ModelLimits,
    ModelSource,
    Policy,
    Statistics,
    System,
)
from fateaudit.policy.scores import refuse_unsuitable_score, score_claims, score_id, unmeasured_score
from fateaudit.policy.waiving import (
    Acceptance,
    WeighedWaiver,
    apply_gate_with_waivers,
    waives_a_blocker,
    weigh_waivers,
)

__all__ = [
    "FEATURE_WORDS",
    "NOTHING_KNOWN",
    "OVERALL_WORDS",
    "VERDICT_WORDS",
    "Acceptance",
    "Attribute",
    "Cap",
    "ChecklistCheck",
    "Circumstances",
    "Columns",
    "Decision",
    "EndpointSettings",
    "FeatureResult",
    "Finding",
    "GateResult",
    "Limit",
    "MetricCheck",
    "ModelLimits",
    "ModelSource",
    "Opinion",
    "Opinions",
    "Overall",
    "Policy",
    "PolicyFile",
    "Principle",
    "ProfileFile",
    "RecourseRules",
    "ReferenceOpinion",
    "Ruling",
    "Severity",
    "Statistics",
    "System",
    "Verdict",
    "Waiver",
    "WeighedWaiver",
    "apply_gate",
    "apply_gate_with_waivers",
    "combine",
    "conclude",
    "judge",
    "limit_text",
    "read_policy",
    "read_profile",
    "reference_policy",
    "refuse_unread_columns",
    "refuse_unsuitable_score",
    "score_claims",
    "score_id",
    "sides_to_judge",
    "stops",
    "unmeasured_score",
    "verdict_of",
    "waives_a_blocker",
    "weigh_waivers",
    "weight_of",
]
