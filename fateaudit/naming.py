"""Values of a column as names: which cannot be names of groups, or numbers, and which a reader cannot tell apart.

Names of groups are printed in every report, so an error may name those that look alike. Other values it never shows.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping

from fateaudit.counts import NOT_RECORDED
from fateaudit.documents import UNSAFE
from fateaudit.errors import ColumnError, PolicyError, UnusableDataError

LINE = re.compile(rf"{UNSAFE.pattern}|[\t\n]")
"""What the name of a column or a group never holds: it stands in one line of a report."""

MAX_GROUPS = 200
MAX_MEASURED = 10
"""A column of more different numbers or dates than this is a measurement, not a code, and needs bins."""

MAX_TOLD = 3
"""Groups whose spellings an error names."""

MAX_SHOWN = 60
"""Characters of a name in an error."""

_WHOLE = re.compile(r"([-+]?\d+)\.0+")
"""A whole number as software writes it that had to make room for missing values in the same column."""

_DATE = re.compile(r"(\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(\d{4}|\d{2}))([T ]\d{1,2}:\d\d.*)?")


def plain(value: str) -> str:
    """Return a value as it should be written: one space between words, none around them, nothing invisible, no ".0"."""
    seen = "".join(char for char in unicodedata.normalize("NFKC", value) if unicodedata.category(char) != "Cf")
    words = " ".join(seen.split())
    whole = _WHOLE.fullmatch(words)
    return whole[1] if whole else words


def alike(value: str) -> str:
    """Return what two values have in common that a reader takes for one."""
    return plain(value).casefold()


def are_dates(values: Collection[str]) -> bool:
    """Return whether every one of `values`, of which there is one at least, is written as a date."""
    return bool(values) and all(_DATE.fullmatch(value.strip()) for value in values)


def refuse_unclear_names(
    name: str, rows: Mapping[str, int], *, is_binned: bool, not_recorded: Collection[str] = ()
) -> None:
    """Refuse a column whose values are no names of groups.

    `rows` has the recorded values, each with its rows; `not_recorded` what the policy says is not recorded.
    """
    if any(LINE.search(value) for value in rows):
        raise UnusableDataError(
            f'a value of "{name}" holds a line break or a control character',
            hint="mend those rows: a group's name is one line of text",
        )
    if not is_binned and len(rows) > MAX_MEASURED:
        _refuse_measurements(name, rows)
    if len(rows) > MAX_GROUPS:
        raise PolicyError(
            f'"{name}" holds {len(rows):,} different values: that is not a sensitive attribute',
            hint=f"name the column that holds the groups; more than {MAX_GROUPS} are not compared",
        )
    _refuse_no_names(name, rows, {alike(value) for value in (NOT_RECORDED, *not_recorded)})
    _refuse_alike(name, rows)


def _refuse_measurements(name: str, rows: Mapping[str, int]) -> None:
    """Refuse what is measured and not a name: numbers and dates."""
    bins = f"give {name} bins in columns.sensitive, for example bins: [0, 18, 25, 40, 60, 120]"
    if all(_is_number(value) for value in rows):
        raise PolicyError(f'"{name}" holds {len(rows):,} different numbers: they are not groups yet', hint=bins)
    if are_dates(rows):
        raise PolicyError(
            f'"{name}" holds {len(rows):,} different dates: they are not groups yet',
            hint=f"write whole numbers in the data, such as the year or the age in years; then {bins}",
        )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _refuse_no_names(name: str, rows: Mapping[str, int], unsaid: Collection[str]) -> None:
    """Refuse values that would stand beside the group "Not recorded" and be judged."""
    blank = sum(n for value, n in rows.items() if not plain(value))
    if blank:
        raise UnusableDataError(
            f'in {blank:,} rows "{name}" holds spaces only, and nobody could read that group\'s name',
            hint=f'leave the field empty: an empty field is the group "{NOT_RECORDED}"',
        )
    for value in sorted(rows):
        if alike(value) in unsaid:
            # A policy's words lose the spaces around them.
            as_said = f"write it in columns.sensitive, not_recorded: [{_shown(value)}]"
            remedy = as_said if value == value.strip() else "leave the field empty in the data"
            raise ColumnError(
                f'{_shown(value)} is a value of "{name}", and looks like what stands for "{NOT_RECORDED}"',
                hint=f"if it means that, {remedy}; if not, call that group otherwise in the data",
            )


def _refuse_alike(name: str, rows: Mapping[str, int]) -> None:
    """Refuse one group under several names, and say which name each should have."""
    spelt: dict[str, list[str]] = {}
    for value in sorted(rows, key=lambda value: (-rows[value], value)):
        spelt.setdefault(alike(value), []).append(value)
    several = [spellings for spellings in spelt.values() if len(spellings) > 1]
    if not several:
        return
    told = []
    for spellings in several[:MAX_TOLD]:
        right = plain(spellings[0])
        wrong = [f"{_shown(value)} ({rows[value]:,} rows)" for value in spellings if value != right]
        more = f" and {len(wrong) - MAX_TOLD} more" if len(wrong) > MAX_TOLD else ""
        told.append(f"write {_shown(right)} for {', '.join(wrong[:MAX_TOLD])}{more}")
    if len(several) > MAX_TOLD:
        told.append(f"and so on for {len(several) - MAX_TOLD} more")
    many = sum(map(len, several))
    raise UnusableDataError(
        f'{many} values of "{name}" differ only in capitals, spaces, ".0" or invisible characters: '
        f"they look like {_groups(len(several))}",
        where=told,
        hint="write each group in one way in the data: split in two, a group may be too small to judge",
    )


def _groups(n: int) -> str:
    return f"{n} groups" if n > 1 else "one group"


def _shown(value: str) -> str:
    return f'"{value}"' if len(value) <= MAX_SHOWN else f'"{value[:MAX_SHOWN]}…"'


def refuse_outcomes_alike(column: str, values: Collection[str], where: str) -> None:
    """Refuse a label whose two outcomes are written in more than two ways, or of which a reader sees only one."""
    seen = {alike(value) for value in values}
    if len(seen) < len(values) and len(seen) <= 2:  # noqa: PLR2004 - favourable and adverse
        raise UnusableDataError(
            f'values of the label "{column}" differ only in capitals, spaces, ".0" or invisible characters',
            where=[where],
            hint="write each of the two outcomes in one way in the data",
        )


_BETTER = "write the better outcome for the person exactly as it stands in the data"


def how_to_write(written: str, values: Collection[str], otherwise: str = _BETTER) -> str:
    """Say what is wrong with a value that the policy names, without printing any value of the data.

    `otherwise` is said where none of `values` is like it.
    """
    near = [value for value in values if alike(value) == alike(written)]
    if near and all(value != value.strip() for value in near):
        return "one differs in the spaces around it: take them out of the data"
    if near:
        return 'one differs only in upper and lower case, spaces or ".0": write it exactly as it stands in the data'
    return otherwise


def refuse_strange_predictions(
    column: str, values: Collection[str], favourable: str, adverse: str | None, where: list[str]
) -> None:
    """Refuse predictions that are not the favourable value and one other: the adverse one, where a label shows it."""
    known = {favourable} if adverse is None else {favourable, adverse}
    seen = {alike(value) for value in values}
    if seen <= {alike(value) for value in known} and (len(seen) < len(values) or not known.issuperset(values)):
        raise ColumnError(
            f'"{column}" writes an outcome in another way than the label or favourable does',
            where=where,
            hint='they differ only in capitals, spaces, ".0" or invisible characters: write each outcome in one way',
        )
    if adverse is None and favourable not in values and len(values) <= 2:  # noqa: PLR2004 - favourable and adverse
        raise ColumnError(
            f'"{favourable}" is not a value of "{column}"',
            where=where,
            hint="write favourable exactly as it stands in the data; where nobody is decided favourably, "
            "name a label that holds both outcomes",
        )
    if len(values) > 2 or (adverse is not None and not known.issuperset(values)):  # noqa: PLR2004 - as above
        raise ColumnError(
            f'"{column}" does not hold the two values that label and favourable name',
            where=where,
            hint="write predictions with the same two values as the label; where there are more outcomes, name all "
            "but the favourable one in columns.adverse",
        )


def some_no_numbers(name: str, bad: int, rows: int) -> UnusableDataError:
    """Return the error for rows whose value is no number, where others are."""
    return UnusableDataError(
        f'"{name}" should hold numbers, and in {bad:,} of {rows:,} rows it does not',
        hint="mend those rows, or name another column",
    )


def outside_bins(name: str, rows: int) -> PolicyError:
    """Return the error for rows that are in no bin."""
    return PolicyError(
        f'{rows:,} rows lie outside the bins of "{name}"',
        hint="widen the first or last edge: a row that is in no bin would be dropped",
    )
