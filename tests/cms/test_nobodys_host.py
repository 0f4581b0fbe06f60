"""What does a host show while there is no municipality?"""

import pytest
from wagtail.models import Page, Site

pytestmark = pytest.mark.django_db


def test_before_the_first_municipality_a_host_shows_words_of_ours(client):
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    home = root.add_child(instance=Page(title="Welcome to Wagtail", slug="first"))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    answer = client.get("/").content.decode()
    assert "Hier staat nog niets" in answer and "agtail" not in answer
