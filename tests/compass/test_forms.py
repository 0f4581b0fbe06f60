"""Does a form give exactly the answers that were filled in, and never take unknown for no?"""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from compass.engine.advise import advise
from compass.forms import CriteriaForm, GateForm
from compass.queries import parsed_shipped

from .engine.answer_sets import GATES_NEE, QUIET


@pytest.fixture
def nl():
    return parsed_shipped("nl")


def filled(form_class, framework, **data):
    form = form_class(framework, data)
    assert form.is_valid(), form.errors
    return form


def test_every_question_is_on_one_of_the_two_forms(nl):
    asked = [
        each.question.key for form in (GateForm(nl), CriteriaForm(nl)) for each in form.asked()
    ]
    assert asked == [question.key for question in nl.questions]


def test_an_empty_form_knows_nothing(nl):
    assert set(filled(GateForm, nl).answers().values()) == {None}
    assert set(filled(CriteriaForm, nl).answers().values()) == {None}


def test_codes_come_back_as_the_engine_wants_them(nl):
    gates = filled(GateForm, nl, g_crisis="true", g_minor="false", g_promised="co_create", g_tax="")
    answers = gates.answers()
    assert answers["g_crisis"] is True and answers["g_minor"] is False
    assert answers["g_promised"] == "co_create" and answers["g_tax"] is None
    criteria = filled(CriteriaForm, nl, room="0", initiator="inwoners", earlier="false").answers()
    assert criteria["room"] == 0 and type(criteria["room"]) is int
    assert criteria["initiator"] == "inwoners" and criteria["earlier"] is False
    advise(nl, answers | criteria)  # raises when a code doesn't fit


def test_what_was_saved_is_shown_again(nl):
    form = CriteriaForm(nl, answers={**QUIET, "room": None})
    shown = {each.question.key: each.field.value() for each in form.asked()}
    assert shown["commitment"] == "2" and shown["earlier"] == "true" and shown["room"] is None
    gates = GateForm(nl, answers=GATES_NEE, public_reasons={"g_tax": "Omdat."})
    assert gates["g_tax"].value() == "false" and gates["reason_g_tax"].value() == "Omdat."


@pytest.mark.parametrize(
    ("key", "code"), [("room", "9"), ("room", "True"), ("room", "x"), ("decider", "0")]
)
def test_a36_a_code_that_is_no_option_is_an_error_of_its_question(nl, key, code):
    form = CriteriaForm(nl, {key: code})
    assert not form.is_valid() and set(form.errors) == {key}


def test_reasons_belong_to_gates(nl):
    form = filled(GateForm, nl, reason_g_crisis=" Er is brand. ", reason_g_tax="")
    assert form.public_reasons() == {"g_crisis": "Er is brand."}
    assert filled(CriteriaForm, nl).public_reasons() == {}
    assert not GateForm(nl, {"reason_g_crisis": "x" * 1001}).is_valid()


def test_the_questions_work_without_javascript(nl):
    html = render_to_string("compass/_questions.html", {"form": GateForm(nl)})
    assert html.count("<fieldset") == html.count("<legend") == len(nl.gates)
    assert html.count('type="radio"') == sum(len(gate.options) + 1 for gate in nl.gates)
    assert html.count("<textarea") == len(nl.gates)
    assert "Verbiedt een wet dat inwoners meedoen?" in html
    assert "Welk artikel van welke wet is dit?" in html
    assert "<script" not in html and " style=" not in html


def test_each_control_has_a_label_and_each_help_an_owner(nl):
    html = render_to_string("compass/_questions.html", {"form": CriteriaForm(nl)})
    for each in CriteriaForm(nl).asked():
        for radio, _ in each.options():
            assert f'for="{radio.id_for_label}"' in html and f'id="{radio.id_for_label}"' in html
        assert f'aria-describedby="help-{each.question.key}"' in html
        assert f'id="help-{each.question.key}"' in html


def test_the_questions_are_asked_in_the_language_of_the_page(nl):
    with translation.override("en"):
        html = render_to_string("compass/_questions.html", {"form": CriteriaForm(nl)})
    assert "What can residents still change about this decision?" in html
    assert "Wat kunnen inwoners" not in html


def advice_html(nl, answers, language="nl"):
    advice = advise(nl, answers).as_dict(language)
    context = {"advice": advice, "framework": nl, "language": language}
    with translation.override(language):
        return render_to_string("compass/_advice.html", context)


def test_the_advice_shows_what_fits_and_every_reason(nl):
    html = advice_html(nl, {**QUIET, "impact": 3, "knowledge": 2, "time": 0, "mandate": 0})
    assert "We maken het samen" in html and "samenspel" in html
    assert "Hier past samenspel. Nu haalbaar: raadplegen." in html
    for reason in advise(
        nl, {**QUIET, "impact": 3, "knowledge": 2, "time": 0, "mandate": 0}
    ).reasons:
        assert reason.rule.because["nl"] in html and reason.rule.reference not in html
    assert "Tijd: korter dan 4 weken" in html
    assert "sk-advice--done" in html and "<script" not in html and " style=" not in html


def test_an_undecided_advice_shows_what_is_possible_and_what_to_ask(nl):
    html = advice_html(nl, GATES_NEE)
    assert "sk-advice--provisional" in html and "sk-advice--done" not in html
    assert (
        "Nog mogelijk: alles onder de brede boog." in html and html.count("We doen het samen") == 2
    )
    assert nl.question("room").text["nl"] in html
    assert nl.question("advisory_body").text["nl"] in html


def test_the_advice_speaks_english(nl):
    html = advice_html(nl, {**QUIET, "room": 0, "g_law_requires": True}, "en")
    assert "This collides." in html and "The law says" in html and "De wet zegt" not in html
