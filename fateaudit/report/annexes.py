"""The annexes that hold figures of their own: the policy in full, and the files that travel inside the PDF.

What is the same in every report (glossary, quotations, how to check without this tool) stands in the templates.
Mappings are sorted: a record that was read from its file has them in another order than one that was just made.
"""

from dataclasses import dataclass

from fateaudit.artifacts import sha256
from fateaudit.policy import ChecklistCheck, MetricCheck, Policy
from fateaudit.policy.training import TrainingSource
from fateaudit.policy.wording import attribute_name, capitalised, decimal, limit_in_words, listed
from fateaudit.report import waived
from fateaudit.report.background import Digest, digests
from fateaudit.report.entries import Entry
from fateaudit.report.reported import Reported
from fateaudit.report.text import lowered

_ENDING = ".dsse.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """One check as the policy has it."""

    check: str
    line: str
    what: str
    limit: str
    weight: str
    why: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the data, and what it was taken for."""

    name: str
    use: str
    told: str


@dataclass(frozen=True, slots=True)
class Annexes:
    """What the annexes are filled with."""

    carried: tuple[Digest, ...]
    envelopes: tuple[str, ...]
    """The carried signatures, by name without ending: `assessor`."""
    rules: tuple[Rule, ...]
    columns: tuple[Column, ...]
    statistics: tuple[Entry, ...]
    others: tuple[Entry, ...]
    model_card: tuple[Entry, ...]


def annexes(reported: Reported) -> Annexes:
    """Return what stands in the annexes of this report."""
    policy, files = reported.record.policy, sorted(reported.signatures.files)
    return Annexes(
        carried=carried(reported),
        envelopes=tuple(name.removesuffix(_ENDING) for name in files if name.endswith(_ENDING)),
        rules=tuple(_rule(check, policy) for check in policy.checks),
        columns=tuple(_columns(policy)),
        statistics=_statistics(policy),
        others=_others(reported),
        model_card=tuple(
            Entry(_plain(field), told if isinstance(told, str) else "; ".join(told))
            for field, told in sorted(policy.model_card.items())
        ),
    )


def carried(reported: Reported) -> tuple[Digest, ...]:
    """Return every file inside the PDF with its digest: the record, the trust file and the signatures."""
    record = digests(reported.record)[-1]
    return (
        record,
        *(
            Digest("Signature" if name.endswith(_ENDING) else "Trust file", name, f"{len(content):,}", sha256(content))
            for name, content in sorted(reported.signatures.files.items())
        ),
    )


def _plain(word: str) -> str:
    return capitalised(word.replace("_", " "))


def _rule(check: MetricCheck | ChecklistCheck, policy: Policy) -> Rule:
    line = str(check.line) if check.line is not None else "not told"
    if isinstance(check, ChecklistCheck):
        signed = listed([role.words for role in check.require.signed_by])
        what = f"Accountability: the list “{check.checklist}”, answered in {check.answers}"
        return Rule(check.id, line, what, f"signed by {signed}", check.severity.value, check.why)
    across = listed([_across(of, policy) for of in check.attribute_sets()])
    conventions = [check.params.convention.value.replace("_", " ")] if check.params.convention else []
    named = [f"{policy.attribute(name).label}: {group}" for name, group in sorted(check.params.reference.items())]
    what = ", ".join([f"{_plain(check.principle)}: {check.metric.replace('_', ' ')}", across, *conventions, *named])
    return Rule(check.id, line, what, limit_in_words(check.limit), check.severity.value, check.why)


def _across(of: tuple[str, ...], policy: Policy) -> str:
    names = " × ".join(lowered(attribute_name(policy, (name,))) for name in of)
    return f"by {names}" if of else "everyone together"


def _columns(policy: Policy) -> list[Column]:
    """Return every column that the policy names, and what it was taken for."""
    columns, words = policy.columns, policy.words
    rest = "anything else" if columns.adverse is None else listed([f"“{value}”" for value in columns.adverse])
    rows = [Column(columns.id, "Name of a row", "Shown nowhere in this report")] if columns.id else []
    if columns.train_id:
        rows.append(Column(columns.train_id, "Found by in the training data", "Shown nowhere in this report"))
    if columns.label:
        kind = columns.label_kind.replace("_", " ")
        told = f"{kind}; “{columns.favourable}” is {words.recorded_favourable}, {rest} {words.recorded_adverse}"
        rows.append(Column(columns.label, "What the records say", told))
    if columns.prediction:
        told = f"“{columns.favourable}” is {words.favourable}, {rest} {words.adverse}"
        rows.append(Column(columns.prediction, "Decision, as given", told))
    if columns.score:
        more = "lower" if policy.decision.less_is_better else "higher"
        rows.append(Column(columns.score, "Score, as given", f"The {more}, the nearer to the better outcome"))
    if columns.frequency:
        rows.append(Column(columns.frequency, "How often a row stands in the data", "Each row was taken so many times"))
    if columns.weight:
        told = "Limits on rates are judged with it and without it; everything else counts rows"
        rows.append(Column(columns.weight, "Weight of a row", told))
    for one in columns.sensitive:
        edges = ", ".join(f"{edge:g}" for edge in one.bins or ())
        named = "; ".join(f"{value}: {one.groups[value]}" for value in sorted(one.groups, key=one.order))
        absent = ", ".join(one.not_recorded)
        parts = [
            f"“{one.label}”",
            *([f"Cut at {edges}"] if edges else []),
            *([named] if named else []),
            *([f"Not recorded: {absent}"] if absent else []),
        ]
        rows.append(Column(one.name, "Attribute", ". ".join(parts)))
    return rows


def _statistics(policy: Policy) -> tuple[Entry, ...]:
    """Return every setting of how sure one has to be, as it stands in the policy or by default."""
    told = policy.statistics
    return (
        Entry("confidence", f"{told.confidence:g}: ranges of single groups are read at this level"),
        Entry("min_group_size", f"{told.min_group_size}: a smaller group is shown and decides nothing"),
        Entry("coverage", f"{told.coverage:g}: the share of the cases that groups judged must hold"),
        Entry("must_judge", f"{told.must_judge}: every group of one attribute with 1 in 100 or more of the cases"),
        Entry("decide_on", f"{told.decide_on}: {_DECIDES[told.decide_on]}"),
        Entry("family", f"{told.family}: {_FAMILIES[told.family]}"),
        Entry("seed", f"{told.seed}: where random numbers begin"),
    )


_DECIDES = {"interval": "a limit is judged by a range", "point": "a limit is judged by the bare figure"}
_FAMILIES = {
    "check": "the chance of a false “not met” is held over each check",
    "policy": "the chance of a false “not met” is held over all checks together",
}


def _others(reported: Reported) -> tuple[Entry, ...]:
    policy = reported.record.policy
    columns, gate, trust = policy.columns, policy.gate, policy.trust
    crossed = [" × ".join(lowered(policy.attribute(name).label) for name in names) for names in columns.intersections]
    sign = {">=": "or more", ">": "exceeded", "<=": "or less", "<": "not reached"}[policy.decision.at]
    return (
        Entry("Model", _pinned(policy.model.path or "none: its outputs were given", policy.model.sha256)),
        Entry("Data", _pinned(policy.dataset.path, policy.dataset.sha256)),
        *([Entry("Training data", _training(policy.training))] if policy.training else []),
        Entry("A row is", f"{columns.unit}; in the plural: {policy.words.units or f'{columns.unit}s'}"),
        Entry(
            "Better outcome", f"“{columns.favourable}”: {policy.words.favourable}; the other: {policy.words.adverse}"
        ),
        Entry("Positive", f"{columns.positive or 'not named'}: the side on which true and false positives are counted"),
        Entry("Crossed", listed(crossed) or "No attributes are crossed"),
        Entry("Missing values", _MISSING[columns.missing]),
        Entry("Threshold", f"{decimal(policy.decision.threshold)} {sign} decides for the better outcome"),
        Entry(
            "Gate",
            f"Fails on {gate.fail_on}; where it cannot be told: {gate.cannot_tell}; requires: {gate.require}. It "
            "stops a pipeline and never changes the result.",
        ),
        *waived.entries(reported),
        Entry("Trust file", f"{trust.path}, sha256 {trust.sha256}" if trust else "None is named"),
        Entry("Demonstration", "Yes" if policy.demonstration else "No"),
    )


def _training(training: TrainingSource) -> str:
    return f"{_pinned(training.path, training.sha256)}; {'digests of ids' if training.salt else 'ids'}"


def _pinned(path: str, digest: str | None) -> str:
    return f"{path}, pinned by its sha256 {digest}" if digest else f"{path}; the policy pins no digest"


_MISSING = {"report_as_group": "Shown as the group “Not recorded”", "error": "Stop the audit"}
