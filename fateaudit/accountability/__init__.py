"""Accountability: checklists, the answers to them, and the papers behind the answers. Values in, values out.

A score cannot be read off a model file here: a culture of accountability shows in who answered, on what, and who
looked.
"""

from fateaudit.accountability.answers import Answer, AnswersFile, Person
from fateaudit.accountability.assessing import assess
from fateaudit.accountability.blank import blank_answers
from fateaudit.accountability.checklist import (
    Checklist,
    ChecklistFile,
    Item,
    Role,
    parse_checklist,
    read_checklist,
    shipped_checklists,
)
from fateaudit.accountability.measuring import artifacts_of, measure, read_policy_answers, refuse_later
from fateaudit.accountability.reading import read_answers
from fateaudit.accountability.signals import Signals, draw_sample, find_signals
from fateaudit.accountability.signatures import (
    INPUTS,
    inputs_of,
    judge_envelopes,
    judge_signatures,
    judge_unbelieved,
    read_policy_trust,
)
from fateaudit.accountability.situation import Situation, asked, not_asked, situation_of, situation_under

__all__ = [
    "INPUTS",
    "Answer",
    "AnswersFile",
    "Checklist",
    "ChecklistFile",
    "Item",
    "Person",
    "Role",
    "Signals",
    "Situation",
    "artifacts_of",
    "asked",
    "assess",
    "blank_answers",
    "draw_sample",
    "find_signals",
    "inputs_of",
    "judge_envelopes",
    "judge_signatures",
    "judge_unbelieved",
    "measure",
    "not_asked",
    "parse_checklist",
    "read_answers",
    "read_checklist",
    "read_policy_answers",
    "read_policy_trust",
    "refuse_later",
    "shipped_checklists",
    "situation_of",
    "situation_under",
]
