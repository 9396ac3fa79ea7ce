"""Notes on a policy as a whole: what it leaves out, what lowers its best result, and settings that let things pass."""

from collections.abc import Iterator

from fateaudit.policy.caps import Best, Cap, caps_of
from fateaudit.policy.checks import Severity
from fateaudit.policy.content import Content, Missing
from fateaudit.policy.lints import Draft, Noted, Weight, weight_of_open
from fateaudit.policy.schema import Policy, Statistics, Words
from fateaudit.policy.waiving import earliest_audit
from fateaudit.policy.wording import listed

_CHECKLIST = (
    "checklist: predeployment-oversight, answers: answers.yaml, require: { signed_by: "
    "[model_owner, independent_reviewer] }"
)
_TO_TYPE = {
    Content.FAVOURABLE_SIDE: "metric: selection_rate_ratio, across: [{all}], limit: {{ min: 0.80 }}, severity: blocker",
    Content.ADVERSE_SIDE: "metric: adverse_rate_ratio, across: [{all}], limit: {{ max: 1.25 }}, severity: blocker",
    Content.ERRORS_BY_GROUP: "metric: wrong_adverse_rate_difference, across: [{all}], limit: {{ max: 0.05 }}, "
    "severity: blocker",
    Content.ERRORS_AT_ALL: "metric: wrong_adverse_share, across: overall, limit: {{ max: 0.50 }}, severity: major",
    Content.RIGHTS: _CHECKLIST,
    Content.ANSWERABLE: _CHECKLIST,
    Content.SIGNATURES: "require: {{ signed_by: [model_owner, independent_reviewer] }}",
    Content.DOCUMENTATION: "metric: documentation_completeness, across: overall, limit: {{ min: 0.90 }}, "
    "severity: major",
    Content.TRACE: "metric: trace_completeness, across: overall, limit: {{ min: 1.00 }}, severity: major",
    Content.FIDELITY: "metric: attribution_fidelity, across: overall, limit: {{ min: 0.90 }}, severity: major",
    Content.STABILITY: "metric: attribution_stability, across: overall, limit: {{ min: 0.80 }}, severity: major",
}
"""What a check would say that asks what is missing; the limits are the reference's, for the owner to think about."""

_SIDES = {Content.FAVOURABLE_SIDE, Content.ADVERSE_SIDE}


def content_is_missing(draft: Draft) -> Iterator[Noted]:
    """L-01: what rule R4 wants asked and no check of weight asks."""
    for principle, ones in draft.missing.items():
        sides = [one for one in ones if one.content in _SIDES]
        for one in ones:
            only = "only one side of the outcome is limited; " if sides == [one] else ""
            what = f"{only}no opinion on {principle}: no blocker or major asks {one.words}"
            yield Noted(_where_to_add(draft.policy, one), Weight.STOPS, what, _to_type(draft.policy, one))


def _to_type(policy: Policy, one: Missing) -> str:
    if one.content is Content.GROUPS:
        return 'ask for the data with a column that says who people are, and write sensitive: [{ name: …, label: "…" }]'
    if one.content is Content.ERRORS_AT_ALL and policy.columns.label is None:
        return "write columns.label: a column that says what happened, if only for a part of the cases"
    names = ", ".join(attribute.name for attribute in policy.columns.sensitive)
    return f"in a check, write {_TO_TYPE[one.content].replace('{all}', names).replace('{{', '{').replace('}}', '}')}"


def _where_to_add(policy: Policy, one: Missing) -> tuple[str | int, ...]:
    check = policy.checklist_check
    if one.content is Content.SIGNATURES and check is not None:
        return ("checks", policy.checks.index(check), "require")
    return ("checks",)


def caps_apply(draft: Draft) -> Iterator[Noted]:
    """L-02: what lowers the best possible result whatever is measured (rule R3), the run's history aside."""
    for cap in draft.caps:
        if cap.sentence != draft.circumstances.history.fixed_sentence:
            at, do = _cause(cap, draft)
            yield Noted(at, _weight_of(cap), f"{_of_features(cap)}: {cap.sentence.rstrip('.')}", do)


def _weight_of(cap: Cap) -> Weight:
    return Weight.STOPS if cap.best is Best.NO_OPINION else Weight.LOWERS


def _of_features(cap: Cap) -> str:
    best = "no opinion" if cap.best is Best.NO_OPINION else "at best in part"
    whose = "every feature" if len(cap.features) > 1 else listed([feature.value for feature in cap.features])
    return f"{best} on {whose}"


def _cause(cap: Cap, draft: Draft) -> tuple[tuple[str | int, ...], str]:
    """Return which setting a cap comes from: the one without which it would not be there."""
    policy = draft.policy
    columns, statistics = policy.columns, policy.statistics
    others: list[tuple[tuple[str | int, ...], Policy, str]] = [
        (
            ("dataset", "role"),
            policy.model_copy(update={"dataset": policy.dataset.model_copy(update={"role": "holdout"})}),
            "test on cases that were kept back from training and that the supplier did not choose; then role: holdout",
        ),
        (
            ("columns", "label_kind"),
            policy.model_copy(update={"columns": columns.model_copy(update={"label_kind": "outcome"})}),
            "nothing, unless the records show what really happened: then label_kind: outcome",
        ),
        (
            ("statistics", "decide_on"),
            policy.model_copy(update={"statistics": statistics.model_copy(update={"decide_on": "interval"})}),
            "write decide_on: interval",
        ),
    ]
    for at, without, do in others:
        if cap not in caps_of(without, draft.circumstances):
            return at, do
    return ("decision",), "write decision: { costs: { wrong_adverse: …, wrong_favourable: … } }, and say who set them"


def runs_came_before(draft: Draft) -> Iterator[Noted]:
    """L-03: the ledger names another policy at the first run with this model and these data."""
    if draft.history is not None and draft.history.fixed_before == "changed":
        what = f"no opinion on every feature: {draft.history.fixed_sentence.rstrip('.')}"
        yield Noted(
            (), Weight.STOPS, what, "put back the policy of the first run, or test on data that no run has seen"
        )


def no_signature_can_count(draft: Draft) -> Iterator[Noted]:
    """L-05: answers are asked for, and nobody is named whose signature on them could be believed."""
    check = draft.policy.checklist_check
    if check is not None and draft.policy.trust is None:
        what = f"{check.id} asks for signatures, and the policy names no trust file: none can be believed"
        do = "make keys with `fateaudit keygen`, then write trust: { path: trust.yaml, sha256: … }"
        at = ("checks", draft.policy.checks.index(check))
        yield Noted(at, weight_of_open(check.severity), what, do)


def nobody_can_act_before(draft: Draft) -> Iterator[Noted]:
    """L-06: a system that acts by itself, which ends the matter where it can harm (rule R7)."""
    if draft.policy.system.autonomy == "fully_autonomous":
        what = "nobody decides before the output has its effect: if the answers say high_impact, the limits are not met"
        do = "write autonomy: human_in_loop if that is how it is used; otherwise nothing mends this"
        yield Noted(("system", "autonomy"), Weight.READ, what, do)


_LOWER_IS = {
    "confidence": ("less sure", "surer"),
    "min_group_size": ("smaller groups are judged", "more groups are left out as too few to judge"),
    "coverage": ("more people may go unjudged where a limit is met", "fewer people may go unjudged"),
}


def unlike_recommended(draft: Draft) -> Iterator[Noted]:
    """L-15: statistics other than recommended, and in which direction."""
    written, recommended = draft.policy.statistics, Statistics()
    for name, (lower, higher) in _LOWER_IS.items():
        value, usual = getattr(written, name), getattr(recommended, name)
        if value != usual:
            told = lower if value < usual else higher
            what = f"{name} is {value:g} in place of the recommended {usual:g}: {told}"
            yield Noted(("statistics", name), Weight.READ, what, f"write {name}: {usual:g}, or say why in a comment")
    if written.family != recommended.family:
        what = "all checks share one margin of error: the more there are, the less surely any of them is told"
        yield Noted(("statistics", "family"), Weight.READ, what, "write family: check")


def gate_lets_pass(draft: Draft) -> Iterator[Noted]:
    """L-16: what the gate lets through; it never changes the opinion."""
    gate, stage = draft.policy.gate, draft.policy.system.stage
    if gate.fail_on is Severity.BLOCKER:
        what = "the gate lets a model pass whose majors are not met"
        yield Noted(("gate", "fail_on"), Weight.READ, what, "write fail_on: major")
    if gate.cannot_tell == "pass":
        what = "the gate lets pass what could not be judged, which is no sign that all is well"
        yield Noted(("gate", "cannot_tell"), Weight.READ, what, "write cannot_tell: fail")
    if gate.require == "result" and stage == "approved":
        what = "the system is approved, and the gate does not ask whether anybody signed the audit"
        yield Noted(("gate", "require"), Weight.READ, what, "write require: issued")


def waivers_let_pass(draft: Draft) -> Iterator[Noted]:
    """L-21: what a waiver needs to count at the gate, or why it never will."""
    policy = draft.policy
    severities = {check.id: check.severity for check in policy.checks}
    for place, waiver in enumerate(policy.waivers):
        # How much an answer weighs depends on what is answered.
        severity = severities.get(waiver.check)
        name, do = waiver.check, f"remove the waiver, unless {policy.system.owner.name} stands by its reason"
        days = f"an audit made from {earliest_audit(waiver)} to {waiver.until}"
        if severity is not None and not severity.at_least(policy.gate.fail_on):
            what, do = f"the gate does not stop for {name}, so waiving it does nothing", "remove the waiver"
        elif severity is Severity.BLOCKER and policy.trust is None:
            what = (
                f"waiving {name} never counts: it takes the accountable officer's signature, and none can be believed"
            )
            do = "make keys with `fateaudit keygen`, then write trust: { path: trust.yaml, sha256: … }"
        elif severity is Severity.BLOCKER:
            what = f"{name} can pass the gate unmet, on {days} that the accountable officer has accepted by signature"
        elif severity is None:
            what = f"{name} can pass the gate unmet, on {days}; as a blocker, once the accountable officer has signed"
        else:
            what = f"{name} can pass the gate unmet, on {days}; nobody has to sign for that"
        yield Noted(("waivers", place), Weight.READ, f"{what}; the result stays as it is", do)


def no_waiver_lifts(draft: Draft) -> Iterator[Noted]:
    """L-22: where checks are waived, what shuts the gate all the same."""
    if not draft.policy.waivers or draft.policy.gate.cannot_tell == "pass":
        return
    for cap in draft.caps:
        if cap.best is Best.NO_OPINION:
            what = f"no waiver lifts this, and the gate stops for it: {cap.sentence.rstrip('.')}"
            yield Noted(("waivers",), Weight.READ, what, "mend what is said of it above; only checks can be waived")


_NO_NOUNS = {"row", "record", "item", "instance", "sample", "example", "case", "entry", "data point"}


def words_left_open(draft: Draft) -> Iterator[Noted]:
    """L-17: words that tell a reader nothing about what happens to whom."""
    policy = draft.policy
    left = [name for name in ("favourable", "adverse") if getattr(policy.words, name) == getattr(Words(), name)]
    if policy.columns.label is not None:
        recorded = ("recorded_favourable", "recorded_adverse")
        left += [name for name in recorded if getattr(policy.words, name) == getattr(Words(), name)]
    if left:
        what = f"sentences will say {listed([f'“{getattr(policy.words, name)}”' for name in left])}"
        do = 'write words: { favourable: "released", adverse: "held", … }: what happens to the person'
        yield Noted(("words",), Weight.READ, what, do)
    if policy.columns.unit.casefold() in _NO_NOUNS:
        what = f"sentences will count each {policy.columns.unit}: nobody can tell whether one person is in it twice"
        yield Noted(("columns", "unit"), Weight.READ, what, "write what a row is: person, arrest, account, post")


def files_not_pinned(draft: Draft) -> Iterator[Noted]:
    """L-19: a file that could be another one at the next run."""
    policy = draft.policy
    model = "none" if policy.model.path is None or policy.model.is_endpoint else policy.model.sha256
    if policy.model.is_endpoint and (policy.model.endpoint is None or policy.model.endpoint.metadata_sha256 is None):
        what = "the model is an address: another one that answers there would be audited without a word"
        yield Noted(("model",), Weight.READ, what, "write endpoint: { metadata_sha256: what a record of it says }")
    for name, digest, path in (
        ("model", model, policy.model.path),
        ("dataset", policy.dataset.sha256, policy.dataset.path),
    ):
        if digest is None:
            what = f"the {name} is named and not pinned: another file of that name would be audited without a word"
            yield Noted((name,), Weight.READ, what, f"write sha256: what `sha256sum {path}` prints")
