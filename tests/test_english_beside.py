"""Can every Dutch text that an officer types, and that stands on an English page, have an English one beside it?

Every column gets a word of its own; where that word stands on an English page says what residents read. So a new
instrument is in it by itself.
"""

import json
from collections import defaultdict
from datetime import timedelta
from types import SimpleNamespace

import lxml.html
import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from compass.refusal import Refused
from compass.templatetags.compass_text import or_english
from deliberation.people.models import AuditEntry
from deliberation.projects.deciding.frames import change_frames
from deliberation.projects.english import put_english
from deliberation.projects.forms import PointInEnglishForm
from deliberation.projects.models import DecisionPoint, FrameChange
from deliberation.projects.reporting.outcomes import record_outcome
from tests.builders import a_decided_point, the_officer
from tests.cms.site import a_project_page
from tests.fields import our_forms
from tests.questions.builders import Desk
from tests.test_english import OWN_DATA, english_pages, site_pages
from tests.test_exports import counted
from tests.test_hostile_outputs import is_typed
from tests.test_urls import world  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db
ROOMS = ("compass", "deliberation")  # what editors write on pages of the site is translated there
# What residents read in the language it was written in, and why it has no English beside it.
ANSWERED = "said to one person, in the language in which they asked"
AS_IT_IS = {
    "projects.StatusReport.phase": "the phase as it was called on that day; its own text is a phase's",
    "participation.Disposition.reason": ANSWERED,
    "participation.Disposition.team": ANSWERED,
    "participation.Disposition.text": ANSWERED,
    "participation.CommitmentChange.reason": ANSWERED,
    "participation.Contribution.shown": "a resident's own words",
    "participation.Contribution.text": "a resident's own words",
}
# What is no Dutch: it has one form in every language.
NAMES = {
    "projects.Municipality.name": "the name of a municipality",
    "participation.Contribution.shown_name": "the name of a resident",
}


def columns():
    """Give (model, field) of every column in which somebody's words stand: texts, and lists of texts."""
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in ROOMS or model.__name__.startswith("Op"):
            continue
        for field in model._meta.local_concrete_fields:
            if is_typed(field) or (isinstance(field, models.JSONField) and _holds_lines(field)):
                yield model, field


def _holds_lines(field) -> bool:
    kept = models.QuerySet(field.model).values_list(field.name, flat=True)
    return any(isinstance(each, list) and each and isinstance(each[0], str) for each in kept)


def plant() -> dict[str, tuple]:
    """Put a word of its own in every column, and in every line of a list; give (model, field) by word."""
    words = {}
    for number, (model, field) in enumerate([*columns()]):
        word, rows = f"nlx{number}x", models.QuerySet(model)
        words[word] = (model, field)
        if not isinstance(field, models.JSONField):
            rows.update(**{field.name: word})
            continue
        for key, kept in [*rows.values_list("pk", field.name)]:
            if isinstance(kept, list):
                models.QuerySet(model).filter(pk=key).update(**{field.name: [word] * len(kept)})
    return words


def read(pages, sign="nlx"):
    """Give (word, language, address) of every planted word that stands on one of these pages."""
    for address, page in pages:
        root = lxml.html.fromstring(page)
        for element in root.find("body").iter():
            if not isinstance(element.tag, str) or element.tag in ("script", "style"):
                continue
            within = [(element.text, element), (element.tail, element.getparent())]
            within += [(element.get(name), element) for name in ("alt", "aria-label", "title")]
            for text, where in within:
                for word in (text or "").lower().split():
                    found = word.strip("“”\"'.,:;()?!")
                    if found.startswith(sign):
                        yield found, language_of(where), address


def language_of(element) -> str:
    return next(one.get("lang") for one in [element, *element.iterancestors()] if one.get("lang"))


@pytest.fixture
def planted(world):  # noqa: F811
    visitors, about, page = world
    counted(about)
    point = DecisionPoint.objects.get(pk=about["beslispunten"])
    officer = the_officer(point.project.municipality)
    change_frames(
        actor=officer, decision_point=point, reason="Er kwam een boom bij.", open=["Waar de bomen?"],
        now=timezone.now(),
    )  # fmt: skip
    desk, tomorrow = Desk(point.project, point, officer), timezone.localdate() + timedelta(days=1)
    desk.answered()
    desk.do("change_promise", desk.published(), due_on=tomorrow, reason="Druk.")
    decided = DecisionPoint.objects.filter(level_decisions__influence__gt=0).last()
    record_outcome(
        actor=officer, decision_point=decided, decided_on=timezone.localdate(), result="taken",
        outcome="De straat wordt zo.", what_we_did="De bomen blijven.", now=timezone.now(),
    )  # fmt: skip
    words = plant()
    print(f"{len(words)} columns")
    return visitors, about, page, words


def pages_of(visitors, about, page):
    found = [one for one in english_pages(visitors, about) if not one[0].startswith(OWN_DATA)]
    for one in site_pages(page):
        found.append((one.get_url(), visitors["nobody"].get(one.get_url()).content.decode()))
    return found


def seen_in(pages, words) -> dict[str, dict[str, str]]:
    """Give by column in which languages it stands on these pages, each with an address."""
    found = defaultdict(dict)
    for word, language, address in read(pages):
        model, field = words[word]
        found[f"{model._meta.label}.{field.name}"].setdefault(language, address)
    return found


def test_what_stands_on_english_pages_is_marked_and_can_have_an_english_text(planted):
    visitors, about, page, words = planted
    seen = seen_in(pages_of(visitors, about, page), words)
    print(f"{len(seen)} columns of {len(words)} stand on English pages")
    assert {name: told for name, told in seen.items() if "en" in told and name not in NAMES} == {}
    by_name = {
        f"{model._meta.label}.{field.name}": (model, field) for model, field in words.values()
    }
    without = {name for name in seen if not can_be_english(*by_name[name])}
    assert without == AS_IT_IS.keys() | NAMES.keys()
    assert len(seen) > 25


def can_be_english(model, field) -> bool:
    return field.name in getattr(model, "IN_ENGLISH", ())


def test_where_somebody_gave_an_english_text_the_page_says_that(planted):
    visitors, about, page, words = planted
    for word, (model, field) in words.items():
        if can_be_english(model, field):
            for row in models.QuerySet(model):
                english = row.english | {field.name: {word: word.replace("nl", "en")}}
                models.QuerySet(model).filter(pk=row.pk).update(english=english)
    pages = pages_of(visitors, about, page)
    seen = seen_in(pages, words)
    dutch = {name: told for name, told in seen.items() if name not in {*AS_IT_IS, *NAMES}}
    assert dutch == {}
    said = {(word, language) for word, language, _address in read(pages, "enx")}
    assert {language for _word, language in said} == {"en"} and len(said) > 25


def test_every_text_that_can_be_english_has_its_field_in_every_form_that_asks_it():
    forms_of = defaultdict(list)
    for form in our_forms():
        if issubclass(form, forms.ModelForm):
            forms_of[form._meta.model].append(form)
    missing, seen = [], 0
    for model in apps.get_models():
        for name in getattr(model, "IN_ENGLISH", ()):
            for form in forms_of[model]:
                if name in form.base_fields:
                    seen += 1
                    asked = name in getattr(form, "in_english", ())
                    missing += [f"{form.__name__}.{name}"] * (not asked)
    assert missing == [] and seen > 15


# --- One officer, one text ---------------------------------------------------------------------------


@pytest.fixture
def told():
    """Give a promise with a page, and how its officer fills in a screen about it."""
    point = a_decided_point("consult")
    addresses = [one.get_url() for one in site_pages(a_project_page(point.project))]
    officer = Client()
    officer.force_login(the_officer(point.project.municipality))

    def tell(name, **texts):
        address = reverse(f"projects:{name}", args=[point.pk])
        form = lxml.html.fromstring(officer.get(address).content).forms[-1]
        answer = officer.post(address, dict(form.form_values()) | texts)
        assert answer.status_code == 302, answer.content.decode()

    def says(text) -> list[str]:
        pages = [Client().get(address).content.decode() for address in addresses]
        return [language for said, language in texts_of(pages) if said == text]

    return point, tell, says


def texts_of(pages):
    for page in pages:
        for element in lxml.html.fromstring(page).find("body").iter():
            if isinstance(element.tag, str):
                yield (element.text or "").strip(), language_of(element)
                yield (element.tail or "").strip(), language_of(element.getparent())


DUTCH, ENGLISH = "Het riool wordt vervangen.", "The sewer will be replaced."


def test_an_officer_types_english_and_the_english_page_says_it(told):
    _point, tell, says = told
    assert set(says(DUTCH)) == {"nl"} and says(ENGLISH) == []
    tell("translate_decision_point", fixed_en=ENGLISH)
    assert set(says(ENGLISH)) == {"en"} and says(DUTCH) == []
    kept = AuditEntry.objects.get(action="translate_decision_point")
    assert json.loads(kept.detail)["after"] == {"fixed": {DUTCH: ENGLISH}}


def test_when_the_dutch_changes_its_english_is_not_shown_and_the_form_says_so(told):
    point, tell, says = told
    tell("translate_decision_point", fixed_en=ENGLISH)
    tell(
        "change_frames",
        fixed="Er rijdt verkeer.",
        reason="De brandweer wil dat.",
        reason_en="Safety.",
    )
    point.refresh_from_db()
    assert point.english == {"fixed": {DUTCH: ENGLISH}}
    # What went keeps its English in the change that took it away; what came is Dutch and marked.
    assert set(says("Er rijdt verkeer.")) == {"nl"}
    assert says(DUTCH) == [] and len(says(ENGLISH)) == 1
    assert set(says("Safety.")) == {"en"}
    form = PointInEnglishForm(instance=point)
    assert form.initial["fixed_en"] == "" and ENGLISH in str(form.fields["fixed_en"].help_text)


def test_a_line_that_is_added_takes_nothing_from_the_others(told):
    point, tell, says = told
    tell(
        "translate_decision_point", open_en="Where do the trees go?\nHow many parking spaces stay?"
    )
    open_now = "Waar komen de bomen?\nWaar komen de banken?\nHoeveel parkeerplaatsen blijven er?"
    tell("change_frames", open=open_now, reason="Er komen banken.")
    assert set(says("Where do the trees go?")) == {"en"}
    assert set(says("How many parking spaces stay?")) == {"en"}
    assert set(says("Waar komen de banken?")) == {"nl"}
    point.refresh_from_db()
    typed = PointInEnglishForm(instance=point).initial["open_en"].split("\n")
    assert typed == [
        "Where do the trees go?",
        "Waar komen de banken?",
        "How many parking spaces stay?",
    ]


def test_as_many_lines_in_english_as_in_dutch(told):
    point, _tell, _says = told
    with pytest.raises(Refused) as refused:
        put_english(point, {"open": ["Only one of two"]})
    assert refused.value.field == "open_en"
    put_english(point, {"open": []})
    assert point.english == {}


def test_english_alone_changes_no_promise(told):
    point, _tell, _says = told
    with pytest.raises(Refused):
        change_frames(
            actor=the_officer(point.project.municipality), decision_point=point, reason="Engels.",
            english={"fixed": [ENGLISH]}, now=timezone.now(),
        )  # fmt: skip
    assert FrameChange.objects.count() == 0


def test_a_text_that_begins_a_sentence_is_found_too():
    row = SimpleNamespace(english={"decider": {"de wethouder": "the alderman"}})
    with override("en"):
        assert or_english("De wethouder", row) == "The alderman"
        assert or_english("de raad", row) == '<span lang="nl">de raad</span>'
    with override("nl"):
        assert or_english("de wethouder", row) == "de wethouder"
