"""What is looked at without a limit: planted subgroups are found, chance names few, and nobody's value is printed."""

import itertools

import numpy as np
import pytest
from conftest import a_check, a_policy, counts_of, rows_of, write_audit

from fateaudit.auditing import audit
from fateaudit.counts import NOT_RECORDED, Cell, Counts, Outcome
from fateaudit.evidence import NotLooked
from fateaudit.fairness import looking
from fateaudit.fairness.looking import find_subgroups, find_turned
from fateaudit.fairness.trait_names import is_age, is_protected, words_of
from fateaudit.record import AuditRecord, Clock

NOON = Clock("2026-11-21T12:00:00Z", "supplied")
NAMES = ("colour", "sex", "age")
GROUPS = list(itertools.product(["Black", "White"], ["f", "m"], ["18", "25", "40", "60"]))
ALL = {"min_group_size": 30, "confidence": 0.95}
PLANTED = {("colour", "Black"), ("sex", "f")}


def counts_with(cells, attributes):
    """Counts from `group: (adverse, rows)`, without labels."""
    made = [
        Cell(group=group, label=None, decision=decision, n=n)
        for group, (adverse, rows) in cells.items()
        for decision, n in ((Outcome.ADVERSE, adverse), (Outcome.FAVOURABLE, rows - adverse))
        if n
    ]
    rows = sum(cell.n for cell in made)
    return Counts(rows=rows, weighted=False, attributes=attributes, joint=True, cells=tuple(made), histograms=())


def drawn(rng, planted, rows):
    """A fifth are Black, a fifth are f; everybody has 20 of 100 adverse outputs, but Black f have `planted`."""
    share = [0.2 if colour == "Black" else 0.8 for colour, _, _ in GROUPS]
    share = [one * (0.2 if sex == "f" else 0.8) / 4 for one, (_, sex, _) in zip(share, GROUPS, strict=True)]
    sizes = rng.multinomial(rows, share)
    rates = [planted if group[:2] == ("Black", "f") else 0.2 for group in GROUPS]
    cells = {group: (int(rng.binomial(n, p)), int(n)) for group, n, p in zip(GROUPS, sizes, rates, strict=True)}
    return counts_with(cells, NAMES)


def test_a_planted_subgroup_is_found_in_every_draw_and_no_other_is_named() -> None:
    first = others = parts = 0
    for seed in range(20):
        found = find_subgroups(drawn(np.random.default_rng(seed), 0.45, 8_000), 1.25, **ALL)
        named = [set(zip(one.of, one.group, strict=True)) for one in found.named]
        first += bool(named) and named[0] == PLANTED
        others += sum(not one >= PLANTED for one in named)
        parts += sum(one.is_new for one in found.named if len(one.of) == 3)
    print(f"found first in {first} of 20 draws; names outside of it {others}; parts of it listed {parts}")  # noqa: T201

    assert first == 20
    assert others == 0
    assert parts <= 4


def test_chance_alone_names_a_subgroup_in_about_one_audit_of_twenty() -> None:
    """Everybody alike and a limit of parity: the worst case for a correct search."""
    audits = 40
    named = sum(
        bool(find_subgroups(drawn(np.random.default_rng(1_000 + seed), 0.2, 3_000), 1.0, **ALL).named)
        for seed in range(audits)
    )
    print(f"named something in {named} of {audits} audits at parity")  # noqa: T201

    assert named / audits <= 0.05 + 2 * (0.05 * 0.95 / audits) ** 0.5


def test_a_part_that_fares_like_the_whole_is_not_new() -> None:
    cells = {(one, other): (20, 200) for one in "ab" for other in "xyz"}
    cells |= {("a", "x"): (120, 200), ("a", "y"): (120, 200), ("a", "z"): (190, 200)}
    found = find_subgroups(counts_with(cells, ("one", "two")), 1.25, **ALL)
    new = {one.group: one.is_new for one in (*found.named, *found.worth_a_look)}

    assert new[("a",)]
    assert not new["a", "x"]  # 60 of 100, in a group with 72
    assert new["a", "z"]  # 95 of 100: more than 1.25 times 72


def test_where_there_are_too_many_subgroups_it_stays_shallow(monkeypatch) -> None:
    counts = drawn(np.random.default_rng(0), 0.2, 3_000)
    assert find_subgroups(counts, 1.25, **ALL).depth == 3

    monkeypatch.setattr(looking, "MAX_SUBGROUPS", 8 + 20)
    assert find_subgroups(counts, 1.25, **ALL).depth == 2
    monkeypatch.setattr(looking, "MAX_SUBGROUPS", 7)
    assert isinstance(find_subgroups(counts, 1.25, **ALL), NotLooked)


def test_without_joint_counts_or_a_limit_it_says_that_it_did_not_look() -> None:
    counts = drawn(np.random.default_rng(0), 0.2, 3_000)
    apart = counts.model_copy(update={"joint": False})

    assert isinstance(find_subgroups(apart, 1.25, **ALL), NotLooked)
    assert isinstance(find_turned(apart, **ALL), NotLooked)
    assert isinstance(find_subgroups(counts, None, **ALL), NotLooked)


# Bickel, Hammel and O'Connell (1975): (rejected, applied). R ships it as UCBAdmissions.
BERKELEY = {
    ("men", "A"): (313, 825),
    ("men", "B"): (207, 560),
    ("men", "C"): (205, 325),
    ("men", "D"): (279, 417),
    ("men", "E"): (138, 191),
    ("men", "F"): (351, 373),
    ("women", "A"): (19, 108),
    ("women", "B"): (8, 25),
    ("women", "C"): (391, 593),
    ("women", "D"): (244, 375),
    ("women", "E"): (299, 393),
    ("women", "F"): (317, 341),
}


def test_berkeley_rejected_more_women_and_fewer_within_departments() -> None:
    (found,) = find_turned(counts_with(BERKELEY, ("sex", "department")), min_group_size=25, confidence=0.95).found

    assert (found.attribute, found.within, found.worse, found.better) == ("sex", "department", "women", "men")
    assert (found.worse_count, found.better_count) == ((1278, 1835), (1493, 2691))
    assert found.difference == pytest.approx(0.1416, abs=5e-5)
    assert found.adjusted_difference == pytest.approx(-0.043, abs=0.001)
    assert [one.value for one in found.strata] == ["A", "B", "C", "D", "E", "F"]
    assert (found.strata[0].worse, found.strata[0].better) == ((19, 108), (313, 825))


def test_a_reversal_that_chance_would_make_is_only_counted() -> None:
    tenth = {group: (adverse // 10, rows // 10) for group, (adverse, rows) in BERKELEY.items()}
    found = find_turned(counts_with(tenth, ("sex", "department")), min_group_size=2, confidence=0.95)

    assert (found.found, found.by_chance) == ((), 1)


def test_at_parity_hardly_anything_turns_round() -> None:
    found = [find_turned(drawn(np.random.default_rng(seed), 0.2, 3_000), **ALL) for seed in range(100)]
    print(f"{sum(len(one.found) for one in found)} reversals named in 100 audits at parity")  # noqa: T201

    assert sum(bool(one.found) for one in found) <= 2
    assert sum(one.by_chance for one in found) > 0


def test_attributes_of_many_values_are_not_held_against_each_other() -> None:
    cells = {(sex, str(place)): (10, 40) for sex in "fm" for place in range(21)}

    assert find_turned(counts_with(cells, ("sex", "place")), **ALL).left_out == ("place",)


PROTECTED = (
    "race", "RACE", "SuspectRace", "suspect_race_code", "ethnicity", "Ethnic.Group", "colour", "skin-color", "sex",
    "SEX2", "gender_identity", "age", "Age at arrest", "age_cat", "agegroup", "dob", "birth_year", "religion",
    "faith", "disability", "disabled", "nationality", "citizen", "citizenship_status", "marital-status", "pregnant",
    "sexual_orientation", "language", "immigrationStatus", "caste", "veteran", "native-country", "HIV status",
    "Âge", "raza", "género", "nationalité", "sexe", "country_of_birth",
)  # fmt: skip
OTHERS = (
    "average", "usage", "page", "agent", "agency", "stage", "manager", "agenda", "trace", "embrace", "racetrack",
    "sextant", "essex", "embassy", "castle", "broadcast", "scolour", "discolored", "faithful", "veterinarian",
    "case_id", "checks", "employed", "year", "released", "score", "mortgage", "damage", "package", "language2vec_",
)[:-1]  # fmt: skip


@pytest.mark.parametrize("name", PROTECTED)
def test_the_name_speaks_of_a_protected_trait(name) -> None:
    assert is_protected(name)


@pytest.mark.parametrize("name", [*OTHERS, "", "42", "выборка"])
def test_the_name_speaks_of_something_else(name) -> None:
    assert not is_protected(name)


def test_names_are_read_word_by_word() -> None:
    assert words_of("SuspectRace_code2") == ("suspect", "race", "code", "suspectrace")
    assert is_age("Age at arrest")
    assert not is_age("ageing_report")


def looked_at(folder, columns, *checks, changes=None):
    """What was looked at in an audit of 400 cases, with `columns` of 400 values beside the group."""
    rows = rows_of(a=(100, 200), b=(100, 200))
    for name, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[name] = value
    policy = write_audit(folder, rows, *checks, **(changes or {}))
    record = audit(policy, clock=NOON)
    assert AuditRecord.model_validate_json(record.to_bytes()) == record
    return record, record.insights.looked_at


def test_a_column_nobody_declared_is_counted_by_its_name(tmp_path) -> None:
    faith = ["x"] * 150 + ["y"] * 200 + [""] * 20 + ["x"] * 30
    _, seen = looked_at(tmp_path, {"religion": faith, "shoe": faith})
    (gap,) = seen.uncovered.columns

    assert (gap.column, gap.is_declared, gap.cut) == ("religion", False, "")
    assert (gap.groups, gap.too_few, gap.not_recorded) == (2, 0, 20)
    # No are rows 100 to 199 and 300 to 399. x: 0 to 149 and 370 to 399; y: 150 to 349.
    assert (gap.worse.group, gap.worse.count) == ("y", (100, 200))
    assert (gap.better.group, gap.better.count) == ("x", (80, 180))
    assert gap.worse.interval[0] < 100 / 200 < gap.worse.interval[1]


def test_where_all_groups_are_alike_the_gap_has_two_ends(tmp_path) -> None:
    _, seen = looked_at(tmp_path, {"religion": SEX})
    (gap,) = seen.uncovered.columns

    assert gap.worse.count == gap.better.count == (100, 200)
    assert {gap.worse.group, gap.better.group} == {"f", "m"}


def test_a_small_group_of_such_a_column_leaves_no_trace(tmp_path) -> None:
    faith = ["x"] * 200 + ["y"] * 190 + ["Zoroastrian"] * 10
    record, seen = looked_at(tmp_path, {"religion": faith})
    (gap,) = seen.uncovered.columns

    assert (gap.groups, gap.too_few) == (2, 1)
    assert b"Zoroastrian" not in record.to_bytes()


def test_of_a_column_of_many_values_no_group_is_named(tmp_path) -> None:
    nations = [f"N{number % 12}" for number in range(400)]
    record, seen = looked_at(tmp_path, {"nationality": nations})
    (gap,) = seen.uncovered.columns

    assert gap.groups == 12
    assert (gap.worse.group, gap.better.group) == (None, None)
    assert b"N11" not in record.to_bytes()


@pytest.mark.parametrize(
    "values",
    [
        [f"text {number}" for number in range(400)],  # all different
        [str(number) for number in range(1_000, 1_400)],  # an id
        [f"T{number % 60}" for number in range(400)],  # more than 50
        ["everybody"] * 400,
        ["many"] * 380 + ["hardly anybody"] * 20,  # too few
        [f"2001-02-{1 + number % 28:02}" for number in range(400)],
    ],
)
def test_what_holds_no_groups_is_only_counted(tmp_path, values) -> None:
    record, seen = looked_at(tmp_path, {"birth": values})

    assert (seen.uncovered.columns, seen.uncovered.unread) == ((), 1)
    assert values[-1].encode() not in record.to_bytes().replace(b"2001-02-21T", b"")


def test_numbers_are_cut_at_ages_or_into_quarters_named_by_their_place(tmp_path) -> None:
    ages = [18 + number % 50 for number in range(400)]
    years = [1931 + number % 77 for number in range(400)]
    record, seen = looked_at(tmp_path, {"age": ages, "birth_year": years})
    cut = {gap.column: gap for gap in seen.uncovered.columns}

    assert cut["age"].cut == "ages"
    assert {cut["age"].worse.group, cut["age"].better.group} <= {"18 to 24", "25 to 39", "40 to 59", "60 or over"}
    assert cut["birth_year"].cut == "quarters"
    assert cut["birth_year"].worse.group.endswith("quarter")
    assert cut["birth_year"].groups == 4
    assert b"1931" not in record.to_bytes()


def test_a_number_that_most_rows_share_makes_fewer_groups(tmp_path) -> None:
    years = [0] * 230 + [number % 40 for number in range(170)]
    _, seen = looked_at(tmp_path, {"birth_year": years})
    (gap,) = seen.uncovered.columns

    assert gap.groups == 2
    assert {gap.worse.group, gap.better.group} == {"lower values", "higher values"}


SENSITIVE = {"sensitive": [{"name": "group", "label": "Group"}, {"name": "sex", "label": "Sex"}]}
SEX = ["f", "m"] * 200


@pytest.mark.parametrize(
    ("checks", "columns"),
    [
        ([a_check()], ["sex"]),
        ([a_check(), a_check(id="F-02", across=["sex"], severity="info")], ["sex"]),
        ([a_check(), a_check(id="F-02", across=["sex"], severity="major")], []),
        ([a_check(across=["sex"])], ["group"]),
    ],
)
def test_a_declared_attribute_needs_a_limit_of_weight(tmp_path, checks, columns) -> None:
    _, seen = looked_at(tmp_path, {"sex": SEX}, *checks, changes={"columns": SENSITIVE})

    assert [gap.column for gap in seen.uncovered.columns] == columns
    assert all(gap.is_declared for gap in seen.uncovered.columns)


def test_an_intersection_is_a_limit_too(tmp_path) -> None:
    check = a_check(across=[["group", "sex"]])
    changes = {"columns": SENSITIVE | {"intersections": [["group", "sex"]]}}

    assert looked_at(tmp_path, {"sex": SEX}, check, changes=changes)[1].uncovered.columns == ()


def test_the_widest_six_are_told_and_the_others_counted(tmp_path) -> None:
    """Column number k holds "y" in the first 40 + 7 k rows, all favourable, so that "n" fares the worse the more."""
    columns = {f"race_{'abcdefghi'[k]}": ["y"] * (40 + 7 * k) + ["n"] * (360 - 7 * k) for k in range(8)}
    _, seen = looked_at(tmp_path, columns)
    found = seen.uncovered

    assert (len(found.columns), found.more) == (6, 2)
    apart = [
        gap.worse.count[0] / gap.worse.count[1] - gap.better.count[0] / gap.better.count[1] for gap in found.columns
    ]
    assert apart == sorted(apart, reverse=True)
    assert found.columns[0].column == "race_h"


def test_the_columns_that_hold_the_outcome_are_no_traits(tmp_path) -> None:
    rows = [
        {"sex": "f", "birth": row["label"], "religion": row["label"], "group": row["group"]}
        for row in rows_of(a=(50, 100), b=(50, 100))
    ]
    columns = {"label": "birth", "prediction": "religion"}
    record = audit(write_audit(tmp_path, rows, columns=columns), clock=NOON)

    assert record.insights.looked_at.uncovered.columns == ()
    assert record.insights.looked_at.uncovered.unread == 1  # sex, of one value


def test_no_policy_makes_the_yardstick_coarser(tmp_path) -> None:
    strict, loose = (
        looked_at(tmp_path / str(size), {"religion": SEX}, changes={"statistics": {"min_group_size": size}})[1]
        for size in (30, 5_000)
    )

    assert loose == strict
    assert (strict.profile, strict.limit, strict.min_group_size) == ("policing/1", 1.25, 30)


def test_what_is_not_recorded_is_no_subgroup() -> None:
    cells = {("a", "x"): (50, 100), ("a", NOT_RECORDED): (100, 100), ("b", "x"): (10, 100), ("b", "y"): (10, 100)}
    found = find_subgroups(counts_with(cells, ("one", "two")), 1.25, **ALL)

    assert found.tested == 2 + 2 + 3
    assert not any(NOT_RECORDED in one.group for one in (*found.named, *found.worth_a_look))


def test_the_sample_names_who_is_refused_most_and_leaves_no_attribute_without_a_limit(sample_record) -> None:
    seen = sample_record.insights.looked_at

    assert [one.group for one in seen.subgroups.named if one.is_new][:3] == [("No",), ("Black",), ("Black", "No")]
    assert seen.subgroups.named[0].count == (180, 400)
    assert seen.uncovered.columns == ()
    assert seen.reversals.found == ()


def test_the_counts_of_the_tests_above_are_those_of_rows() -> None:
    rows = [{"group": "a", "label": None, "decision": Outcome.ADVERSE}] * 3
    assert counts_with({("a",): (3, 3)}, ("group",)) == counts_of(rows)
    assert a_policy().statistics.min_group_size == 30
