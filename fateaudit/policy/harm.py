"""Error rates by what they do to the person: the field's names for them depend on which side is called positive."""

from fateaudit.counts import Outcome

HARM: dict[Outcome, dict[str, tuple[str, bool]]] = {
    Outcome.FAVOURABLE: {
        "false_negative_rate": ("wrong_adverse_rate", False),
        "true_positive_rate": ("wrong_adverse_rate", True),
        "false_omission_rate": ("wrong_adverse_share", False),
        "negative_predictive_value": ("wrong_adverse_share", True),
        "false_positive_rate": ("wrong_favourable_rate", False),
        "true_negative_rate": ("wrong_favourable_rate", True),
    },
    Outcome.ADVERSE: {
        "false_positive_rate": ("wrong_adverse_rate", False),
        "true_negative_rate": ("wrong_adverse_rate", True),
        "false_discovery_rate": ("wrong_adverse_share", False),
        "positive_predictive_value": ("wrong_adverse_share", True),
        "false_negative_rate": ("wrong_favourable_rate", False),
        "true_positive_rate": ("wrong_favourable_rate", True),
    },
}
"""By the side that the policy calls positive: a rate's name by its harm, and whether the rate is 1 less that."""
