"""What the signers of the answers sign, and what their signatures were worth when the audit was run.

They sign before the run: the answers together with the evidence, the model, the data and the limits. So nobody can
answer for one model and have another one audited.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from fateaudit.artifacts import Artifact, read
from fateaudit.errors import UsageError, placed
from fateaudit.policy import PolicyFile
from fateaudit.signing import Role, Trust, open_signatures, read_envelopes, read_trust
from fateaudit.standing import Audited, Cause, Judgement, Lack, judge_answers

INPUTS = frozenset({"answers", "evidence", "model", "dataset", "policy", "checklist"})
"""The roles of the artifacts that the answers' signers sign."""

_RESULTS = frozenset({"audit.json", "audits.log", "report.pdf", "signatures", "trust.yaml"})
"""What the results of an audit are called; on some disks capitals make no difference."""


def inputs_of(artifacts: Iterable[Artifact]) -> dict[str, str]:
    """Return the files that the answers' signers sign, name to sha256.

    Raises UsageError for two files of one name, for a name that a result will have, and for an input cited as evidence.
    """
    inputs: dict[str, str] = {}
    papers = [artifact for artifact in artifacts if artifact.role in INPUTS]
    others = {artifact.sha256: artifact.role for artifact in papers if artifact.role != "evidence"}
    for artifact in papers:
        if inputs.setdefault(artifact.name, artifact.sha256) != artifact.sha256:
            raise UsageError(
                f"two files of this audit are called {artifact.name}", hint="give each file a name of its own"
            )
        if artifact.name.partition("/")[0].casefold() in _RESULTS:
            raise UsageError(
                f"the {artifact.role} of this audit is called {artifact.name}, as one of its results will be",
                hint="give the file another name",
            )
        if artifact.role == "evidence" and artifact.sha256 in others:
            raise UsageError(
                f"the evidence {artifact.name} is the {others[artifact.sha256]} of this audit itself",
                hint="cite a paper that shows what is said; the audit's own files are named in the record anyway",
            )
    return inputs


def read_policy_trust(source: PolicyFile) -> Trust | None:
    """Return the trust file that the policy names, or None when it names none.

    Raises UsageError when it is not there, DamagedFileError when it is not the one that the policy pins.
    """
    named = source.policy.trust
    if named is None:
        return None
    content = read(
        source.folder / named.path,
        what="the trust file",
        where=[source.where("trust", "path")],
        hint=f"write trust.path as it is seen from the folder of {source.artifact.name}",
    )
    with placed(source.where("trust", "sha256")):
        return read_trust(content, Path(named.path).name, pin=named.sha256)


NO_TRUST = Cause(Lack.MISSING, "the policy names no trust file, so no signature on the answers can be believed")


def judge_signatures(
    source: PolicyFile, inputs: Mapping[str, str], *, roles: Sequence[Role], created: str
) -> Judgement:
    """Say what the signatures beside the policy are worth for an audit of `inputs` made at the time `created`."""
    audited = Audited(created, source.policy.demonstration, frozenset(inputs.items()))
    trust = read_policy_trust(source)
    if trust is None:
        return judge_unbelieved(audited)
    return judge_envelopes(audited, read_envelopes(source.folder), trust, roles=roles)


def judge_unbelieved(audited: Audited) -> Judgement:
    """Say what signatures are worth where the policy names no trust file: nothing, whoever made them."""
    return judge_answers(audited, (), now=audited.created, roles=(), causes=[NO_TRUST])


def judge_envelopes(
    audited: Audited, envelopes: Mapping[str, bytes], trust: Trust | None, *, roles: Sequence[Role]
) -> Judgement:
    """Say what envelopes are worth at the time of the run; where there are none, no trust file is needed."""
    signed, wrong = open_signatures(envelopes, trust) if trust is not None else ((), ())
    causes = [Cause(Lack.BROKEN, sentence) for sentence in wrong]
    return judge_answers(audited, signed, now=audited.created, roles=roles, causes=causes)
