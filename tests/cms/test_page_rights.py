"""Do the rights on pages follow the roles, and stop at the border of the municipality?"""

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission

from cms.tenants.page_rights import sync_page_rights
from cms.tenants.sites import follow_in_every_language, make_languages
from deliberation.projects import operations
from deliberation.projects.models import RoleAssignment
from tests.builders import a_municipality, a_project, a_user, an_installer, committed, give_role

from .site import a_project_page, a_site

pytestmark = pytest.mark.django_db


def groups(user) -> set[str]:
    return set(user.groups.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("administrator", {"kompasdorp: desk", "kompasdorp: pages"}),
        ("officer", {"kompasdorp: desk", "kompasdorp: pages"}),
        ("facilitator", {"kompasdorp: desk"}),
        ("note_taker", {"kompasdorp: desk"}),
        ("council", {"kompasdorp: desk"}),
    ],
)
def test_a_role_in_the_municipality_opens_what_it_should(role, expected):
    a_site()
    assert groups(a_user(role)) == expected


@pytest.mark.parametrize("role", ["administrator", "officer"])
def test_who_writes_pages_translates_the_first_one_too(client, role):
    """As the guide for editors says: else it stays "in Dutch only" and nobody knows whose work that is."""
    home = a_site().root_page
    make_languages()
    follow_in_every_language(home.specific)
    client.force_login(a_user(role))
    answer = client.get(reverse("wagtailadmin_pages:edit", args=[home.pk]))
    button = reverse("wagtail_localize:submit_page_translation", args=[home.pk])
    link = BeautifulSoup(answer.content, "html.parser").find("a", href=button)
    assert link.get_text(strip=True) == "Vertaal deze pagina"
    assert client.get(button).status_code == 200


def test_an_officer_of_one_project_gets_the_desk_but_no_pages():
    a_site()
    assert groups(a_user("officer", project=a_project())) == {"kompasdorp: desk"}


def test_a_withdrawn_role_closes_desk_and_pages():
    a_site()
    user = a_user("officer")
    with committed():
        operations.withdraw_role(
            actor=an_installer(),
            assignment=RoleAssignment.objects.get(user=user),
            now=timezone.now(),
        )
    assert groups(user) == set()


def test_repeating_changes_nothing():
    municipality = a_site() and a_municipality()
    a_user("officer")
    before = (Group.objects.count(), GroupPagePermission.objects.count())
    sync_page_rights(municipality.pk)
    assert (Group.objects.count(), GroupPagePermission.objects.count()) == before


def test_roles_given_before_the_site_exists_count_after_it():
    municipality = a_municipality()
    user = a_user("officer")
    site = a_site(municipality)
    sync_page_rights(municipality.pk)
    assert site.root_page.specific.permissions_for_user(user).can_edit()


def test_A15_an_editor_of_one_municipality_cannot_touch_pages_of_another(client):
    ours, theirs = a_municipality(), a_municipality("verderop")
    a_site(ours), a_site(theirs, hostname="verderop.example.org")
    page = a_project_page(a_project(theirs))
    editor = a_user("administrator", municipality=ours)
    client.force_login(editor)
    assert not page.permissions_for_user(editor).can_edit()
    for name in ("edit", "delete", "unpublish", "copy", "move", "history", "view_draft"):
        answer = client.get(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]))
        assert answer.status_code in (302, 403, 404), name
        assert page.title not in answer.content.decode(), name
    give_role(editor, "administrator", municipality=theirs)
    assert page.permissions_for_user(type(editor).objects.get(pk=editor.pk)).can_edit()
