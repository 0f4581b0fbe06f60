"""Does a framework only come into use after four eyes and a proof, and only in its own municipality?"""

import tomllib
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation

from cms.frameworks import operations
from compass.models import Framework, FrameworkDraft
from compass.operations import publish_framework
from compass.queries import shipped_framework_source
from compass.refusal import Refused
from deliberation.people.models import AuditEntry
from deliberation.projects.extension_points import desk_tasks
from deliberation.projects.models import Role
from tests.builders import a_framework, a_municipality, a_user, an_installer
from tests.cms.site import a_site

from .drafts import a_copied_draft

pytestmark = pytest.mark.django_db
SCREEN = "/admin/participatie/afwegingskaders/"
TODAY = timezone.localdate
DEAD = ('when = "capacity=0"', 'when = "capacity=0 and capacity=1"')


def now():
    return timezone.now()


def two_people(municipality):
    return [a_user(Role.ADMINISTRATOR, municipality=municipality) for _ in "12"]


def approved(draft):
    writer, other = two_people(operations.municipality_of(draft))
    operations.propose_framework(actor=writer, draft=draft, now=now())
    operations.approve_framework(actor=other, draft=draft, now=now())
    return other


def changed(draft, actor, replace, seen=None):
    was, becomes = replace
    return operations.change_draft(
        actor=actor,
        draft=draft,
        source=draft.source.replace(was, becomes),
        seen=draft.revision if seen is None else seen,
        now=now(),
    )


def a_writer(draft):
    return a_user(Role.ADMINISTRATOR, municipality=operations.municipality_of(draft))


def test_a_draft_begins_as_a_copy_with_its_own_key_and_version():
    draft = a_copied_draft()
    document = tomllib.loads(draft.source)
    assert document["key"] == draft.key == draft.owner.replace("-", "_")
    assert document["version"] == f"{now().year}-1"
    shipped, name = tomllib.loads(shipped_framework_source("nl")), "Kompasdorp"
    assert document["rules"] == shipped["rules"]
    assert document["title"] == {
        code: f"{text} ({name})" for code, text in shipped["title"].items()
    }
    assert AuditEntry.objects.filter(action="start_framework").count() == 1


@pytest.mark.parametrize("key", ["nl", "ander", "", "Groot", "x" * 80, "../nl"])
def test_a_key_is_ones_own(key):
    municipality = a_municipality()
    with pytest.raises(Refused) as refusal:
        operations.start_framework(
            actor=a_user(Role.ADMINISTRATOR, municipality=municipality), municipality=municipality,
            key=key, source=shipped_framework_source("nl"), now=now(),
        )  # fmt: skip
    assert refusal.value.field == "key"


def test_there_is_one_open_draft_of_a_framework():
    draft = a_copied_draft()
    with translation.override("en"), pytest.raises(Refused, match="already a draft"):
        a_copied_draft(operations.municipality_of(draft))


def test_a_colleague_who_was_first_is_never_overwritten():
    draft = a_copied_draft()
    writer = a_writer(draft)
    changed(draft, writer, ("samenspel", "coproductie"))
    with pytest.raises(Refused) as refusal:
        changed(draft, writer, ("raadplegen", "vragen"), seen=draft.revision)
    assert refusal.value.code == "state"
    draft.refresh_from_db()
    assert "coproductie" in draft.source and draft.revision == 2


def test_changing_nothing_is_no_change():
    draft = a_copied_draft()
    assert changed(draft, a_writer(draft), ("", "")).revision == 1


def test_a_key_and_a_version_do_not_change_by_editing():
    draft = a_copied_draft()
    kept = changed(draft, a_writer(draft), ('version = "', 'version = "9'))
    assert tomllib.loads(kept.source)["version"] == tomllib.loads(draft.source)["version"]


def test_who_proposed_never_approves_not_even_a_superuser():
    draft = a_copied_draft()
    writer, other = two_people(operations.municipality_of(draft))
    changed(draft, writer, ("samenspel", "coproductie"))
    operations.propose_framework(actor=writer, draft=draft, now=now())
    type(writer).objects.filter(pk=writer.pk).update(is_superuser=True)
    writer.refresh_from_db()
    for actor in (writer, an_installer()):
        with pytest.raises(Refused) as refusal:
            operations.approve_framework(actor=actor, draft=draft, now=now())
        assert refusal.value.code == "forbidden"
    operations.approve_framework(actor=other, draft=draft, now=now())
    draft.refresh_from_db()
    assert draft.state == "approved"


def test_the_database_refuses_the_same_person_twice():
    draft = a_copied_draft()
    with pytest.raises(IntegrityError), transaction.atomic():
        FrameworkDraft.objects.filter(pk=draft.pk).update(
            proposed_by="user:1", approved_by="user:1"
        )


def test_errors_stop_a_proposal_and_a_publication():
    draft = a_copied_draft()
    writer = a_writer(draft)
    wrong = changed(draft, writer, DEAD)
    with pytest.raises(Refused) as refusal:
        operations.propose_framework(actor=writer, draft=wrong, now=now())
    assert "geen mensen en geen geld" in str(refusal.value)
    mended = changed(wrong, writer, DEAD[::-1])
    approver = approved(mended)
    FrameworkDraft.objects.filter(pk=draft.pk).update(
        source=wrong.source
    )  # behind everybody's back
    with pytest.raises(Refused):
        operations.publish_draft(actor=approver, draft=draft, valid_from=TODAY(), now=now())
    assert not Framework.objects.exclude(owner="").exists()


def test_a_failing_case_stops_a_proposal():
    case = """
[[cases]]
id = "speelplek"
text = { nl = "Een speelplek", en = "A playground" }
answers = { g_internal = true }
expect = "collaborate"
"""
    draft = a_copied_draft(source=shipped_framework_source("nl") + case)
    with pytest.raises(Refused, match="speelplek"):
        operations.propose_framework(actor=a_writer(draft), draft=draft, now=now())


def test_an_approved_draft_is_published_from_a_day_and_then_never_changes():
    draft = a_copied_draft()
    manager = approved(draft)
    day = TODAY() + timedelta(days=30)
    version = operations.publish_draft(actor=manager, draft=draft, valid_from=day, now=now())
    assert (version.owner, version.key, version.valid_from) == (draft.owner, draft.key, day)
    with pytest.raises(Refused):
        version.save()
    draft.refresh_from_db()
    assert (draft.state, draft.published) == ("published", version)
    with pytest.raises(Refused):
        changed(draft, a_writer(draft), ("samenspel", "coproductie"))
    again = a_copied_draft(operations.municipality_of(draft))
    assert tomllib.loads(again.source)["version"] == f"{now().year}-2"


def test_nothing_is_published_in_the_past_or_without_approval():
    draft = a_copied_draft()
    writer = a_writer(draft)
    with pytest.raises(Refused):
        operations.publish_draft(actor=writer, draft=draft, valid_from=TODAY(), now=now())
    manager = approved(draft)
    with pytest.raises(Refused) as refusal:
        operations.publish_draft(
            actor=manager, draft=draft, valid_from=TODAY() - timedelta(days=1), now=now()
        )
    assert refusal.value.field == "valid_from"


def test_a_draft_goes_back_with_a_reason_and_has_to_be_approved_again():
    draft = a_copied_draft()
    manager = approved(draft)
    with pytest.raises(Refused):
        operations.return_framework(actor=manager, draft=draft, reason=" ", now=now())
    operations.return_framework(actor=manager, draft=draft, reason="Vraag 3 is te lang.", now=now())
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by, draft.proposed_by) == ("editing", "", "")


def test_a_framework_is_used_when_it_counts_and_is_ones_own():
    draft = a_copied_draft()
    municipality, manager = operations.municipality_of(draft), approved(draft)
    about = {"actor": manager, "municipality": municipality, "now": now()}
    later = TODAY() + timedelta(days=3)
    operations.publish_draft(actor=manager, draft=draft, valid_from=later, now=now())
    for key in (draft.key, "niets"):
        with pytest.raises(Refused):
            operations.use_framework(**about, key=key)
    about["now"] = now() + timedelta(days=4)
    assert operations.use_framework(**about, key=draft.key).framework_key == draft.key
    other = a_municipality("elders")
    about |= {"actor": a_user(Role.ADMINISTRATOR, municipality=other), "municipality": other}
    with pytest.raises(Refused):
        operations.use_framework(**about, key=draft.key)


def test_nobody_publishes_under_the_key_of_another():
    a_framework()
    with pytest.raises(Refused):
        publish_framework(
            source=shipped_framework_source("nl"), actor_id="x", now=now(), owner="elders"
        )


# The screens


@pytest.fixture
def desk():
    municipality = a_municipality()
    a_site(municipality)
    clients = []
    for user in two_people(municipality):
        client = Client()
        client.force_login(user)
        clients.append(client)
    return municipality, *clients


def test_from_a_copy_to_a_version_in_use_by_two_people(desk):
    municipality, writer, colleague = desk
    base = a_framework()
    answer = writer.post(f"{SCREEN}nieuw/", {"begin": base.pk})
    draft = FrameworkDraft.objects.get()
    assert answer["Location"] == f"{SCREEN}{draft.pk}/"
    page = writer.get(answer["Location"]).content.decode()
    assert f"{SCREEN}{draft.pk}/voorstellen/" in page
    writer.post(f"{SCREEN}{draft.pk}/voorstellen/")
    assert (
        f"{SCREEN}{draft.pk}/goedkeuren/" not in writer.get(f"{SCREEN}{draft.pk}/").content.decode()
    )
    assert writer.post(f"{SCREEN}{draft.pk}/goedkeuren/").status_code == 403
    assert colleague.post(f"{SCREEN}{draft.pk}/goedkeuren/").status_code == 302
    wrong = colleague.post(f"{SCREEN}{draft.pk}/publiceren/", {"valid_from": "2020-01-01"})
    assert wrong.status_code == 400 and b'value="2020-01-01"' in wrong.content
    colleague.post(f"{SCREEN}{draft.pk}/publiceren/", {"valid_from": TODAY().isoformat()})
    assert colleague.post(f"{SCREEN}gebruik/", {"key": draft.key}).status_code == 302
    municipality.refresh_from_db()
    assert municipality.framework_key == draft.key
    listed = writer.get(SCREEN).content.decode()
    assert draft.key in listed and "nl" in listed


def test_the_framework_in_use_stands_first(desk):
    municipality, writer, _ = desk
    for key in ("ladder", "nl"):
        a_framework(key)
    for key in ("nl", "ladder"):
        municipality.framework_key = key
        municipality.save()
        listed = BeautifulSoup(writer.get(SCREEN).content, "html.parser").select("main h3")
        assert "in gebruik" in listed[0].parent.get_text() and len(listed) == 2
        begin = BeautifulSoup(writer.get(f"{SCREEN}nieuw/").content, "html.parser")
        ticked = begin.select_one("[name=begin][checked]")["value"]
        assert Framework.objects.get(pk=ticked).key == key, "the one in use is the usual choice"


def test_a_draft_is_tried_without_keeping_anything(desk):
    municipality, writer, _ = desk
    draft = a_copied_draft(municipality)
    before = AuditEntry.objects.count()
    page = writer.get(f"{SCREEN}{draft.pk}/proberen/", {"g_minor": "true"}).content.decode()
    assert "sk-advice--done" in page
    wrong = writer.get(f"{SCREEN}{draft.pk}/proberen/", {"room": "zes"})
    assert wrong.status_code == 400
    assert AuditEntry.objects.count() == before


def test_what_is_different_is_told_in_words(desk):
    municipality, writer, _ = desk
    draft = a_copied_draft(municipality)
    changed(draft, a_writer(draft), ('nl = "samenspel"', 'nl = "coproductie"'))
    page = writer.get(f"{SCREEN}{draft.pk}/vergelijken/").content.decode()
    assert "<del>samenspel</del> <ins>coproductie</ins>" in page


def test_a_file_goes_out_and_comes_in_again(desk):
    municipality, writer, _ = desk
    draft = a_copied_draft(municipality)
    out = writer.get(f"{SCREEN}{draft.pk}/bestand/")
    assert out["Content-Disposition"].endswith('-concept.toml"')
    draft.delete()
    file = SimpleUploadedFile("eigen.toml", out.content)
    writer.post(f"{SCREEN}nieuw/", {"begin": "file", "file": file})
    assert tomllib.loads(FrameworkDraft.objects.get().source) == tomllib.loads(out.content.decode())


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"key = \n", b"regel 1"), (b"\xff\xfe", b"UTF-8"), (b"a" * 400_000, b"300000"), (None, b"")],
    ids=["no TOML", "no text", "too large", "no file"],
)
def test_a_file_that_is_wrong_is_refused_beside_the_field(desk, content, said):
    _, writer, _ = desk
    a_framework()
    data = {"begin": "file"}
    if content is not None:
        data["file"] = SimpleUploadedFile("eigen.toml", content)
    answer = writer.post(f"{SCREEN}nieuw/", data)
    assert answer.status_code == 400 and said in answer.content
    assert not FrameworkDraft.objects.exists()


def test_a35_a_hostile_file_is_shown_with_its_line_and_never_runs(desk, tmp_path):
    municipality, writer, _ = desk
    ran = tmp_path / "ran"
    hostile = shipped_framework_source("nl").replace(
        'when = "room=0"', f"when = \"__import__('os').system('touch {ran}')\""
    )
    draft = a_copied_draft(municipality, source=hostile)
    page = writer.get(f"{SCREEN}{draft.pk}/").content.decode()
    said = BeautifulSoup(page, "html.parser").select_one(".fw-mistakes li").get_text(" ")
    assert "Wanneer geldt dit?" in said and "regel " in said
    assert not ran.exists()
    assert writer.post(f"{SCREEN}{draft.pk}/voorstellen/").status_code == 400


def test_another_municipality_sees_nothing_of_it(desk):
    draft = a_copied_draft(a_municipality("elders"))
    _, writer, _ = desk
    for path in ("", "proberen/", "vergelijken/", "bestand/", "bewerken/"):
        assert writer.get(f"{SCREEN}{draft.pk}/{path}").status_code == 404
    for path in ("voorstellen/", "goedkeuren/", "terug/", "publiceren/", "weggooien/"):
        assert writer.post(f"{SCREEN}{draft.pk}/{path}").status_code == 404
    manager = approved(draft)
    version = operations.publish_draft(actor=manager, draft=draft, valid_from=TODAY(), now=now())
    assert writer.get(f"{SCREEN}versies/{version.pk}/bestand/").status_code == 404
    assert draft.key not in writer.get(SCREEN).content.decode()


@pytest.mark.parametrize("role", [Role.COUNCIL, Role.FACILITATOR, Role.NOTE_TAKER])
def test_who_prepares_nothing_sees_no_frameworks(role):
    draft = a_copied_draft()
    municipality = operations.municipality_of(draft)
    a_site(municipality)
    client = Client()
    client.force_login(a_user(role, municipality=municipality))
    for path in ("", "nieuw/", f"{draft.pk}/", f"{draft.pk}/bestand/"):
        assert client.get(SCREEN + path).status_code == 403


def test_an_officer_writes_and_approves_but_does_not_publish():
    draft = a_copied_draft()
    municipality = operations.municipality_of(draft)
    writer, officer = a_writer(draft), a_user(Role.OFFICER, municipality=municipality)
    operations.propose_framework(actor=writer, draft=draft, now=now())
    operations.approve_framework(actor=officer, draft=draft, now=now())
    for operation, about in (
        (operations.publish_draft, {"draft": draft, "valid_from": TODAY()}),
        (operations.use_framework, {"municipality": municipality, "key": "nl"}),
    ):
        with pytest.raises(Refused) as refusal:
            operation(actor=officer, now=now(), **about)
        assert refusal.value.code == "forbidden"


def waits_for(user) -> list[str]:
    found = desk_tasks(user, now()).values()
    return [one.href for tasks in found for one in tasks if one.href.startswith(SCREEN)]


def test_what_waits_for_a_colleague_stands_on_their_desk():
    draft = a_copied_draft()
    place = operations.municipality_of(draft)
    writer, administrator = two_people(place)
    officer = a_user(Role.OFFICER, municipality=place)
    elsewhere = a_user(Role.ADMINISTRATOR, municipality=a_municipality("elders"))
    everybody = (writer, administrator, officer, elsewhere)
    assert [waits_for(one) for one in everybody] == [[], [], [], []]
    operations.propose_framework(actor=writer, draft=draft, now=now())
    link = [f"{SCREEN}{draft.pk}/"]
    assert [waits_for(one) for one in everybody] == [[], link, link, []]
    operations.approve_framework(actor=officer, draft=draft, now=now())
    assert [waits_for(one) for one in everybody] == [link, link, [], []]
