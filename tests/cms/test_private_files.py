"""Who gets a file of a private collection, by whichever address?"""

import io

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from tests.builders import a_project, a_user

from .site import a_document, a_document_list, a_news_page, a_project_page, a_site

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def a_collection(name="Besloten", kind=CollectionViewRestriction.LOGIN):
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    made = root.add_child(name=name)
    if kind:
        CollectionViewRestriction.objects.create(collection=made, restriction_type=kind)
    return made


def a_picture(collection):
    made = io.BytesIO()
    Picture.new("RGB", (40, 30)).save(made, "PNG")
    file = ContentFile(made.getvalue(), name="foto.png")
    return get_image_model().objects.create(title="Foto", file=file, collection=collection)


def a_resident():
    user = a_user(second_factor=False)
    user.is_staff = False
    user.save()
    return user


@pytest.mark.parametrize("who", ["nobody", "resident"])
@pytest.mark.parametrize("kind", ["login", "groups", "password"])
def test_a17_a_private_document_opens_for_nobody_by_any_address(client, who, kind):
    a_site()
    collection = a_collection(kind=kind)
    document = a_document(collection=collection, name="geheim.pdf")
    if who == "resident":
        client.force_login(a_resident())
    for path in (
        document.url,
        f"/documents/{document.pk}/",
        f"/documents/{document.pk}/ander.pdf",
        f"/documents/{document.file_hash or 'x'}/geheim.pdf",
        f"/media/{document.file.name}",
        f"/media/documents/{document.filename}",
        f"/en{document.url}",
        f"/media/images/../{document.file.name}",
    ):
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"%PDF" not in body, path
        if kind == "password":
            assert answer.status_code in (200, 403, 404), path
        else:
            assert answer.status_code in (302, 403, 404), path


def test_a17_a_private_picture_and_every_original_stay_closed(client):
    a_site()
    private, public = a_picture(a_collection()), a_picture(a_collection("Open", kind=None))
    for path in (
        private.get_rendition("width-20").url,
        private.file.url,
        public.file.url,
        "/media/original_images/",
        "/media/images/nergens.png",
    ):
        assert client.get(path).status_code in (403, 404), path
    assert client.get(public.get_rendition("width-20").url).status_code == 200
    client.force_login(a_resident())
    assert client.get(private.get_rendition("width-20").url).status_code == 403


def test_a18_a_picture_and_a_document_are_given_as_what_they_are(client):
    a_site()
    picture = client.get(a_picture(a_collection("Open", kind=None)).get_rendition("width-20").url)
    assert picture.status_code == 200, picture.content
    assert picture["X-Content-Type-Options"] == "nosniff"
    assert picture["Content-Type"] == "image/png"
    document = client.get(a_document().url)
    assert document["X-Content-Type-Options"] == "nosniff"
    assert document["Content-Disposition"].startswith("attachment")
    assert document["Content-Security-Policy"] == "default-src 'none'"


def test_a17_a_private_document_is_not_even_named_in_a_list(client):
    page = a_project_page(a_project())
    hidden = a_document("Geheim stuk", a_collection())
    listed = a_document_list(page, a_document("Open stuk"), hidden)
    html = client.get(listed.get_url()).content.decode()
    assert "Open stuk" in html and "Geheim stuk" not in html
    assert "Geheim" not in client.get("/zoeken/?q=stuk").content.decode()


@pytest.mark.parametrize("who", ["nobody", "resident"])
def test_a16_a_page_for_colleagues_is_closed_to_residents_with_an_account(client, who):
    page = a_news_page(a_site().root_page, "Alleen intern", slug="intern")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    if who == "resident":
        client.force_login(a_resident())
    answer = client.get(page.get_url())
    assert answer.status_code in (302, 403)
    assert "Alleen intern" not in answer.content.decode()


def test_a17_a_collection_of_one_municipality_is_not_offered_to_another(client):
    from wagtail.permissions import policy_registry

    from tests.builders import a_municipality

    ours, theirs = a_municipality(), a_municipality("verderop")
    a_site(ours), a_site(theirs, "verderop.localhost")
    officer = a_user("officer", municipality=ours)
    policy = policy_registry.get_by_type(type(a_document()))
    names = {one.name for one in policy.collections_user_has_permission_for(officer, "choose")}
    assert "verderop" not in names
    assert Group.objects.filter(user=officer).exists()
