"""Verdict, result and weight → the word that says it and the shape that stands beside the word."""

from fateaudit.policy import FeatureResult, Overall, Verdict

VERDICT_SHAPES = {Verdict.MET: "met", Verdict.NOT_MET: "not-met", Verdict.CANNOT_TELL: "unjudged"}
FEATURE_SHAPES = {
    FeatureResult.MET: "met",
    FeatureResult.IN_PART: "in-part",
    FeatureResult.NO_OPINION: "unjudged",
    FeatureResult.NOT_MET: "not-met",
    FeatureResult.NOT_AUDITED: "untested",
}
OVERALL_SHAPES = {
    Overall.DOES_NOT_MEET: "not-met",
    Overall.NO_OPINION: "unjudged",
    Overall.FALLS_SHORT: "in-part",
    Overall.MEETS: "met",
}

READ_AS = {Verdict.MET: "met", Verdict.NOT_MET: "not met", Verdict.CANNOT_TELL: "could not be judged"}
"""In a report "cannot tell" would be heard as "nothing found"."""

IN_A_TABLE = {**READ_AS, Verdict.CANNOT_TELL: "not judged"}
"""The same in a narrow column; under the table stands that this is not a pass."""

WEIGHTS = {"blocker": "critical", "major": "major", "minor": "minor", "info": "info"}
"""How much a check or a question weighs, for readers to whom a blocker is nothing."""
