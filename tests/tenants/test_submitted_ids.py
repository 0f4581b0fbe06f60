"""Can a form send the id of what its editor may not choose? Every place in every kind of page, read off the models."""

from collections import Counter
from itertools import count

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.forms.widgets import ChoiceWidget
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.documents.models import Document
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page, Revision

from cms.models import NewsPage, ProjectPage
from cms.pages.site_page import SitePage
from cms.tenants.references import NOT_YOURS, references_of
from deliberation.projects.models import DecisionPoint
from tests.cms.site import a_document
from tests.fields import every_field
from tests.tenants.page_forms import LINKED, Sheet, kinds_of_pages, text_with
from tests.tenants.world import two_municipalities

pytestmark = pytest.mark.django_db
NUMBERS = count()
TITLES = ("Pagina geheimland", "Concept geheimland", "Besloten geheimland")


@pytest.fixture
def world():
    return two_municipalities()


def our_things(world):
    """Give, by kind, something that our officer may choose."""
    collection = Collection.objects.get(name=world.ours.slug)
    made = {
        get_image_model(): get_image_model().objects.create(
            title="Onze foto", file=get_test_image_file(), collection=collection
        ),
        Document: a_document("Ons stuk", collection),
        Page: world.ours_page(),
        DecisionPoint: DecisionPoint.objects.filter(
            phase__project=world.ours_page().project
        ).first(),
    }

    def ours(model):
        label = model._meta.label_lower
        theirs = world.theirs.get(label, set())
        return made.get(model) or model._base_manager.exclude(pk__in=theirs).first()

    return ours


def theirs_of(world, model) -> list:
    """List ids of that kind that are not ours to choose."""
    known = sorted(world.theirs.get(model._meta.label_lower, ()))
    assert known, f"they have no {model.__name__}: nothing could leak in this test"
    if model is Page:
        known = [world.about[name].pk for name in ("page", "draft", "private")]
    return known[:3]


def parent_for(model, world):
    """Find where in our site a page of this kind may stand; None for the first page itself."""
    ours = world.ours_page()
    above = [ours, ours.get_parent().specific]
    return next((page for page in above if model.can_create_at(page)), None)


def addresses_for(model, world, sheet):
    """Give where a form of this kind goes: a new page, and an existing one."""
    parent = parent_for(model, world)
    found = []
    if parent is not None:
        found.append(f"/admin/pages/add/cms/{model._meta.model_name}/{parent.pk}/")
        body = sheet.filled(slug=f"nieuw-{next(NUMBERS)}", title="Staat er al")
        answer = world.visitors["officer"].post(found[0], body)
        assert answer.status_code == 302, (model, told(answer.context["form"]))
    page = model.objects.descendant_of(world.ours_page().get_parent(), inclusive=True).last()
    assert page, f"no {model.__name__} could be made: {parent}"
    return [*found, f"/admin/pages/{page.pk}/edit/"]


def planted(place, pk) -> dict:
    return {place.name: text_with(place.entity, pk) if place.entity else str(pk)}


def test_every_kind_of_page_keeps_to_its_own_municipality():
    kinds = kinds_of_pages()
    assert len(kinds) > 7
    assert [model for model in kinds if not issubclass(model, SitePage)] == []
    assert [m for m in kinds if m.save_revision is not SitePage.save_revision] == []


def fields_with_choices() -> dict:
    """Give by place every field of ours that shows a list: of forms, of pages and their rows, of blocks."""
    lists = {name: one for name, one in every_field() if isinstance(one.widget, ChoiceWidget)}
    return {name: one for name, one in lists.items() if not isinstance(one, ModelChoiceField)}


def test_choices_that_stand_in_the_code_ask_no_table(django_assert_num_queries):
    """A block, or a form before it knows its editor, knows no municipality: a row it offered would be anybody's.

    Lists that a form makes for its editor are compared in test_desk_ids.
    """
    lists = fields_with_choices()
    assert len(lists) > 30 and "ResultPage.points.point.disposition" in lists
    for name, field in lists.items():
        with django_assert_num_queries(0, info=name):
            list(getattr(field, "choices", field.widget.choices))
    for model in apps.get_models():
        for field in model._meta.local_fields:
            with django_assert_num_queries(0, info=str(field)):
                list(field.choices or ())


def test_a_list_takes_nothing_but_what_it_shows():
    for name, field in fields_with_choices().items():
        several = getattr(field.widget, "allow_multiple_selected", False)
        with pytest.raises(ValidationError):
            print(name, "takes", field.clean(["999999"] if several else "999999"))


def test_no_page_takes_the_id_of_what_its_editor_may_not_choose(world):
    """Every place at once, with each id of theirs, on a new page and on one that stands: each refused where it is."""
    officer, ours, tried = world.visitors["officer"], our_things(world), Counter()
    for model in kinds_of_pages():
        sheet = Sheet(model, ours)
        for address in addresses_for(model, world, sheet):
            for turn, entity in enumerate(LINKED):
                tried += send(officer, address, sheet, entity, world, turn + next(NUMBERS))
    print("ids submitted in pages:", dict(tried), "accepted: 0")
    assert set(tried) >= {
        "Image",
        "Document",
        "Project",
        "LiveSession",
        "DecisionPoint",
        "Page in a text",
    }
    assert sum(tried.values()) > 100


def test_the_walk_sees_a_form_without_the_check(world, monkeypatch):
    """Without its check a page with a picture of theirs is published: the walk would be red."""
    monkeypatch.setattr("cms.pages.site_page.refuse", lambda *about: None)
    monkeypatch.setattr("cms.pages.site_page.forbidden", lambda *about: [])
    sheet = Sheet(NewsPage, our_things(world))
    address = addresses_for(NewsPage, world, sheet)[0]
    with pytest.raises(AssertionError, match="add/cms/newspage"):
        send(world.visitors["officer"], address, sheet, "LINK", world, 0)


def test_what_stood_in_a_page_may_stay_but_not_what_is_of_others(world):
    """An editor can save a page with a picture of nobody in particular; one of others has to go first."""
    ours = our_things(world)
    page = world.ours_page()
    nobodys = get_image_model().objects.create(
        title="Van de installatie",
        file=get_test_image_file(),
        collection=Collection.get_first_root_node(),
    )
    theirs = world.theirs["wagtailimages.image"]
    for picture, code in ((nobodys.pk, 302), (min(theirs), 200)):
        ProjectPage.objects.filter(pk=page.pk).update(picture=picture, latest_revision=None)
        sheet = Sheet(ProjectPage, ours)
        body = sheet.filled(slug=page.slug, title="Alleen de titel", picture=str(picture))
        body |= {"body-count": "0", "project": str(page.project_id)}
        answer = world.visitors["officer"].post(f"/admin/pages/{page.pk}/edit/", body)
        assert answer.status_code == code, picture
    assert "U kunt dit hier niet kiezen" in answer.content.decode()


def send(client, address, sheet, entity, world, turn) -> Counter:
    """Post a page with a strange id in every place, to be published; in a text as this kind of entity."""
    places = [place for place in sheet.places if place.entity in ("", entity)]
    before = Revision.objects.count()
    body = sheet.filled(slug=f"nieuw-{next(NUMBERS)}", title="Met iets vreemds")
    for place in places:
        ids = theirs_of(world, place.model)
        body |= planted(place, ids[turn % len(ids)])
    answer = client.post(address, {**body, "action-publish": "1"})
    dropped = entity == "IMAGE"  # our texts have no button for it
    expected = {place.name for place in places if not (place.entity and dropped)}
    if not expected:
        assert (
            things(Page.objects.order_by("-latest_revision_created_at").first().specific) == set()
        )
        return Counter()
    assert answer.status_code == 200, (address, entity)
    assert Revision.objects.count() == before, address
    assert told(answer.context["form"]) == expected, (address, entity)
    text = answer.content.decode()
    assert "Met iets vreemds" in text, "the input is kept"
    assert not [name for name in TITLES if name in text], address
    return Counter(f"{one.model.__name__}{' in a text' * bool(one.entity)}" for one in places)


def told(form) -> set[str]:
    """List the names of the places where a refusal stands."""
    forms = [("", form), *((f"{row.prefix}-", row) for row in rows_of(form))]
    return {
        f"{prefix}{name}"
        for prefix, one in forms
        for field, errors in one.errors.as_data().items()
        for error in errors
        for name in leaves(field, error)
    }


def rows_of(form) -> list:
    return [row for rows in form.formsets.values() for row in rows.forms]


def leaves(name, error) -> list[str]:
    below = getattr(error, "block_errors", {})
    if not below:
        assert error.message == NOT_YOURS or error.code == "invalid_choice", error
        return [name]
    is_list = not isinstance(error, StructBlockValidationError)
    return [
        leaf
        for key, inner in below.items()
        for leaf in leaves(f"{name}-{key}-value" if is_list else f"{name}-{key}", inner)
    ]


def things(page) -> set:
    """List what a page refers to, besides what every page has."""
    return {
        one
        for one in references_of(page)
        if one.model in LINKED.values() and "alias" not in one.path[0]
    }
