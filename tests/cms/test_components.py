"""Are labels, help and errors tied to what you fill in, and do bars and levels say what they show?"""

import re
from datetime import date

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from cms.pages.drawings import COLOURS, SHAPES, lay_tiles, stages, who_decides
from cms.templatetags.site_components import language_links, share_of, stay
from compass.rose import draw_rose


class EverythingForm(forms.Form):
    name = forms.CharField(label="Naam", help_text="Zoals u genoemd wilt worden")
    choice = forms.ChoiceField(
        label="Keuze",
        choices=[("a", "Bomen"), ("b", "Parkeren")],
        widget=forms.RadioSelect,
        help_text="U kunt er één kiezen",
    )
    body = forms.ChoiceField(label="Wie", choices=[("raad", "De raad")])
    note = forms.CharField(label="Toelichting", widget=forms.Textarea, required=False)
    sure = forms.BooleanField(label="Zeker")
    token = forms.CharField(widget=forms.HiddenInput)


def rendered(form) -> str:
    return render_to_string("components/_form.html", {"form": form})


def test_every_control_has_a_label_and_what_describes_it_exists():
    html = rendered(EverythingForm({"token": "x"}))
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    labelled = set(re.findall(r'\sfor="([^"]+)"', html))
    assert {"id_name", "id_choice_0", "id_choice_1", "id_body", "id_note", "id_sure"} <= labelled
    assert labelled <= ids
    described = [
        one for found in re.findall(r'aria-describedby="([^"]+)"', html) for one in found.split()
    ]
    assert {"id_name_helptext", "id_name_error", "id_choice_error"} <= set(described)
    assert set(described) <= ids
    assert len(re.findall(r'\sid="', html)) == len(ids), "an id is used twice"


def test_errors_stand_beside_the_field_and_above_the_form():
    html = rendered(EverythingForm({"token": "x"}))
    assert 'role="alert"' in html
    assert html.count("utrecht-form-field-error-message") == 4
    assert 'aria-invalid="true"' in html
    assert "utrecht-form-field-error-message" not in rendered(EverythingForm())


def test_A1_a_value_or_choice_is_shown_as_text():
    form = EverythingForm({"name": '"><script>alert(1)</script>', "token": "x"})
    form.fields["choice"].choices = [("a", "<script>alert(1)</script>")]
    html = rendered(form)
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_a_hidden_field_has_no_label():
    assert 'for="id_token"' not in rendered(EverythingForm())


@pytest.mark.parametrize(
    ("count", "whole", "share"),
    [(65, 102, 64), (0, 10, 0), (None, 10, 0), (3, 0, 0), (10, 10, 100)],
)
def test_a_share_is_a_whole_percentage(count, whole, share):
    assert share_of(count, whole) == share


def result(**changes):
    options = [
        {"label": "Bomen", "hall": 55, "online": 10, "total": 65},
        {"label": "Parkeren", "hall": 22, "online": 15, "total": 37},
    ]
    about = {"caption": "Wat kiest u?", "sentence": "65 van de 102 kozen bomen.", "base": 102}
    shown = {"show_lanes": True, "show_total": True, "largest": 65, "options": options}
    return render_to_string("components/_result_bars.html", {"result": about | shown | changes})


def drawn(html) -> list[tuple[str, str]]:
    """List each bar's part as (lane or "", width)."""
    return re.findall(r'sk-bar__fill(?: sk-bar__fill--)?(\w*)"[^>]*width="(\d+%)"', html)


def test_a_result_is_a_sentence_bars_and_a_table():
    html = result()
    assert "65 van de 102 kozen bomen." in html
    assert html.count("<svg") == 2
    assert drawn(html) == [("hall", "54%"), ("online", "10%"), ("hall", "22%"), ("online", "15%")]
    assert 'x="54%"' in html
    assert html.count('scope="row"') == 2
    assert "64%" in html and "36%" in html


def test_lanes_that_are_too_small_stay_together():
    options = [{"label": "Bomen", "hall": None, "online": None, "total": 43}]
    html = result(options=options, show_lanes=False, base=43, largest=43)
    assert drawn(html) == [("", "100%")]
    assert "<td" in html and html.count("<td") == 1


def test_lanes_that_may_not_be_summed_have_no_total():
    options = [{"label": "Bomen", "hall": 20, "online": 3, "total": None}]
    html = result(options=options, show_total=False, base=None, hall_base=40, online_base=12)
    assert drawn(html) == [("hall", "50%"), ("online", "25%")]
    assert "23" not in html and "None" not in html and "52" not in html
    assert html.count('scope="col"') == 3
    assert "sk-bars__count" not in html and ">40<" in html and ">12<" in html


def test_lanes_apart_without_a_base_are_drawn_on_one_scale():
    options = [{"label": "Bomen", "hall": 40, "online": 10, "total": None}]
    html = result(options=options, show_total=False, base=None, largest=40)
    assert drawn(html) == [("hall", "100%"), ("online", "25%")]
    assert "%</small>" not in html and "<tfoot" not in html


def test_several_answers_name_people_and_marks():
    with translation.override("en"):
        html = result(several=True, marks=102, base=60)
    assert "(60 people voted, marks: 102" in html
    assert "108%" in html  # 65 marks of 60 people: the base is people, and the number says so


def test_numbers_are_written_without_a_comma_in_drawings():
    with translation.override("nl"):
        html = render_to_string(
            "components/_rose.html",
            {"id": "r", "rose": draw_rose([("a", "Een"), ("b", "Twee")], fits="b"), "words": ["x"]},
        )
    assert "rotate(45.0 220 214)" in html
    assert not re.search(r'(?:x|y|cx|cy)="[\d]+,\d', html)
    assert html.count("<title") == html.count("<desc") == 1


def test_tiles_are_always_the_same_for_a_name_and_show_more_people_with_more_influence():
    first, again, other = (lay_tiles(name) for name in ("plein", "plein", "straat"))
    assert first == again != other
    people = {SHAPES["dot"], SHAPES["dots"]}

    def dots(influence):
        return sum(
            tile.shape in people
            for number in range(20)
            for tile in lay_tiles(f"plein-{number}", influence).tiles
        )

    assert dots(-1) < dots(0) < dots(1) < dots(2)
    for tile in first.tiles:
        assert tile.ground != tile.colour
        assert 1 <= tile.ground <= COLOURS and 1 <= tile.colour <= COLOURS
        assert 0 <= tile.x < first.width and 0 <= tile.y < first.height


@pytest.mark.parametrize(
    ("influence", "body", "parts", "taken"),
    [
        (2, "raad", ["helps", "helps", "helps", "decides"], [True, True, True]),
        (1, "college", ["helps", "helps", "decides", "out"], [True, True, False]),
        (1, "burgemeester", ["helps", "helps", "decides", "out"], [True, True, False]),
        (0, "raad", ["out", "out", "helps", "decides"], [False, False, True]),
        (0, "college", ["out", "out", "decides", "out"], [False, False, False]),
    ],
)
def test_who_decides_is_drawn_by_level_and_body(influence, body, parts, taken):
    chain = who_decides(influence, body)
    assert [station.part for station in chain.stations] == parts
    assert [step for _x, step in chain.steps] == taken
    assert chain.back == (influence <= 0)


class APhase:
    def __init__(self, status, starts_on, ends_on):
        self.status, self.starts_on, self.ends_on = status, starts_on, ends_on


def test_today_stands_in_the_running_phase():
    before = APhase("past", date(2026, 1, 1), date(2026, 1, 31))
    running = APhase("now", date(2026, 2, 1), date(2026, 2, 10))
    after = APhase("coming", date(2026, 3, 1), date(2026, 3, 31))
    shown = stages([before, running, after], date(2026, 2, 6))
    assert [stage.done for stage in shown] == [100, 55, 0]
    assert not any(stage.today_before for stage in shown)


def test_between_two_phases_today_stands_before_the_next():
    before = APhase("past", date(2026, 1, 1), date(2026, 1, 31))
    after = APhase("coming", date(2026, 3, 1), date(2026, 3, 31))
    later = APhase("coming", date(2026, 4, 1), date(2026, 4, 30))
    shown = stages([before, after, later], date(2026, 2, 6))
    assert [stage.today_before for stage in shown] == [False, True, False]


@pytest.mark.parametrize("level", ["none", "inform", "consult", "co_create", "collaborate"])
def test_a_level_has_colour_shape_and_two_names(level):
    html = render_to_string(
        "components/_badge.html",
        {"level": level, "plain": "We maken het samen", "official": "Samenspel"},
    )
    assert f"sk-badge--{level}" in html and "<svg" in html
    assert "We maken het samen" in html and "Samenspel" in html


def test_shapes_of_levels_differ():
    shapes = {
        render_to_string("components/_level_shape.html", {"level": level})
        for level in ("none", "inform", "consult", "co_create", "collaborate")
    }
    assert len(shapes) == 5


@pytest.mark.parametrize(
    ("path", "dutch", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/lindestraat/", "/lindestraat/", "/en/lindestraat/"),
        ("/lindestraat/?x=1", "/lindestraat/?x=1", "/en/lindestraat/?x=1"),
        ("/meedoen", "/meedoen?lang=nl", "/meedoen?lang=en"),
        (
            "/account/login/?next=/admin/",
            "/account/login/?next=%2Fadmin%2F&lang=nl",
            "/account/login/?next=%2Fadmin%2F&lang=en",
        ),
        ("/energie/", "/energie/", "/en/energie/"),
    ],
)
def test_every_page_leads_to_itself_in_the_other_language(path, dutch, english):
    links = language_links({"request": RequestFactory().get(path)})
    assert [link["href"] for link in links] == [dutch, english]


@pytest.mark.parametrize(
    ("path", "english"),
    [
        ("/", "/en/"),
        ("/meedoen", "/meedoen?lang=en"),
        ("/s/ABCDEF?q=1", "/s/ABCDEF?q=1&lang=en"),
        ("/account/login/", "/account/login/?lang=en"),
    ],
)
def test_a_link_stays_in_the_readers_language(path, english):
    assert stay(path) == path
    with translation.override("en"):
        assert stay(path) == english


def test_the_help_of_a_box_to_tick_stands_below_the_box():
    class Form(forms.Form):
        box = forms.BooleanField(label="Apart", help_text="Telt apart.")

    html = render_to_string("components/_field.html", {"field": Form()["box"]})
    assert html.index("<input") < html.index("Telt apart.")


@pytest.mark.django_db
def test_the_other_language_comes_before_the_menu_in_the_header_as_it_is_seen(client):
    header = client.get("/meedoen").content.decode().partition("</header>")[0]
    links = re.findall(r'<a\s+href="([^"]*)"', header)
    assert "lang=en" in links[0]
