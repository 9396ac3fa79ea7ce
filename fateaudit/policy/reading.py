"""A policy file on disk → a policy whose parts refer to each other correctly, and the lines they stand on."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from fateaudit.artifacts import Artifact, describe, read
from fateaudit.documents import MAX_YAML_BYTES, Document, read_yaml, validate
from fateaudit.errors import PolicyError, did_you_mean
from fateaudit.policy.checks import MetricCheck, Severity
from fateaudit.policy.roles import refuse_two_roles
from fateaudit.policy.schema import Policy
from fateaudit.policy.tasks import refuse_unclear_outcomes, refuse_unfit_task
from fateaudit.policy.training import refuse_half_of_training


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy as it was read: its values, its digest, and where each part stands."""

    policy: Policy
    artifact: Artifact
    folder: Path
    """Paths in the policy are relative to this."""
    document: Document

    def where(self, *location: str | int) -> str:
        """Return the file, line and text of a part, for an error message."""
        return self.document.where(*location)


def read_policy(path: Path) -> PolicyFile:
    """Read and validate `path`. Raises PolicyError with the line, UsageError when there is no such file."""
    content = read(path, what="the policy", hint="give the path of a fateaudit.yaml; `fateaudit demo` writes one")
    _refuse_what_is_no_policy(content, path.name)
    document = read_yaml(content, path.name)
    _refuse_written_lines(document)
    policy = validate(document, Policy)
    _refuse_loose_ends(policy, document)
    refuse_two_roles(policy.columns, document)
    refuse_half_of_training(policy, document)
    refuse_unfit_task(policy, document)
    refuse_unclear_outcomes(policy, document)
    lined = tuple(
        check.model_copy(update={"line": document.line_of(("checks", index))})
        for index, check in enumerate(policy.checks)
    )
    artifact = describe(content, role="policy", name=path.name, media_type="application/yaml")
    return PolicyFile(policy.model_copy(update={"checks": lined}), artifact, path.resolve().parent, document)


def _refuse_what_is_no_policy(content: bytes, name: str) -> None:
    """Refuse another kind of file before a line of it is quoted in an error: it may be the data."""
    if re.search(rb"(^|[\s{,\"'])version[\"']?\s*:", content[:MAX_YAML_BYTES]) is None:
        raise PolicyError(
            f"{name} is not a policy: it says no version",
            where=[name],
            hint="a policy holds the line `version: 1`; see `fateaudit schema policy`, or give another file",
        )


def _refuse_written_lines(document: Document) -> None:
    """Refuse a `line` in a check: it is filled in on reading, and would be silently replaced."""
    checks = document.data.get("checks")
    for index, check in enumerate(checks if isinstance(checks, list) else []):
        if isinstance(check, dict) and "line" in check:
            raise PolicyError(
                '"line" is not a setting', where=[document.where("checks", index, "line")], hint="remove it"
            )


def _refuse_loose_ends(policy: Policy, document: Document) -> None:
    """Refuse names that stand twice and names that refer to nothing."""
    columns = policy.columns
    declared = [attribute.name for attribute in columns.sensitive]
    for name, times in Counter(declared).items():
        if times > 1:
            raise PolicyError(
                f'the attribute "{name}" is declared twice',
                where=[document.where("columns", "sensitive", declared.index(name, declared.index(name) + 1))],
                hint="remove one of the two",
            )
    for index, names in enumerate(columns.intersections):
        _refuse_undeclared(names, declared, document.where("columns", "intersections", index))
    if policy.model.path is None and columns.prediction is None and columns.score is None:
        raise PolicyError(
            "there is neither a model nor predictions to audit",
            where=[document.where("model")],
            hint="give model.path, or columns.prediction or columns.score",
        )
    ids = [check.id for check in policy.checks]
    for index, check in enumerate(policy.checks):
        if ids.index(check.id) != index:
            raise PolicyError(
                f"the check id {check.id} stands twice",
                where=[document.where("checks", index, "id")],
                hint="give each check an id of its own; ids are never reused",
            )
        if isinstance(check, MetricCheck):
            _refuse_loose_check(check, policy, document.where("checks", index, "across"), declared)
        elif check is not policy.checklist_check:
            raise PolicyError(
                "a second list of questions is not in this version",
                where=[document.where("checks", index)],
                hint="remove one of the two",
            )
    _refuse_loose_waivers(policy, document)


def _refuse_loose_waivers(policy: Policy, document: Document) -> None:
    """Refuse waivers of what is not there, of what nobody can waive, and two of one check."""
    checks = {check.id: check for check in policy.checks}
    asked = policy.checklist_check
    waived = [waiver.check for waiver in policy.waivers]
    for index, name in enumerate(waived):
        where = document.where("waivers", index, "check")
        check = checks.get(name)
        if waived.index(name) != index:
            raise PolicyError(f"{name} is waived twice", where=[where], hint="remove one of the two")
        if asked is not None and check is asked:
            raise PolicyError(
                f"{name} stands for signatures on the answers, and no waiver takes the place of a signature",
                where=[where],
                hint=f"have the answers signed, or waive one question: {name}/FA-PUR-03",
            )
        if check is None and not (asked is not None and name.startswith(f"{asked.id}/")):
            raise PolicyError(
                f'a waiver names "{name}", and no check is called that',
                where=[where, f"Checks are: {', '.join(checks)}"],
                hint=_nearest_waivable(name, policy) or "name a check of this policy, as its id says",
            )
        if check is not None and check.severity is Severity.BLOCKER and policy.system.stage == "approved":
            raise PolicyError(
                f"{name} is a blocker, and the system is approved: it cannot be waived then",
                where=[where, document.where("system", "stage")],
                hint="remove the waiver; an approved system keeps its blockers",
            )


def _nearest_waivable(name: str, policy: Policy) -> str:
    """Return what was probably meant; a question without its list is meant as one of that list."""
    asked = policy.checklist_check
    if asked is not None and name.startswith("FA-"):
        return f'Did you mean "{asked.id}/{name}"?'
    return did_you_mean(name, [check.id for check in policy.metric_checks()])


def _refuse_loose_check(check: MetricCheck, policy: Policy, where: str, declared: list[str]) -> None:
    for names in check.attribute_sets():
        _refuse_undeclared(names, declared, where)
        if len(set(names)) != len(names):
            raise PolicyError(f"{check.id} names an attribute twice", where=[where], hint="remove one of the two")
        if len(names) > 1 and set(names) not in [set(known) for known in policy.columns.intersections]:
            raise PolicyError(
                f"the intersection {' × '.join(names)} is not declared",
                where=[where],
                hint=f"add [{', '.join(names)}] to columns.intersections",
            )
    if len({frozenset(names) for names in check.attribute_sets()}) != len(check.attribute_sets()):
        raise PolicyError(f"{check.id} lists the same attributes twice", where=[where], hint="remove one of the two")


def _refuse_undeclared(names: tuple[str, ...], declared: list[str], where: str) -> None:
    for name in names:
        if name not in declared:
            raise PolicyError(
                f'"{name}" is not declared in columns.sensitive',
                where=[where, f"Declared are: {', '.join(declared)}"],
                hint=did_you_mean(name, declared) or "declare it there, with a label",
            )
