"""Another tool's result table, recomputed from its own counts: which figures follow, and which do not.

Nothing is measured here and nothing is judged fair: a table whose every figure follows can still be about the wrong
people, or the wrong question.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fateaudit.errors import UsageError
from fateaudit.rechecking import aequitas, ai_verify, fairlearn, local_law_144
from fateaudit.rechecking.reading import MAX_BYTES, read_document
from fateaudit.rechecking.values import TOOL_WORDS, VERDICT_WORDS, Figure, Recheck, Table, Tool, Verdict

__all__ = ["MAX_BYTES", "TOOL_WORDS", "VERDICT_WORDS", "Figure", "Recheck", "Tool", "Verdict", "recheck"]

_TABLES: Mapping[Tool, Callable[[Table], Recheck]] = {
    Tool.AEQUITAS: aequitas.recheck,
    Tool.LOCAL_LAW_144: local_law_144.recheck,
    Tool.AI_VERIFY: ai_verify.recheck_table,
    Tool.FAIRLEARN: fairlearn.recheck,
}


def recheck(content: bytes, name: str, tool: Tool | None = None) -> Recheck:
    """Recompute every figure of a table.

    Raises DamagedFileError for a file that is not the table it should be, UsageError when the tool is not recognised
    or when there is nothing to check.
    """
    document = read_document(content, name)
    if isinstance(document, Table):
        result = _TABLES[tool or recognise(document)](document)
    else:
        result = _of_object(document, name, tool)
    if not result.figures:
        raise UsageError(f"{name} states no figure that recheck knows", hint="give the table with its rates and counts")
    return result


def recognise(table: Table) -> Tool:
    """Return who made a table, by the names of its columns."""
    if aequitas.is_aequitas(table.columns):
        return Tool.AEQUITAS
    if local_law_144.is_summary(table.columns):
        return Tool.LOCAL_LAW_144
    if ai_verify.is_table(table.columns):
        return Tool.AI_VERIFY
    if fairlearn.is_fairlearn(table.columns):
        return Tool.FAIRLEARN
    raise UsageError(
        f"{table.name} has the columns of no tool that recheck knows",
        hint=f"name the tool with --tool: {', '.join(Tool)}",
    )


def _of_object(data: Mapping[str, Any], name: str, tool: Tool | None) -> Recheck:
    if tool not in {None, Tool.AI_VERIFY} or not ai_verify.is_result(data):
        raise UsageError(
            f"{name} is a JSON object, and neither a table nor a result of AI Verify",
            hint="export the table as CSV, or as a JSON list with one object a row",
        )
    return ai_verify.recheck_result(data, name)
