"""YAML and JSON with line numbers, read into validated values.

Everything here is hostile until validated: sizes and depth are bounded, aliases and duplicate keys are refused,
and a mistake is reported with the line it stands on. What the values mean is not known here.
"""

from fateaudit.documents.json_text import read_json, to_json
from fateaudit.documents.validating import validate
from fateaudit.documents.values import UNSAFE, Document, Frozen
from fateaudit.documents.yaml_text import MAX_YAML_BYTES, read_yaml

__all__ = ["MAX_YAML_BYTES", "UNSAFE", "Document", "Frozen", "read_json", "read_yaml", "to_json", "validate"]
