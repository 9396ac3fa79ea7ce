"""Random tables and checks for property tests."""

from conftest import ADV, FAV, a_check
from hypothesis import strategies as st

OUTCOMES = st.sampled_from([FAV, ADV])


@st.composite
def tables(draw, max_groups=4, max_rows=120):
    """Rows of one attribute: label and decision drawn freely, sometimes no label."""
    rows = []
    for number in range(draw(st.integers(1, max_groups))):
        cells = [draw(st.integers(0, max_rows)) for _ in range(4)]
        outcomes = [(label, decision) for label in (FAV, ADV) for decision in (FAV, ADV)]
        for (label, decision), n in zip(outcomes, cells, strict=True):
            rows += [{"group": f"g{number}", "label": label, "decision": decision}] * n
    unlabelled = draw(st.integers(0, 5))
    rows += [{"group": "g0", "label": None, "decision": draw(OUTCOMES)}] * unlabelled
    # The group that checks may name as their reference is always there.
    return [*rows, {"group": "g0", "label": FAV, "decision": FAV}]


@st.composite
def checks(draw):
    """One check with a suitable limit."""
    limit = draw(st.floats(0.05, 0.95).map(lambda value: round(value, 2)))
    rate = draw(
        st.sampled_from(["selection_rate", "adverse_rate", "true_positive_rate", "false_positive_rate",
                         "false_negative_rate", "positive_predictive_value", "accuracy"])
    )  # fmt: skip
    kind = draw(st.sampled_from(["level", "ratio", "difference", "between", "reference"]))
    if kind == "level":
        return a_check(metric=rate, limit=draw(st.sampled_from([{"min": limit}, {"max": limit}])))
    if kind == "difference":
        return a_check(metric=f"{rate}_difference", limit={"max": limit})
    if kind == "between":
        return a_check(metric=f"{rate}_ratio", limit={"min": limit}, params={"convention": "between_groups"})
    if kind == "reference":
        reference = {"convention": "to_reference", "reference": {"group": "g0"}}
        return a_check(metric=f"{rate}_ratio", limit={"min": limit}, params=reference)
    is_higher = rate in {"selection_rate", "true_positive_rate", "positive_predictive_value", "accuracy"}
    convention = "to_highest" if is_higher else "to_lowest"
    bounds = {"min": limit} if is_higher else {"max": round(1 / limit, 2)}
    return a_check(metric=f"{rate}_ratio", limit=bounds, params={"convention": convention})
