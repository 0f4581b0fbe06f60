"""Is a translation file taken, or refused with words, whatever is in it?"""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.operations import translate_object

from cms.tenants.sites import make_languages
from deliberation.projects.models import Municipality
from tests.builders import the_officer

from .site import a_project_page, a_site

pytestmark = pytest.mark.django_db


@pytest.fixture
def translation(client):
    """A page whose English is still to be made, and its officer signed in."""
    make_languages()
    a_site()
    officer = the_officer(Municipality.objects.get())
    client.force_login(officer)
    page, english = a_project_page(), Locale.objects.get(language_code="en")
    for one in (page.get_parent().specific, page):
        translate_object(one, [english], user=officer)
    return Translation.objects.get(source__object_id=page.translation_key)


def sent(client, translation, content: bytes | None):
    address = reverse("wagtail_localize:upload_pofile", args=[translation.pk])
    file = {} if content is None else {"file": SimpleUploadedFile("tekst.po", content)}
    return client.post(address, {"next": "/admin/", **file})


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b'msgid "a"\nmsgstr "b"\n',
        b'msgid ""\nmsgstr ""\n\n',
        b"\x89PNG\r\n\x1a\n\x00\x00",
        b"\xff\xfe\x00",
        b"/etc/passwd",
        b'msgid "open',
        b"<b>geen po</b>",
        b'msgstr[9] "x"',
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=nope\\n"\n',
    ],
)
def test_what_is_no_translation_file_is_refused_with_words(client, translation, content):
    answer = sent(client, translation, content)
    assert answer.status_code == 400
    assert "bestand" in answer.content.decode().split("<main")[1]


def test_a_translation_file_is_taken_and_its_texts_are_clean(client, translation):
    file = translation.export_po()
    for entry in file:
        entry.msgstr = "A\x0bB \ufffe 🌳"
    assert sent(client, translation, str(file).encode()).status_code == 302
    kept = set(StringTranslation.objects.values_list("data", flat=True))
    assert kept == {"A\nB  🌳"}


def test_the_file_of_another_page_changes_nothing(client, translation):
    file = translation.export_po()
    file.metadata["X-WagtailLocalize-TranslationID"] = "0"
    assert sent(client, translation, str(file).encode()).status_code == 302
    assert not StringTranslation.objects.exists()


def test_the_screen_of_a_translation_joins_no_words(client, translation):
    """Its button is made of two: "Publish in " and the language."""
    script = client.get(reverse("wagtail_localize:javascript_catalog")).content.decode()
    assert '"Publish in ": "Publiceer in het "' in script
