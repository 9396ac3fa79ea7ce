"""fateaudit: audit a model against limits fixed beforehand, and say honestly what cannot be told."""

__version__ = "0.1.0"
