"""Column names → whether they speak of a protected trait. A guess by name, never by what stands in the column.

Missing one costs a line of information, and naming one too many costs another: nothing is judged by this list.
The traits are those of the Equality Act 2010, the Charter of Fundamental Rights of the European Union (article 21) and
Regulation (EU) 2016/679 (article 9), by the words that tables use for them in English, French and Spanish.
"""

import re
import unicodedata

WHOLE_WORDS = (
    "age", "ages", "aged", "edad", "dob", "yob", "birthyear",
    "race", "races", "raza", "skin", "colour", "color", "couleur", "caste", "castes", "roma",
    "sex", "sexes", "sexe", "sexo", "female", "male", "woman", "women", "trans", "gay", "lgbt",
    "faith", "belief", "beliefs", "creed", "church", "muslim", "jewish",
    "blind", "deaf", "hiv", "health", "salud", "genetic",
    "nation", "nations", "tribe", "tribal", "foreign", "foreigner", "alien", "asylum", "origin", "country",
    "married", "mariage", "spouse", "idioma", "langue", "politics",
)  # fmt: skip
"""Words of a name that mean a trait as they stand: "average" is not an age, and "raceway" not a race."""

BEGINNINGS = (
    "agegr", "agecat", "ageband", "birth", "naissance", "nacimiento", "elder",
    "racial", "ethni", "etni", "indigen", "aborigin", "hispan", "latin", "minorit",
    "gender", "genero", "sexual", "orientation", "transgender", "lgbt", "homosex",
    "religi", "disab", "discapac", "handicap", "impair",
    "nationalit", "nacional", "nativ", "citizen", "ciudadan", "immigra", "migrant", "refugee", "foreignborn",
    "marital", "marriage", "matrimon", "divorc", "pregnan", "matern", "grossesse", "embaraz",
    "languag", "veteran", "politic",
)  # fmt: skip
"""Beginnings of words that mean a trait, whatever follows: "ethnicity", "disabled", "citizenship"."""

ABOUT_AGE = frozenset({"age", "ages", "aged", "edad"})
"""Words of a column whose numbers are years of life, and can be cut at ages that a reader knows."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a column name, folded: "SuspectRace_code2" is suspect, race, code, and suspectrace."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    found = [*_WORD.findall(plain), *_WORD.findall(plain.casefold())]
    return tuple(dict.fromkeys(word.casefold() for word in found))


def is_protected(name: str) -> bool:
    """Whether a word of a column name speaks of a protected trait. Only Latin letters are read."""
    return any(word in WHOLE_WORDS or word.startswith(BEGINNINGS) for word in words_of(name))


def is_age(name: str) -> bool:
    """Whether a column name speaks of years of life."""
    return bool(ABOUT_AGE & set(words_of(name)))
