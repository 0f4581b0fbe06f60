"""Does no form ask for a choice that nobody can make? Every screen, where there is nothing to choose from yet."""

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cms.frameworks.editing.parts import PARTS
from cms.models import ProjectPage
from deliberation.live import operations as live
from deliberation.live.models import Item
from deliberation.people.models import User
from deliberation.projects.models import Phase, Project, Role
from tests.builders import (
    a_decided_point,
    a_decision_point,
    a_municipality,
    a_phase,
    a_project,
    a_user,
)
from tests.cms.frameworks.drafts import a_draft
from tests.cms.site import a_project_page, a_site
from tests.fields import fields_of, forms_in
from tests.live.builders import a_session
from tests.tenants.page_forms import kinds_of_pages
from tests.test_urls import OWN, path_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def beginning():
    """A municipality where nearly nothing was made: a browser of who manages it, and the ids of what there is."""
    municipality = a_municipality()
    a_site(municipality)
    manager = a_user(Role.ADMINISTRATOR, municipality=municipality)
    client = Client()
    client.force_login(manager)
    project = a_project(municipality)
    session = a_session(project, manager)
    run = live.create_run(actor=manager, session=session, now=timezone.now())
    about = {
        "projecten": project.pk,
        "project_id": project.pk,
        "sessies": session.pk,
        "session_id": session.pk,
        "run_id": run.pk,
        "item_id": a_part(manager, run).pk,
        "afwegingskaders": a_draft(manager, municipality).pk,
    }
    return client, about


def a_part(actor, run):
    return live.add_item(actor=actor, run=run, title="Een deel", minutes=5, now=timezone.now())


def has_nothing_to_choose(field) -> bool:
    """Tell whether a field must be filled in while it offers nothing."""
    if not field.required or not isinstance(field.widget, forms.widgets.ChoiceWidget):
        return False
    return not any(str(value) for value, _label in field.choices)


def asked_for_nothing(client, paths) -> set:
    found = set()
    for path in paths:
        answer = client.get(path)
        assert answer.status_code < 500, path
        for form in forms_in(answer.context):
            for name, field in fields_of(type(form).__name__, form):
                if has_nothing_to_choose(field):
                    found.add((path, name))
    return found


def screens_with(about):
    for route in OWN:
        try:
            path_to(route, {**about, "part": "x"})
        except KeyError:
            continue
        parts = [PARTS, ("scores",)]["<slug:part>" not in route]
        for part in parts:
            path = path_to(route, {**about, "part": part})
            yield path
            if "nieuw" in path and part in PARTS:
                yield from (f"{path}?soort={kind}" for kind, _label in PARTS[part].new)


def test_no_form_asks_for_a_choice_where_there_is_none(beginning):
    client, about = beginning
    paths = list(screens_with(about))
    assert asked_for_nothing(client, paths) == set() and len(paths) > 100


def test_no_page_asks_for_one_either(beginning):
    client, _about = beginning
    page = a_project_page(Project.objects.get())
    home, kinds = page.get_parent(), kinds_of_pages()
    under = [(one, kind) for one in (home.specific, page) for kind in kinds]
    paths = [adding(kind, one) for one, kind in under if kind.can_create_at(one)]
    assert asked_for_nothing(client, paths) == set() and len(paths) > 6


def test_a_page_of_a_project_needs_a_project():
    home, client = a_site().root_page, Client()
    client.force_login(a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    assert asked_for_nothing(client, [adding(ProjectPage, home)]) == set()
    answer = client.get(adding(ProjectPage, home))
    assert "Er is nog geen project" in answer.content.decode()
    assert answer.context["make"][1] == reverse("projects:create_project")


def adding(kind, parent) -> str:
    return reverse("wagtailadmin_pages:add", args=["cms", kind._meta.model_name, parent.pk])


FIRST = {
    "admin/participatie/sessies/onderdelen/<int:item_id>/peiling/": "nog geen beslispunt",
    "admin/participatie/projecten/<int:pk>/beslispunt/": "nog geen fase",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/methoden/nieuw/": "nog geen niveau",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/proefcases/nieuw/": "nog geen niveau",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/regels/nieuw/": "nog geen niveau",
    "admin/participatie/afwegingskaders/<int:pk>/bewerken/scores/nieuw/": "Maak eerst een criterium",
}


def test_what_comes_first_is_said_with_the_way_there_and_back(beginning):
    client, about = beginning
    for route, said in FIRST.items():
        for answer in (client.get(path_to(route, about)), client.post(path_to(route, about))):
            assert answer.status_code == 409 and said in answer.content.decode(), route
            make, back = answer.context["make"][1], answer.context["back"][1]
            assert client.get(back).status_code == 200
            assert client.get(make).status_code in (200, 409), "or again says what comes first"
            assert make in answer.content.decode() and back in answer.content.decode()


def test_who_makes_no_decision_points_reads_who_does(beginning):
    client, about = beginning
    facilitator = a_user(Role.FACILITATOR, municipality=a_municipality())
    client.force_login(facilitator)
    answer = client.get(path_to(next(iter(FIRST)), about))
    assert "Een beleidsmedewerker maakt dat" in answer.content.decode()
    assert answer.context["make"] is None


def test_what_is_closed_leads_whoever_may_to_where_it_opens(beginning):
    client, about = beginning
    point = a_decision_point(a_phase(project=Project.objects.get()))
    path = path_to(next(iter(FIRST)), about)
    level = reverse("projects:decide_level", args=[point.pk])
    assert f'href="{level}"' in client.get(path).content.decode()
    poll = {"question": "Wat?", "options": ["Ja", "Nee"], "decision_point": point, "max_choices": 1}
    poll |= {"dont_know": False, "sensitive": False, "hall_mode": "H1"}
    manager, item = User.objects.get(pk=client.session["_auth_user_id"]), Item.objects.get()
    live.add_activity(actor=manager, item=item, now=timezone.now(), **poll)
    session = reverse("live:see_session", args=[about["sessies"]])
    assert f'href="{level}"' in client.get(session).content.decode()
    Phase.objects.update(starts_on="2020-01-01", ends_on="2020-02-01")
    a_decided_point(point=point)
    assert (
        reverse("projects:change_phase", args=[point.phase_id]) in client.get(path).content.decode()
    )
    client.force_login(a_user(Role.FACILITATOR, municipality=a_municipality()))
    assert (
        reverse("projects:change_phase", args=[point.phase_id])
        not in client.get(path).content.decode()
    )
