"""Accountability: checklists, the answers to them, and the papers behind the answers. Values in, values out.

A score cannot be read off a model file here: a culture of accountability shows in who answered, on what, and who
looked.
"""

from fateaudit.accountability.answered import Answered, CitedFile, Given, Respondent
from fateaudit.accountability.answers import Answer, AnswersFile, Person
from fateaudit.accountability.assessing import assess
from fateaudit.accountability.blank import blank_answers
from fateaudit.accountability.checklist import (
    Checklist,
    ChecklistFile,
    Item,
    Role,
    read_checklist,
    shipped_checklists,
)
from fateaudit.accountability.evidence_files import refuse_changed
from fateaudit.accountability.reading import read_answers
from fateaudit.accountability.signals import Sample, Signals, draw_sample, find_signals
from fateaudit.accountability.situation import NotAsked, Situation, asked, not_asked, situation_of, situation_under
from fateaudit.accountability.verdicts import stops, verdict_of, weight_of

__all__ = [
    "Answer",
    "Answered",
    "AnswersFile",
    "Checklist",
    "ChecklistFile",
    "CitedFile",
    "Given",
    "Item",
    "NotAsked",
    "Person",
    "Respondent",
    "Role",
    "Sample",
    "Signals",
    "Situation",
    "asked",
    "assess",
    "blank_answers",
    "draw_sample",
    "find_signals",
    "not_asked",
    "read_answers",
    "read_checklist",
    "refuse_changed",
    "shipped_checklists",
    "situation_of",
    "situation_under",
    "stops",
    "verdict_of",
    "weight_of",
]
