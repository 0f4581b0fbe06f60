"""Does an address lead where it means, however it is typed, asked or was called before?"""

import re
from contextlib import suppress

import pytest
from django.test import Client
from django.urls import resolve
from django.utils.module_loading import import_string
from wagtail.contrib.redirects.models import Redirect

from cms.tenants.sites import follow_in_every_language, make_languages
from deliberation.participation.receipts import spaced_code
from deliberation.people.codes import CodeField, TypedCode, typed_code
from deliberation.projects.models import Role
from tests.builders import a_municipality, a_user, committed
from tests.fields import our_forms
from tests.live.builders import a_card, an_evening
from tests.questions.builders import a_desk
from tests.test_urls import OWN, WHO, addresses, path_to, world  # noqa: F401 (a fixture)

from .site import a_news_page, a_project_page, a_site

pytestmark = pytest.mark.django_db
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def led_to(path: str, **more):
    response = Client().get(path, follow=True, **more)
    return response.status_code, response.request["PATH_INFO"]


@pytest.mark.parametrize(
    "typed",
    ["/meedoen/", "/Meedoen", "/MEEDOEN/", "/meedoen?lang=en", "/meedoen/?lang=en", "/ｍeedoen"],
)
def test_the_one_address_that_is_read_aloud_is_found(typed):
    a_site()
    assert led_to(typed) == (200, "/meedoen")


def test_query_and_language_stay():
    a_site()
    response = Client().get("/Meedoen/?lang=en")
    assert response["Location"] == "/meedoen?lang=en"
    assert led_to("/EN/Zoeken") == (200, "/en/zoeken/")


def spellings(code: str) -> list[str]:
    spaced = f"{code[:3]} {code[3:]}"
    ways = [code, code.lower(), spaced, spaced.replace(" ", "-"), f"{code}/"]
    return [*ways, code.translate(FULL_WIDTH), code.translate(ARABIC)]


def test_a_code_in_an_address_is_read_as_it_is_typed():
    evening = an_evening()
    a_project_page(evening.run.project)
    card = a_card(evening.run).code
    found = {f"/s/{way}": evening.run.session.title for way in spellings(evening.run.online_code)}
    found |= {f"/s/card/{way}": evening.run.session.title for way in spellings(card)}
    assert dict.fromkeys(found, 200) == {path: led_to(path)[0] for path in found}
    assert led_to(f"/S/{evening.run.online_code}/") == (200, f"/s/{evening.run.online_code}")


def test_a_receipt_is_read_as_it_is_typed():
    code = a_desk().published().code
    assert {way: led_to(f"/volg/{way}")[0] for way in spellings(code)} == dict.fromkeys(
        spellings(code), 200
    )


CODES = {"code", "word", "card"}


def test_every_form_with_a_code_reads_it_as_it_is_typed(settings):
    """A full-width digit of a Japanese keyboard, a space as it stands on the card, small letters on a phone."""
    for form in (*settings.ACCOUNT_FORMS.values(), *settings.MFA_FORMS.values()):
        import_string(form)  # else the first who signs in does
    resolve("/")
    fields = {
        f"{form.__module__}.{form.__name__}.{name}": (form, field)
        for form in our_forms()
        for name, field in form.base_fields.items()
        if name in CODES
    }
    strict = [
        name
        for name, (form, field) in fields.items()
        if not isinstance(field, CodeField)
        and not (name.endswith(".code") and issubclass(form, TypedCode))
    ]
    assert strict == [] and len(fields) >= 8, fields


def test_a_receipt_or_an_evening_is_found_from_whichever_form_somebody_types_it_in():
    desk, evening = a_desk(), an_evening()
    a_project_page(evening.run.project)
    receipt, card = desk.published().code, a_card(evening.run).code
    paths = {
        receipt: f"/volg/{spaced_code(receipt)}",
        evening.run.online_code: f"/s/{evening.run.online_code}",
        card: f"/s/card/{card}",
    }
    for code, path in paths.items():
        for form, field in (("/meedoen", "code"), ("/meedoen", "card"), ("/volg/", "code")):
            for way in spellings(code):
                answer = Client().post(form, {field: way})
                assert (answer.status_code, answer["Location"].split("?")[0]) == (302, path), (
                    form,
                    way,
                )


def test_a_wrong_code_is_asked_once():
    a_site()
    assert "Location" not in Client().get("/s/AbCdEf")


def test_pages_are_found_in_capitals():
    page = a_project_page(title="De Kastanjelaan")
    assert led_to(page.url.upper()) == (200, page.url)
    assert led_to(page.url.rstrip("/").title()) == (200, page.url)


@pytest.mark.parametrize(
    "path", ["/／evil.example/", "//evil.example/", "/＼evil.example", "/%2F%2Fevil.example"]
)
def test_A27_no_way_of_writing_leads_to_another_host(path):
    a_site()
    for _step in range(3):
        response = Client().get(path)
        path = response.get("Location", "")
        assert not path.startswith(("//", "/\\", "http")), path
        if not path:
            return


# Our own addresses with a part that is taken letter by letter, and why nobody types it from paper.
LETTER_BY_LETTER = {
    "account/oidc/<str:provider_id>/login/": "a name from our settings, in a link",
    "account/oidc/<str:provider_id>/login/callback/": "a name from our settings, at the provider",
    "mijn/bestand/<str:signed>/": "a signature: other capitals are another signature",
    "mijn/stoppen/<str:sealed>/": "is encrypted: other capitals are nothing",
    "theme/<str:digest>.css": "a digest, in a link",
    "media/<path:path>": "a file, in a link",
    "api/<path:rest>": "says to programs that there is nothing",
    "api/v1/frameworks/<slug:key>": "a program asks it",
    "api/v1/frameworks/<slug:key>/advice": "a program asks it",
}


def test_what_people_type_from_paper_is_no_plain_text_in_an_address():
    ours = {address.route for address in addresses() if address.ours}
    plain = {route for route in ours if re.search(r"<(?!(int|code):)|[(^$\\]", route)}
    known = {one for one in LETTER_BY_LETTER if not one.startswith("admin/")}
    assert {one for one in plain if not one.startswith("admin/")} == known, (
        "a code is <code:…>, a number <int:…>; anything else says why"
    )


def meant_by(path: str) -> str:
    """Read where somebody was led to; a code may stand there as it was typed."""
    return typed_code(path.encode("latin1").decode())


def spelled(path: str) -> dict[str, str]:
    """Give the ways somebody may type an address over."""
    turned = path[:-1] if path.endswith("/") else f"{path}/"
    full_width = "/".join(part.translate(FULL_WIDTH) for part in path.split("/"))
    return {"other slash": turned, "capitals": path.upper(), "small letters": path.lower(),
            "full-width digits": full_width, "arabic digits": path.translate(ARABIC)}  # fmt: skip


def test_every_address_is_found_however_it_is_typed(world):  # noqa: F811
    """Whatever anybody may read, in the map and among the pages: it leads where it leads as it stands."""
    _visitors, about, page = world
    routes = [one for one, kind in OWN.items() if kind in ("public", "result")]
    routes = [one for one in routes if not one.startswith("api/")]  # programs type nothing over
    routes = [one for one in routes if one not in LETTER_BY_LETTER]  # nor does anybody
    paths = [path_to(route, about) for route in routes] + pages_of_the_site(page)
    assert len(paths) > 35
    lost = []
    for path in paths:
        wanted = led_to(path)
        for way, typed in spelled(path).items():
            found = led_to(typed)
            if found[0] != wanted[0] or meant_by(found[1]) != meant_by(wanted[1]):
                lost.append((way, typed, found, wanted))
    assert lost == [], "\n".join(map(str, lost))


def pages_of_the_site(page) -> list[str]:
    """Publish news below a project, and give every page of the site in both languages."""
    make_languages()
    news = a_news_page(page)
    home = page.get_parent().specific
    for one in (home, page, news):
        follow_in_every_language(one)
    every = [other for one in (home, page, news) for other in one.get_translations(inclusive=True)]
    assert len(every) == 6
    return [one.get_url() for one in every]


def test_head_is_answered_as_get_everywhere(world):  # noqa: F811
    visitors, about, page = world
    paths = [path_to(route, about) for route in OWN if can_be_filled(route, about)]
    assert len(paths) > len(OWN) - 25
    paths += pages_of_the_site(page)
    for name in ("nobody", "manager"):
        got = {path: seen(visitors[name].get(path)) for path in paths}
        heads = {path: visitors[name].head(path) for path in paths}
        assert got == {path: seen(head) for path, head in heads.items()}
        assert not [path for path, head in heads.items() if not head.streaming and head.content]


def can_be_filled(route, about) -> bool:
    with suppress(KeyError):
        return bool(path_to(route, about))
    return False


def seen(response) -> tuple:
    return response.status_code, response.get("Content-Type"), response.get("Location")


def test_a_renamed_page_leads_on():
    page = a_project_page(title="De Kastanjelaan")
    news = a_news_page(page)
    before, news_before = page.url, news.url
    page.refresh_from_db()  # it has a page below it now
    page.slug = "kastanjelaan-nieuw"
    with committed():
        page.save_revision().publish()
    assert led_to(before) == (200, "/kastanjelaan-nieuw/")
    assert led_to(before.upper()) == (200, "/kastanjelaan-nieuw/")
    assert led_to(news_before)[0] == 200


def test_a_renamed_page_that_is_not_public_leads_nowhere():
    page = a_project_page(title="De Kastanjelaan")
    before = page.url
    page.slug = "geheim-plan"
    with committed():
        page.save_revision().publish()
    page.unpublish()
    response = Client().get(before)
    assert response.status_code == 404


def test_a_move_within_the_site_leads_on():
    first, second = a_project_page(), a_project_page(title="Een ander project")
    news = a_news_page(first)
    before = news.url
    with committed():
        news.move(second, pos="last-child")
    news.refresh_from_db()
    assert led_to(before) == (200, news.url)


def desk_of(role=Role.ADMINISTRATOR, municipality=None):
    client = Client()
    client.force_login(a_user(role, municipality=municipality))
    return client


def test_an_administrator_mends_an_address():
    page = a_project_page(title="De Kastanjelaan")
    desk, path = (
        desk_of(municipality=page.project.municipality),
        "/admin/participatie/doorverwijzingen/",
    )
    typed = {
        "old_path": "https://testserver/Oude-Brief/",
        "new_path": f"https://testserver{page.url}",
    }
    assert desk.post(path, typed).status_code == 302
    assert desk.post(path, typed).status_code == 302, "doing it twice does no harm"
    assert led_to("/oude-brief") == led_to("/Oude-Brief/") == (200, page.url)
    listed = desk.get(path).content.decode()
    assert listed.count("/oude-brief") == 2
    assert desk.post(f"{path}{Redirect.objects.get().pk}/weg/").status_code == 302
    assert led_to("/oude-brief")[0] == 404


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("{page}", "/kompas/", "old_path"),
        ("/oud/", "/nergens/", "new_path"),
        ("", "", "old_path"),
        ("//[", "/kompas/", "old_path"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused_beside_its_field(old, new, field):
    page = a_project_page(title="De Kastanjelaan")
    desk = desk_of(municipality=page.project.municipality)
    typed = {"old_path": old.format(page=page.url), "new_path": new}
    response = desk.post("/admin/participatie/doorverwijzingen/", typed)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert not Redirect.objects.exists()


def test_another_municipality_keeps_its_redirects():
    page, others = a_project_page(), a_site(a_municipality("anders"), hostname="anders.localhost")
    theirs = Redirect.add_redirect("/oud", "/kompas/", site=others)
    desk, path = (
        desk_of(municipality=page.project.municipality),
        "/admin/participatie/doorverwijzingen/",
    )
    assert "/oud" not in desk.get(path).content.decode()
    desk.post(f"{path}{theirs.pk}/weg/")
    assert Redirect.objects.filter(pk=theirs.pk).exists()
    assert led_to("/oud")[0] == 404
