"""How the result was decided, what could not be measured, and what was not done: the audit about itself."""

from dataclasses import dataclass

from fateaudit.artifacts import sha256
from fateaudit.evidence import Given, Insights, Score, SelfTest, Unmeasured
from fateaudit.policy import FeatureResult, Principle
from fateaudit.policy.wording import capitalised, count_of, listed, units
from fateaudit.record import AuditRecord
from fateaudit.report.entries import Entry
from fateaudit.report.keeping import rules
from fateaudit.report.observations import observations, titled
from fateaudit.report.text import date_in_words, ended


@dataclass(frozen=True, slots=True)
class Digest:
    """A file and its digest."""

    role: str
    name: str
    size: str
    sha256: str


def decided(record: AuditRecord) -> tuple[Entry, ...]:
    """Return which rules made the result from the counts."""
    statistics = record.policy.statistics
    every = units(record.policy)
    chance = (
        "A limit is judged by a range that allows for chance, as each finding says."
        if statistics.decide_on == "interval"
        else "The policy asked for the figures themselves to decide. Chance was not allowed for."
    )
    return (
        Entry(
            "Each feature",
            "Checks that weigh as critical or major decide; a policy calls what is critical a blocker. A feature is "
            "not met when a critical check is not met. There is no opinion on it when a critical one could not be "
            "judged or none of its major ones could be measured. It is in part when a major one is not met or could "
            "not be judged. Otherwise it is met.",
        ),
        *rules(),
        Entry(
            "The result",
            "The first that holds: it does not meet the limits when an answer ends the matter, a feature is not met, "
            "or majors are not met under two features; there is no opinion when there is none on some feature, or "
            "majors are open under two; it falls short in part when a feature is in part; otherwise it meets every "
            "limit set.",
        ),
        Entry("Chance", f"{chance} Ranges of single groups are to be read at {100 * statistics.confidence:g} in 100."),
        Entry(
            "Small groups",
            f"A group of fewer than {statistics.min_group_size} {every} is shown and decides nothing. A check is met "
            f"only if the groups judged hold {100 * statistics.coverage:g} of every 100 {every}, and every group of "
            "one attribute with 1 in 100 or more of them was judged.",
        ),
        Entry("Random numbers", _random(record)),
        Entry("The reference", _reference(record)),
        *_of_the_run(record),
    )


def _reference(record: AuditRecord) -> str:
    beside = record.opinion.reference
    if beside is None:
        return "No common yardstick was held beside the limits of this policy."
    return (
        f"The limits of the profile {beside.profile} were judged by the same rules, with statistics of its own, and "
        "summed up by themselves. No policy can change them, and they never change the result."
    )


def _of_the_run(record: AuditRecord) -> tuple[Entry, ...]:
    """Return what came before this run, and what the tool found when it tested itself."""
    ledger, tested = record.ledger, record.self_test
    head = (
        f" Line {ledger.line:,} of the ledger, on which this run begins, has the digest {ledger.head}. It vouches for "
        "every line before it, if it is kept elsewhere."
        if ledger.head and ledger.line
        else ""
    )
    return (
        Entry("Earlier runs", f"{ledger.sentence}{head}"),
        Entry("Limits fixed", _fixed(record)),
        Entry("Known answers", "The tool did not test itself." if tested is None else _tested(tested)),
    )


def _tested(tested: SelfTest) -> str:
    every = tested.passed + len(tested.failed)
    out = "all came out" if tested.holds else f"{listed(tested.failed)} did not come out"
    return (
        f"{count_of(every, 'known answer')} were computed again before anything was measured; {out} "
        f"({tested.version}). They are a sample of its tests, and no substitute for a validation record."
    )


def _random(record: AuditRecord) -> str:
    seed = record.policy.statistics.seed
    if record.insights == Insights() and not any(isinstance(item, Score) for item in record.evidence):
        return f"No figure was drawn at random. Seed for methods that do: {seed}."
    return (
        "What compares groups was not drawn at random. Figures on how the model decides may rest on rows that were. "
        f"Seed: {seed}."
    )


def left_out(record: AuditRecord) -> tuple[Entry, ...]:
    """Return what this version does not do, said plainly."""
    return (
        *_not_audited(record),
        *_of_use(record),
        Entry(
            "Same person",
            f"Rows of one person were counted as if of several. {_looked_up(record)} No row weighs more than another.",
        ),
        Entry("Isolation", _isolation(record)),
    )


def _looked_up(record: AuditRecord) -> str:
    if record.insights.trained_on is None:
        return "Whether a person in these data is also in the training data was not checked."
    return "Rows were looked up in the training data by id; a person who is there under another id was not found."


def _of_use(record: AuditRecord) -> tuple[Entry, ...]:
    """Return what was not asked about the use of the model."""
    if record.usefulness is None:
        told = "No row has a label: whether the model does better than the same answer for everyone was not judged."
    elif record.usefulness.cost is None:
        told = "Costs were not weighed: the policy does not say what an output that the records contradict costs."
    else:
        return ()
    return (Entry("Usefulness", told),)


def _not_audited(record: AuditRecord) -> tuple[Entry, ...]:
    features = record.opinion.policy.features
    names = [one.value for one in Principle if features[one].result is FeatureResult.NOT_AUDITED]
    if not names:
        return ()
    were = "was" if len(names) == 1 else "were"
    return (Entry("Features", f"{capitalised(listed(names))} {were} not audited: there is no such check."),)


def _fixed(record: AuditRecord) -> str:
    shown = record.ledger.fixed_sentence
    signed = [one for one in record.questionnaire.signed if one.holds] if record.questionnaire else []
    if not signed:
        return shown
    first = min(signed, key=lambda one: one.time)
    return f"{shown} The {first.role.words} signed them before this run, at {first.time} by their own computer."


def not_measured(record: AuditRecord) -> tuple[Entry, ...]:
    """Return everything that was to be measured and could not be, and why; nothing of it is a pass."""
    figures = [
        Entry(one.check.id, f"{titled(one, record.policy)}: {ended(one.evidence.detail)}")
        for one in observations(record)
        if isinstance(one.evidence, Unmeasured)
    ]
    untold = [Entry("The model", f"{capitalised(one.what)}: {ended(one.because)}") for one in record.insights.not_told]
    open_answers = sum(one.given in _OPEN for one in record.answers)
    asked = f"{open_answers} of {len(record.answers)} questions were answered “I don’t know”, or not at all."
    return (*figures, *untold, *([Entry("Answers", asked)] if open_answers else []))


_OPEN = frozenset({Given.UNKNOWN, Given.UNANSWERED})


def _isolation(record: AuditRecord) -> str:
    isolated = record.environment.isolation
    if isolated is None:
        return "No code of the model was run here."
    kept = [
        *([f"Landlock {isolated.landlock}"] if isolated.landlock else []),
        *(["seccomp"] if isolated.seccomp else []),
        *(["bubblewrap"] if isolated.bubblewrap else []),
    ]
    code = _RUN_CODE.get(record.access.model, "")
    used = f"It could use {isolated.memory_gib:g} GiB, and take {isolated.seconds:,} seconds for one answer.{code}"
    if not isolated.landlock:
        return f"The model ran in a process of its own, which could read and write files like any other. {used}"
    return f"The model ran in a process of its own, kept from files and the network by {listed(kept)}. {used}"


_RUN_CODE = {
    "pickle": " It ran code that its maker wrote, because whoever typed the command allowed a pickle.",
    "callable": " It ran code that its maker wrote, because whoever typed the command allowed a program.",
}


def made_with(record: AuditRecord) -> str:
    """Return the versions of everything that figures were computed with."""
    environment = record.environment
    packages = [f"{name} {version}" for name, version in sorted(environment.packages.items())]
    return f"{record.tool.name} {record.tool.version}, Python {environment.python}, {listed(packages)}."


def digests(record: AuditRecord) -> tuple[Digest, ...]:
    """Return every file of the audit, and the record itself, with its digest in full."""
    content = record.to_bytes()
    files = [Digest(capitalised(a.role), a.name, f"{a.size:,}", a.sha256) for a in record.artifacts]
    return (*files, Digest("Record", "audit.json", f"{len(content):,}", sha256(content)))


def clock(record: AuditRecord) -> str:
    """Return when the audit was made, and who says so."""
    told = "the clock of the machine" if record.clock == "system" else "whoever ran the audit"
    return f"{date_in_words(record.created)} ({record.created}), as stated by {told}. No outside authority confirms it."
