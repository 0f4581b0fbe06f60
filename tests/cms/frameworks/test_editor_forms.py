"""Does a framework stay what it is when every form of it is opened and kept, and what is refused?"""

import tomllib

import pytest
import tomli_w
from django.http import QueryDict
from django.utils import translation

from cms.frameworks.editing.bands import Band, BandsEditor, remarks_on
from cms.frameworks.editing.document import free_name, rows
from cms.frameworks.editing.parts import PARTS
from cms.frameworks.editing.references import readers_of
from cms.frameworks.editing.row_buttons import pressed
from compass.engine.framework import load_framework
from compass.engine.menus import written
from tests.compass.engine.shipped import SOURCE
from tests.compass.engine.test_framework import SMALL

from .sending import as_sent

NL = tomllib.loads(SOURCE)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def opened_and_kept(document, part, place):
    editor = part.editor(document, place)
    sent = part.editor(document, place, data=as_sent(editor))
    assert sent.is_valid(), (part.slug, place, sent.form.errors)
    return sent.result()


@pytest.mark.parametrize("slug", PARTS)
@pytest.mark.parametrize("source", [SOURCE, SMALL], ids=["nl", "small"])
def test_opening_and_keeping_changes_nothing(source, slug):
    document, part = tomllib.loads(source), PARTS[slug]
    for place, row in enumerate(rows(document, part.table)):
        kept = rows(opened_and_kept(document, part, place), part.table)[place]
        was, now = ({k: v for k, v in each.items() if k != "when"} for each in (row, kept))
        if part.table == "levels":  # ranks are counted from 0, an empty mode isn't written
            was.pop("rank"), now.pop("rank")
            was = {name: value for name, value in was.items() if value != ""}
        assert now == was, (slug, place)


def test_opening_and_keeping_changes_no_condition():
    before = [written(rule.when) for rule in load_framework(SOURCE).rules]
    for slug in ("regels", "methoden"):
        document = NL
        for place in range(len(rows(NL, PARTS[slug].table))):
            document = opened_and_kept(document, PARTS[slug], place)
        after = load_framework(tomli_w.dumps(document))
        assert [written(rule.when) for rule in after.rules] == before
        assert [written(each.when) for each in after.methods] == [
            written(each.when) for each in load_framework(SOURCE).methods
        ]


def test_bands_are_the_rules_of_a_score_and_stay_in_their_place():
    editor = BandsEditor(NL, 0)
    assert editor.bands == [
        Band(None, 5, "inform"),
        Band(6, 12, "consult"),
        Band(13, None, "co_create"),
    ]
    assert editor.remarks == []
    sent = BandsEditor(NL, 0, data=as_sent(editor, **{"band-1-high": "10"}))
    assert sent.is_valid()
    assert [one for one in sent.remarks if "11–12" in one]
    kept = [rule["id"] for rule in rows(sent.result(), "rules")]
    assert kept == [rule["id"] for rule in NL["rules"]]


@pytest.mark.parametrize(
    ("bands", "said"),
    [
        ([Band(None, 7, "a"), Band(8, None, "b")], []),
        ([Band(0, 7, "a"), Band(8, None, "b")], ["A total below 3 can't occur: that is the lowest."]),
        ([Band(None, 7, "a"), Band(7, None, "b")], ["This total stands in two lines: 7."]),
        ([Band(None, 5, "a"), Band(8, 20, "b")],
         ["No level fits this total yet: 6–7.", "A total above 14 can't occur: that is the highest."]),
    ],
)  # fmt: skip
def test_gaps_and_overlaps_are_said_at_once(bands, said):
    assert remarks_on(bands, (3, 14)) == said


def test_a_condition_that_is_nested_too_deep_stays_until_it_is_replaced():
    deep = "g_tax and (room=1 or phase=2 and (impact=3 or reach=3))"
    document = {**NL, "rules": [{**NL["rules"][0], "when": deep}]}
    editor = PARTS["regels"].editor(document, 0)
    assert editor.condition.stays
    assert "g_tax" not in editor.condition.in_words  # said in words
    assert opened_and_kept(document, PARTS["regels"], 0)["rules"][0]["when"] == deep
    replaced = PARTS["regels"].editor(document, 0, data=as_sent(editor, do="replace"))
    assert not replaced.condition.stays
    sent = as_sent(replaced, **{"replace": "1", "when-group-0-test-0-subject": "question:room",
                                "when-group-0-test-0-asked": "question:room",
                                "when-group-0-test-0-compare": "at_least",
                                "when-group-0-test-0-values": ["2"]})  # fmt: skip
    kept = PARTS["regels"].editor(document, 0, data=sent)
    assert kept.is_valid(), kept.condition.errors
    assert kept.result()["rules"][0]["when"] == "room >= 2"


@pytest.mark.parametrize(
    ("table", "name", "reader"),
    [
        ("questions", "size", "score “weight”"),
        ("questions", "size", "worked case “Big, of them.”"),
        ("questions", "size", "the comparison with the other route"),
        ("questions", "who", "rule “Them.”"),
        ("questions", "vowed", "rule “Vowed.”"),
        ("scores", "weight", "rule “Big.”"),
        ("levels", "plan", "rule “Big.”"),
        ("levels", "ask", "method “Letter”"),
        ("levels", "plan", "question “Vowed”"),
        ("levels", "tell", "sentence of the promise “We join.”"),
    ],
)
def test_readers_are_named(table, name, reader):
    assert reader in readers_of(tomllib.loads(SMALL), table, name)


def test_answers_keep_their_place_while_something_reads_them():
    document, part = tomllib.loads(SMALL), PARTS["vragen"]
    editor = part.editor(document, 2)
    swapped = {"option-0-was": "1", "option-1-was": "0"}
    sent = part.editor(document, 2, data=as_sent(editor, **swapped))
    assert not sent.is_valid()
    assert "score “weight”" in str(sent.form.errors)
    more = {"option-TOTAL_FORMS": "3", "option-2-label_nl": "reusachtig"}
    sent = part.editor(document, 2, data=as_sent(editor, **more))
    assert sent.is_valid()
    document = sent.result()
    assert [each["code"] for each in document["questions"][2]["options"]] == [0, 1, 2]
    assert document["compare"]["map"] == {"0": "tell", "1": "plan", "2": "plan"}
    load_framework(tomli_w.dumps(document))


def test_english_that_is_left_open_repeats_the_dutch_and_shows_as_open():
    part = PARTS["niveaus"]
    document = tomllib.loads(SMALL)
    sent = part.editor(
        document, 0, data=as_sent(part.editor(document, 0), name_nl="zeggen", name_en="")
    )
    assert sent.is_valid()
    document = sent.result()
    assert document["levels"][0]["name"] == {"nl": "zeggen", "en": "zeggen"}
    assert part.editor(document, 0).form["name_en"].value() == ""


def test_names_become_keys():
    document = {"questions": [{"key": "bereik"}], "scores": [{"key": "punten"}]}
    assert free_name(document, "questions", "Bereik") == "bereik_2"
    assert free_name(document, "questions", "Punten!") == "punten_2"
    assert free_name(document, "questions", "Één café") == "een_cafe"
    assert free_name(document, "questions", "and") == "and_2"
    assert free_name(document, "questions", "4 × …") == "x_4"


def test_rows_come_go_and_change_places():
    sent = QueryDict("a-TOTAL_FORMS=2&a-0-x=0&a-1-x=1&a-1-t=5&a-1-t=6&ab-0-x=9")
    assert pressed(sent, "add:a")["a-TOTAL_FORMS"] == "3"
    moved = pressed(sent, "up:a:1")
    assert (moved["a-0-x"], moved["a-1-x"], moved.getlist("a-0-t")) == ("1", "0", ["5", "6"])
    gone = pressed(sent, "remove:a:0")
    assert (gone["a-TOTAL_FORMS"], gone["a-0-x"], gone["ab-0-x"]) == ("1", "1", "9")
    for strange in ("remove:a:7", "explode:a:0", "add", "remove:a:99999"):
        assert pressed(sent, strange) == sent
