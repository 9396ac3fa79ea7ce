"""Words of a text in the report: which, which way, how believable; and what is never named."""

from report_reading import html_of, text_of

from fateaudit.evidence import Contribution, Importances, Insights, WordSeen, WordsSeen
from fateaudit.report.found import Room
from fateaudit.report.words import words

ROOM = Room(picture=False, full=1, lines=0)


def a_word(word, direction, **changes):
    given = {"texts": 54, "size": abs(direction), "standard_error": 0.004, "overall": abs(direction) / 4}
    return WordSeen(word=word, direction=direction, **given | changes)


def seen(*words, **changes):
    given = {
        "column": "post",
        "more": 36,
        "left_out": 412,
        "left_out_share": 0.12,
        "texts": 200,
        "of_rows": 1_200,
        "exact": 28,
        "base": 0.334,
        "mean": 0.438,
        "gap": 1e-16,
        "fidelity": 0.93,
        "by_chance": -0.4,
        "second_route": "",
    }
    return WordsSeen(words=words or (a_word("torch", -0.528),), **given | changes)


def page(record, *found):
    return html_of(record.model_copy(update={"insights": Insights(words=found)}), ROOM)


def entries(found, policy):
    return {entry.term: entry.told for entry in words(found, policy, 0.5).entries}


def test_words_stand_in_a_table_with_their_direction(sample_record) -> None:
    html = page(
        sample_record, seen(a_word("torch", -0.528), a_word("bread", 0.172, texts=9_999), a_word("<b>x</b>", 0.1))
    )
    text = text_of(html).partition("How the model decides\n")[2]

    assert "Words of “post”" in text
    assert "torch | 54 | 52.8 | 0.4 | \N{MINUS SIGN}52.8" in text
    assert "bread | 9,999 | 17.2 | 0.4 | +17.2" in text
    assert (
        "the word that moves the score most is “torch”: where it stands, it takes a score down by 52.8 points" in text
    )
    assert "Found by | Taking words out wherever they stand, in random orders; for 28" in text
    assert "<b>x" not in html


def test_a_word_that_goes_both_ways_is_said_to(sample_policy) -> None:
    found = words(seen(a_word("torch", 0.01, size=0.3)), sample_policy, 0.5)

    assert "it takes a score up or down by 30.0 points" in found.sentence
    assert (found.rows[0].points, found.rows[0].beside) == ("30.0", ("54", "0.4", "+1.0"))


def test_what_is_not_named_is_counted_and_weighed(sample_policy) -> None:
    def said(**changes):
        return entries(seen(**changes), sample_policy)["Not named"]

    assert said().startswith("36 more could be, and come after these. 412 words are never named")
    assert said().endswith("Of all that words move, theirs is 12 of 100 parts.")
    assert "theirs is fewer than 1 of 100 parts" in said(left_out_share=0.004)
    assert "theirs is 0 of 100 parts" in said(left_out_share=1e-15)
    assert said(left_out=0, left_out_share=0.0, more=0) == "Ten different texts or more hold every word."


def test_how_it_was_found_and_how_believable_it_is_stand_beside_it(sample_policy) -> None:
    told = entries(seen(second_route="the model's weights put 8 of these first 10"), sample_policy)

    assert told["Without words"].startswith("Texts without their words score 33.4 on average, as they are 43.8")
    assert "Over 200 of 1,200" in told["Found by"]
    assert told["Believable"].endswith("account for 93 of 100 parts; dealt to wrong words, for fewer than 0.")
    assert told["A second way"] == "The model's weights put 8 of these first 10."
    assert "Believable" not in entries(seen(fidelity=None, by_chance=None), sample_policy)
    assert "A second way" not in entries(seen(), sample_policy)
    assert "in every mixture. Over all 200" in entries(seen(exact=200, of_rows=200), sample_policy)["Found by"]


def test_words_of_nearly_all_texts_are_said_to_tell_little(sample_policy) -> None:
    found = seen(a_word("torch", -0.5), a_word("the", 0.02, texts=190), a_word("at", 0.01, texts=189))

    assert entries(found, sample_policy)["In nearly all"].startswith("“the”: the model hardly ever saw a text without")
    assert "In nearly all" not in entries(seen(), sample_policy)
    assert (
        "Over all arrests, the word that moves the score most is “torch”" in words(found, sample_policy, 0.5).sentence
    )


def test_the_word_said_first_is_not_one_of_nearly_all_texts(sample_policy) -> None:
    the, torch = a_word("the", 0.2, texts=200), a_word("torch", -0.5)

    assert "But for words of nearly all arrests, the word that moves the score most is “torch”" in (
        words(seen(the, torch), sample_policy, 0.5).sentence
    )
    assert "Over all arrests, the word that moves the score most is “the”" in (
        words(seen(the), sample_policy, 0.5).sentence
    )


def test_where_no_word_may_be_named_none_is(sample_record) -> None:
    text = text_of(page(sample_record, seen().model_copy(update={"words": ()})))

    assert "No word stands in ten different texts: none is named." in text
    assert "Solid: lower" not in text


def test_bars_share_the_scale_of_the_columns(sample_record) -> None:
    importances = Importances(
        columns=(Contribution(column="checks", value=0.2, standard_error=0.01),),
        rows=200,
        of_rows=200,
        settled=True,
        base=0.5,
        route="exact_enumeration",
        gap=0.0,
        background=100,
        background_is_all=False,
        refused=(),
        second_route="",
    )
    insights = Insights(importances=importances, words=(seen(a_word("torch", -0.4), a_word("bread", 0.1)),))
    html = html_of(sample_record.model_copy(update={"insights": insights}), ROOM)

    assert [f"--w:{width}%" in html for width in ("50.0", "100.0", "25.0")] == [True] * 3


def test_a_model_that_gives_numbers_has_words_in_its_own_unit(sample_policy) -> None:
    policy = sample_policy.model_copy(update={"task": "regression"})
    found = words(seen(a_word("torch", -12.5), base=40.25, mean=51.0), policy, 12.5)

    assert found.rows[0].points == "12.5"
    assert found.rows[0].beside[2] == "\N{MINUS SIGN}12.5"
    assert "down by 12.5 on average" in found.sentence
    assert found.entries[0].term == "Moves"


def test_a_record_without_texts_has_no_words(sample_record) -> None:
    assert "Words of" not in text_of(page(sample_record))
