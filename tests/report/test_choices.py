"""Findings and choices: every exception has its place, numbers are those of the rows, and facts stand apart."""

import re
from collections import Counter

import pytest
from conftest import a_check, rows_of
from report_reading import EVERYTHING, audited, html_of, page_1, pdf_of, text_of

from fateaudit.evidence import Documentation, Given
from fateaudit.policy import Verdict, conclude, read_profile
from fateaudit.report.choices import choices

SELECTED = a_check(id="F-01", limit={"min": 0.80})
REFUSED = a_check(id="F-02", metric="adverse_rate_ratio", limit={"max": 1.25})
BANNED = r"fair|unbiased|certified|compliant|proves|verified|approved|because of|due to|wrongly|significant|caused?"
UNEQUAL = {"a": (100, 200), "b": (180, 200)}


def section(record):
    """The words of the section."""
    text = text_of(html_of(record, EVERYTHING))
    return text.partition("\nFindings and choices\n")[2].partition("\nEveryone counted\nEvery group")[0]


def blocks(record):
    """The words of each block, the first after those that open the section."""
    return section(record).split("\nRefuse | Do not use the model.")[:-1]


def wanted(record):
    """What must stand there: (check, word) of every measured answer, and how many answers of people."""
    words = {Verdict.NOT_MET: "Not met", Verdict.CANNOT_TELL: "Could not be judged"}
    measured = {check.id for check in record.policy.metric_checks()}
    exceptions = [
        (finding, ruling.verdict)
        for finding in record.findings
        for ruling in finding.rulings
        if ruling.verdict is not Verdict.MET
    ]
    told = Counter(
        (one.check, words[verdict]) for one, verdict in exceptions if one.check in measured and one.severity.is_material
    )
    lesser = [one.check for one, _ in exceptions if one.check in measured and not one.severity.is_material]
    people = Counter(
        (one.severity.is_material, words[verdict]) for one, verdict in exceptions if one.check not in measured
    )
    return told, lesser, people


def test_no_exception_of_the_sample_is_lost(sample_record) -> None:
    told, lesser, people = wanted(sample_record)
    limits = " ".join(re.search(r"\nThe limits \| (.*)\n", block)[1] for block in blocks(sample_record)[:-1])
    found = Counter(re.findall(r"(\S+-\d+) asks .*?\. (Not met|Could not be judged|Met)\.", limits))

    assert Counter({key: n for key, n in found.items() if key[1] != "Met"}) == told
    text = section(sample_record)
    assert text.startswith(f"{sum(told.values())} results of weight are not met or could not be judged.")
    closing = text.partition("\nOf less weight\n")[2]
    assert [line for line in closing.splitlines() if line.startswith(tuple(lesser))]
    weighty = (people[True, "Not met"], people[True, "Could not be judged"])
    assert f"Of weight: {weighty[0]} not met and {weighty[1]} could not be judged." in text
    assert f"A-01 | {people[False, 'Not met']} answers | Not met" in closing
    assert f"A-01 | {people[False, 'Could not be judged']} answers | Could not be judged" in closing


def test_the_numbers_are_those_of_the_rows(sample_record, sample_rows) -> None:
    place = sample_record.counts.attributes.index("citizen")
    cases, refused = Counter(), Counter()
    for cell in sample_record.counts.cells:
        cases[cell.group[place]] += cell.n
        refused[cell.group[place]] += cell.n * (cell.decision == "adverse")
    assert cases == Counter(row["citizen"] for row in sample_rows)
    at_their_rate = round(cases["No"] * refused["Yes"] / cases["Yes"])

    first = blocks(sample_record)[0]
    assert f"Non-citizens: {refused['No']} of {cases['No']}. Citizens: {refused['Yes']} of {cases['Yes']:,}." in first
    more = refused["No"] - at_their_rate
    assert (
        f"At the rate of citizens it would be {at_their_rate} of the {cases['No']}: the data have {more} more." in first
    )


def test_the_groups_in_between_and_the_small_ones_are_counted(sample_record, sample_rows) -> None:
    by_age = next(block for block in blocks(sample_record) if ", by age" in block)
    old = sum(int(row["age"]) >= 60 for row in sample_rows)

    assert "People aged 25 to 39: 154 of 670; the data have 79 more. People aged 18 to 24: 204 of 1,228;" in by_age
    assert f"Too few to judge: people aged 60 or over ({old})." in by_age
    assert "Beyond it too: people aged 25 to 39." in by_age


def test_a_block_has_facts_then_limits_and_reasons_then_choices(tmp_path) -> None:
    (block,) = blocks(audited(tmp_path, SELECTED, REFUSED, groups=UNEQUAL))
    order = [
        "What we saw |",
        "How many |",
        "How sure |",
        "The limits |",
        "Why it matters |",
        "Fix |",
        "Limit the use |",
    ]
    order += ["Accept until a date |"]

    assert sorted(order, key=block.index) == order
    assert "What we saw | 50 of every 100 cases where Group is a are decided adversely. For cases where" in block
    assert (
        "How many | A: 100 of 200. B: 20 of 200. At the rate of b it would be 20 of the 200: the data have 80" in block
    )
    assert "Chance alone allows 43 to 57 for a and 7 to 15 for b. Allowing for that, the answer stays beyond" in block
    assert "F-01 asks that at least 72 of every 100 are decided favourably (0.80 times the 90). Found: 50." in block


def test_reasons_are_the_owners_and_said_once(tmp_path) -> None:
    rows = [{**row, "other": row["group"]} for row in rows_of(**UNEQUAL)]
    sensitive = [{"name": "group", "label": "Group"}, {"name": "other", "label": "Other"}]
    check = a_check(id="F-01", across=["group", "other"], limit={"min": 0.80}, why="Half is not enough.")
    one, two = blocks(audited(tmp_path, check, rows=rows, columns={"sensitive": sensitive}))

    assert "Why it matters | F-01: Half is not enough." in one
    assert "Why it matters | F-01: as said above." in two


def test_what_is_near_the_limit_is_not_called_kept(tmp_path) -> None:
    (block,) = blocks(audited(tmp_path, SELECTED, groups={"a": (75, 100), "b": (90, 100)}))

    assert "It could not be judged: too near the limit for 200 cases to settle." in block
    assert "Not a pass." in block
    assert "Accept until a date | Accept that this is not known, in writing, for a named use. Say why." in block
    assert "Fix | Gather about 18 times as many cases of both groups. Test again." in block


def test_those_too_few_to_judge_are_whom_to_gather(tmp_path) -> None:
    wide = a_check(limit={"min": 0.5})
    (block,) = blocks(audited(tmp_path, wide, groups={"a": (90, 100), "b": (90, 100), "few": (20, 25)}))

    assert "within the limit where it was judged, but 25 of 225 cases were not judged." in block
    assert "Fix | Gather more cases, above all of few. Test again." in block
    assert "A: 90 of 100. B: 90 of 100. At the rate of" in block.replace(
        "B: 90 of 100. A: 90 of 100", "A: 90 of 100. B: 90 of 100"
    )
    assert "the same number." in block


def test_what_was_not_measured_is_no_good_sign(tmp_path) -> None:
    (block,) = blocks(audited(tmp_path, SELECTED, groups={"a": (50, 100), "few": (3, 6)}))

    assert "What we saw | Nothing could be measured. Few: 6 cases; 30 needed." in block
    assert "How many | The file has 106 cases." in block
    assert "Not knowing is no good sign." in block
    assert "F-01 asks for at least 0.80. Could not be judged." in block
    assert "Fix | Gather more cases. Test again." in block


def test_a_limit_on_the_number_itself_says_how_many_it_allows(tmp_path) -> None:
    level = a_check(metric="adverse_rate", across="overall", limit={"max": 0.15})
    (block,) = blocks(audited(tmp_path, level, groups={"a": (800, 1_000), "b": (801, 1_000)}))

    assert "Everyone: 399 of 2,000. Within the limit: at most 300." in block
    assert "Limit the use | Let a person decide first, without seeing the output." in block


def test_of_many_groups_beyond_a_limit_some_are_named_and_all_are_counted(tmp_path) -> None:
    level = a_check(metric="selection_rate", limit={"min": 0.5})
    groups = {name: (100 + place, 1_000) for place, name in enumerate("abcdefgh")}
    (block,) = blocks(audited(tmp_path, level, groups=groups))

    assert len(re.findall(r"\w: 1\d\d of 1,000", block)) == 5
    assert "3 more groups stand under “Everyone counted”." in block
    assert re.search(r"Beyond it too: \w and 6 more groups\.", block)


def test_of_many_groups_held_against_one_all_are_counted(tmp_path) -> None:
    groups = {name: (500 - 20 * place, 1_000) for place, name in enumerate("abcdefgh")}
    (block,) = blocks(audited(tmp_path, SELECTED, groups=groups))

    assert "At the rate of a it would be 500 of the 1,000: the data have 140 fewer." in block
    assert "G: 380 of 1,000; the data have 120 fewer." in block
    assert "2 more groups stand under “Everyone counted”." in block


def test_rows_without_the_attribute_are_counted(tmp_path) -> None:
    rows = rows_of(**UNEQUAL) + [{"group": "", "label": "yes", "prediction": "yes"}] * 7
    (block,) = blocks(audited(tmp_path, SELECTED, rows=rows))

    assert "Not recorded: 7." in block


def test_a_figure_that_decides_alone_is_said_to(tmp_path) -> None:
    (block,) = blocks(audited(tmp_path, statistics={"decide_on": "point"}, groups=UNEQUAL))

    assert "The owner asked that the figures alone decide. Chance was not allowed for." in block


def test_papers_name_what_they_do_not_say(sample_record) -> None:
    block = next(block for block in blocks(sample_record) if "\nT-01\n" in block)
    missing = sample_record.insights.documentation.missing

    assert f"How many | {len(missing)} fields say nothing:" in block
    assert all(field.replace("_", " ") in block for field in missing)
    assert "How sure | It was counted. Chance plays no part." in block
    one = Documentation(present=(), missing=("risks",), unknown=())
    insights = sample_record.insights.model_copy(update={"documentation": one})
    assert "1 field says nothing: risks." in section(sample_record.model_copy(update={"insights": insights}))
    insights = insights.model_copy(update={"documentation": one.model_copy(update={"missing": ()})})
    assert "How many | No field is empty." in section(sample_record.model_copy(update={"insights": insights}))


def test_a_stop_is_said_before_the_numbers(sample_record) -> None:
    stop = next(one for one in sample_record.answers if one.stop)
    answered = [
        item.model_copy(update={"given": Given.NO}) if item == stop else item for item in sample_record.evidence
    ]
    findings, opinion = conclude(sample_record.policy, tuple(answered), profile=read_profile())
    record = sample_record.model_copy(update={"evidence": tuple(answered), "findings": findings, "opinion": opinion})

    assert "How many | A stop question was answered no (1): this ends the matter. Of weight:" in section(record)


def test_a_demonstration_has_nothing_to_fill_in(tmp_path) -> None:
    shown = audited(tmp_path / "shown", demonstration=True, groups=UNEQUAL)
    real = audited(tmp_path / "real", groups=UNEQUAL)

    assert "to-fill" not in html_of(shown, EVERYTHING)
    assert "Owner | Date" not in section(shown)
    assert "there is nothing to fill in." in section(shown)
    assert html_of(real, EVERYTHING).count('<td class="line"></td>') == 2 * 4
    assert "Choices | What each would mean | Owner | Date" in section(real)
    assert "An empty box is not a yes." in section(real)


def test_where_all_is_met_the_use_is_still_to_be_decided(tmp_path) -> None:
    met = section(audited(tmp_path / "met", SELECTED, groups={"a": (1_800, 2_000), "b": (1_800, 2_000)}))
    assert met.startswith(
        "Every limit of weight is met, as far as these records show. That is no reason to use the model."
    )

    minor = a_check(severity="minor", limit={"min": 0.99})
    text = section(audited(tmp_path / "minor", minor, groups=UNEQUAL))
    assert text.startswith("No limit of weight was set: nothing decides.")
    assert "F-01 | Decided favourably, by group | Not met" in text


def test_page_1_is_not_said_again(sample_record) -> None:
    first = set(sentences(page_1(sample_record)))

    assert [
        one for one in sentences(section(sample_record)) if one in first and one not in of_the_record(sample_record)
    ] == []


def sentences(text):
    """Sentences of some length, cells and lines apart."""
    return [one for one in re.split(r"(?<=[.:])\s+| \| |\n", text) if len(one.split()) > 5]


def of_the_record(record):
    """The one sentence in which a score says itself: there are no other words for it."""
    return {item.sentence for item in record.figures if item.kind == "score"} | {
        f"{item.sentence.removesuffix('.')}." for item in record.figures if item.kind == "score"
    }


def test_sentences_are_short_and_claim_nothing(sample_record) -> None:
    found = sentences(section(sample_record))

    assert sum(len(one.split()) for one in found) / len(found) <= 20
    assert re.findall(rf"\b({BANNED})\b", section(sample_record).casefold()) == []


def test_no_choice_is_made_for_the_reader(sample_record) -> None:
    for block in choices(sample_record).blocks:
        assert [choice.term for choice in block.choices] == ["Fix", "Limit the use", "Accept until a date", "Refuse"]


@pytest.mark.parametrize("demonstration", [True, False])
def test_long_words_are_wrapped_and_nothing_is_lost(tmp_path, demonstration) -> None:
    long = "A very long label that goes on and on " * 50
    record = audited(
        tmp_path,
        a_check(why=long[:1_900]),
        groups={"a" * 300: (10, 100), "b" * 300: (90, 100), "c" * 300: (3, 10)},
        demonstration=demonstration,
        system={"name": long[:1_900], "purpose": "x" * 1_900, "not_for": ["y" * 1_900]},
        columns={"sensitive": [{"name": "group", "label": long[:1_900]}], "unit": "case"},
        words={"favourable": long[:1_900], "adverse": long[:1_900]},
    )
    pdf = pdf_of(record)

    with pdf.open_outline() as outline:
        assert {"What was tested", "Findings and choices"} <= {item.title for item in outline.root}


def test_a_number_that_is_no_rate_says_what_was_found(tmp_path) -> None:
    odds = a_check(id="F-02", metric="equalized_odds_difference", limit={"max": 0.1})
    told = [{"group": "a", "label": one, "prediction": one} for one in ("yes", "no") for _ in range(50)]
    others = [{"group": "b", "label": one, "prediction": "yes"} for one in ("yes", "no") for _ in range(50)]
    (block,) = blocks(audited(tmp_path, odds, rows=[*told, *others]))

    assert "The limits | F-02 asks for at most 0.10. Found: 1.00. Not met." in block


def test_a_group_that_the_policy_set_aside_is_named(tmp_path) -> None:
    excluded = {"exclude_below": 0.02, "why_excluded": "Too few to say anything."}
    (block,) = blocks(audited(tmp_path, a_check(params=excluded), groups=UNEQUAL | {"c": (2, 4)}))

    assert "Set aside by the policy: c (4)." in block
    assert "Too few to judge" not in block
