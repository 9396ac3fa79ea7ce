"""Where report templates and sample models are, in a checkout or in an installed wheel."""

from pathlib import Path

from fateaudit.errors import DamagedFileError

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder of shipped data called `name`, for example `report_templates`.

    A wheel carries it in `fateaudit/_data`; a checkout has it beside the package. Nothing is looked for in
    site-packages: an editable install leaves stale copies there.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise DamagedFileError(f"{name} is missing from this installation", hint="install fateaudit again")
