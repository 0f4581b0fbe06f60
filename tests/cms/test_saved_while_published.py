"""Does a page stay published when the editor, which saves drafts by itself, saves it in the same moment?"""

import pytest
from django.urls import reverse
from wagtail import hooks
from wagtail.models import Page

from cms.tenants.page_rights import sync_page_rights
from tests.builders import a_municipality, a_user

from .site import a_news_page, a_site

pytestmark = pytest.mark.django_db


def test_a_draft_that_is_saved_meanwhile_takes_back_no_publication(client):
    home = a_site(a_municipality()).root_page
    page = a_news_page(home, "Bericht", slug="bericht")
    page.unpublish()
    client.force_login(a_user("administrator", municipality=a_municipality()))
    sync_page_rights(a_municipality().pk)

    def publish(request, page):
        Page.objects.get(pk=page.pk).specific.save_revision().publish()

    sent = {"title": "Een nieuwe kop", "slug": "bericht", "intro": "Kort.", "body-count": "0"}
    sent |= {"comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0", "date": "2026-05-04"}
    with hooks.register_temporarily("before_edit_page", publish):
        answer = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), sent)
    assert answer.status_code == 302, answer.content[:300]
    kept = Page.objects.get(pk=page.pk)
    assert kept.live and kept.live_revision_id and kept.last_published_at
    assert kept.draft_title == "Een nieuwe kop"
