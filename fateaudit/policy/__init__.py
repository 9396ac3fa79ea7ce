"""What was promised beforehand, and whether evidence keeps it: no numpy, no randomness, no files but the policy."""

from fateaudit.policy.gating import GateResult, apply_gate
from fateaudit.policy.judging import VERDICT_WORDS, Answer, Finding, Verdict, judge, limit_text, sides_to_judge
from fateaudit.policy.opinion import (
    FEATURE_WORDS,
    OVERALL_WORDS,
    FeatureResult,
    Opinion,
    Opinions,
    Overall,
    conclude,
)
from fateaudit.policy.reading import PolicyFile, read_policy
from fateaudit.policy.schema import (
    Attribute,
    Columns,
    Decision,
    Limit,
    MetricCheck,
    Policy,
    Principle,
    Severity,
    Statistics,
    System,
)
from fateaudit.policy.scores import refuse_unsuitable_score, score_claims, unmeasured_score

__all__ = [
    "FEATURE_WORDS",
    "OVERALL_WORDS",
    "VERDICT_WORDS",
    "Answer",
    "Attribute",
    "Columns",
    "Decision",
    "FeatureResult",
    "Finding",
    "GateResult",
    "Limit",
    "MetricCheck",
    "Opinion",
    "Opinions",
    "Overall",
    "Policy",
    "PolicyFile",
    "Principle",
    "Severity",
    "Statistics",
    "System",
    "Verdict",
    "apply_gate",
    "conclude",
    "judge",
    "limit_text",
    "read_policy",
    "refuse_unsuitable_score",
    "score_claims",
    "sides_to_judge",
    "unmeasured_score",
]
