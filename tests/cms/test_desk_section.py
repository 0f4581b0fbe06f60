"""Does the desk lead from a project to its page, and to its text only for who may write it?"""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import a_project, a_user
from tests.cms.site import a_project_page

pytestmark = pytest.mark.django_db


def desk_of(project, role) -> str:
    browser = Client()
    browser.force_login(a_user(role, municipality=project.municipality))
    return browser.get(reverse("projects:see_project", args=[project.pk])).content.decode()


@pytest.mark.parametrize(("role", "writes"), [("officer", True), ("council", False)])
def test_the_desk_leads_to_the_page(role, writes):
    page = a_project_page()
    desk = desk_of(page.project, role)
    assert f'href="{page.full_url}"' in desk
    assert (reverse("wagtailadmin_pages:edit", args=[page.pk]) in desk) is writes


def test_a_page_that_is_not_public_is_no_dead_link():
    page = a_project_page()
    page.unpublish()
    assert f'href="{page.full_url}"' not in desk_of(page.project, "officer")


def test_a_project_without_a_page_says_so():
    project = a_project_page().project
    other = a_project(project.municipality)
    part = desk_of(other, "officer").split('aria-labelledby="pages"')[1].split("</section>")[0]
    assert "sk-empty" in part and "<li" not in part
