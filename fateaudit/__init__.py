"""fateaudit: audit a model against limits fixed beforehand, and say honestly what cannot be told.

    record = fateaudit.audit("fateaudit.yaml")
    record.opinion.policy.overall
    fateaudit.render(record, record.to_bytes())

Nothing heavy is imported until it is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fateaudit.auditing import audit as audit
    from fateaudit.errors import ExitCode as ExitCode
    from fateaudit.errors import FateauditError as FateauditError
    from fateaudit.policy import Policy as Policy
    from fateaudit.policy import Verdict as Verdict
    from fateaudit.policy import apply_gate as apply_gate
    from fateaudit.policy import conclude as conclude
    from fateaudit.policy import read_policy as read_policy
    from fateaudit.record import AuditRecord as AuditRecord
    from fateaudit.record import Clock as Clock
    from fateaudit.report import render as render

_HOMES = {
    "AuditRecord": "record",
    "Clock": "record",
    "ExitCode": "errors",
    "FateauditError": "errors",
    "Policy": "policy",
    "Verdict": "policy",
    "apply_gate": "policy",
    "audit": "auditing",
    "conclude": "policy",
    "read_policy": "policy",
    "render": "report",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
