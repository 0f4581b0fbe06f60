"""Which two municipalities do these tests know? Ours, and theirs, whose every text bears one mark."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection, models
from django.test import Client
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.log_actions import log
from wagtail.models import Collection, Locale, Page, PageViewRestriction
from wagtail_localize.operations import translate_object

from cms.models import ProjectPage, StandardPage
from cms.tenants.page_rights import sync_page_rights
from cms.tenants.sites import make_languages
from cms.theming.operations import change_theme
from cms.theming.theme import DEFAULTS
from deliberation.live.models import Run
from deliberation.people.participant_session import KEY
from deliberation.projects.invitations.operations import invite_colleague
from deliberation.projects.models import Municipality, Role
from tests.builders import a_decided_point, a_phase, a_project, a_user, the_officer
from tests.cms.site import a_project_page, a_site, publish
from tests.fields import is_ours
from tests.live.builders import an_evening

MARK = "geheimland"
# Rows of the platform itself, that belong to no municipality.
NOBODYS = {"contenttypes", "sessions", "wagtailsearch", "compass"}
OURS_TOO = {"wagtailcore.locale", "wagtail_localize.localesynchronization", "auth.permission"}


@dataclass
class World:
    """Two municipalities on two hosts; `theirs` holds every row that the second one brought."""

    ours: Municipality
    theirs_municipality: Municipality
    visitors: dict[str, Client]
    theirs: dict[str, set] = field(default_factory=dict)
    about: dict[str, object] = field(default_factory=dict)

    def ids(self) -> list[str]:
        """List every number that some row of theirs has; the same number stands for many rows."""
        pks = {pk for pks in self.theirs.values() for pk in pks if isinstance(pk, int)}
        return [str(pk) for pk in sorted(pks)]

    def ours_page(self) -> ProjectPage:
        """Find the page of our project."""
        return ProjectPage.objects.filter(project__municipality=self.ours).earliest("pk")

    def snapshot(self) -> dict:
        return held(self.theirs)


def held(theirs) -> dict:
    """Keep what their rows hold now, to see later whether anybody changed them."""
    found = {}
    for label, pks in theirs.items():
        rows = apps.get_model(label)._base_manager.filter(pk__in=pks)
        found[label] = {row["pk"]: row for row in rows.values("pk", *_columns(rows.model))}
    return found


def two_municipalities() -> World:
    """Make ours with its staff and theirs with everything; plant the mark in all their texts."""
    make_languages()
    ours = a_site().site_name and Municipality.objects.get()
    evening = an_evening(point=a_decided_point(point=None))
    project = evening.run.project
    a_project_page(project)
    visitors = _visitors(ours, project, evening)
    before = _all_rows()
    about = _theirs()
    theirs = {label: pks - before.get(label, set()) for label, pks in _all_rows().items()}
    theirs = {label: pks for label, pks in theirs.items() if pks and not _is_shared(label)}
    _plant(theirs)
    municipality = about.pop("municipality")
    municipality.refresh_from_db()
    return World(ours, municipality, visitors, theirs, about)


def _visitors(ours, project, evening) -> dict[str, Client]:
    users = {
        "administrator": a_user(Role.ADMINISTRATOR, municipality=ours),
        "officer": the_officer(ours),
        "project officer": a_user(Role.OFFICER, project=project),
        "council": a_user(Role.COUNCIL, municipality=ours),
    }
    sync_page_rights(ours.pk)
    visitors = {
        name: Client(raise_request_exception=False) for name in (*users, "resident", "nobody")
    }
    for name, user in users.items():
        visitors[name].force_login(user)
    session = visitors["resident"].session
    session[KEY] = str(evening.join().pk)
    session.save()
    return visitors


def _theirs() -> dict:
    """Give the second municipality a site, pages in every state, files, people and an evening."""
    from tests.builders import a_municipality
    from tests.tenants.conftest import THEIRS_HOST

    municipality = a_municipality(MARK)
    site = a_site(municipality, hostname=THEIRS_HOST)
    officer = the_officer(municipality)
    manager = a_user(Role.ADMINISTRATOR, municipality=municipality)
    about = {"actor": manager, "municipality": municipality, "now": timezone.now()}
    invite_colleague(email=f"{MARK}@example.org", role=Role.OBSERVER, **about)
    project = a_project(municipality, title=f"Plan {MARK}")
    point = a_decided_point(point=_point(project))
    evening = an_evening(point=point, poll_open=True)
    participant = evening.join()
    page = a_project_page(project, title=f"Pagina {MARK}")
    draft = _draft(site.root_page)
    private = publish(site.root_page, _text_page(f"Besloten {MARK}"))
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    for one in (page, draft, private):  # what lists offer to choose from
        Page.objects.filter(pk=one.pk).update(owner=officer, locked_by=officer, locked=True)
        log(instance=one, action="wagtail.edit", user=officer)
    sync_page_rights(municipality.pk)
    files = _files(municipality, officer)
    translation = _translated(page, officer)
    colours = {"tokens": DEFAULTS, "radius": "0.5", "footer": f"Stadhuis {MARK}"}
    administrator = officer_with_rights(municipality)
    change_theme(actor=administrator, municipality=municipality, now=timezone.now(), **colours)
    Redirect.objects.create(old_path=f"/{MARK}", site=site, redirect_link=f"/{MARK}/weg/")
    run = evening.run
    return {
        "municipality": municipality,
        "code": run.online_code,
        "run_id": run.pk,
        "item_id": evening.activity.item_id,
        "project_id": project.pk,
        "page_id": page.pk,
        "parent_page_id": site.root_page_id,
        "page_to_move_id": page.pk,
        "destination_id": site.root_page_id,
        "revision_id": page.latest_revision_id,
        "image_id": files["image"].pk,
        "document_id": files["document"].pk,
        "document_filename": files["document"].filename,
        "collection_id": files["collection"].pk,
        "translation_id": translation.pk,
        "translation_source_id": translation.source_id,
        "draft": draft,
        "private": private,
        "page": page,
        "participant": participant,
        "point": point,
        "activity": evening.activity.pk,
    }


def officer_with_rights(municipality):
    return Municipality.objects.get(
        pk=municipality.pk
    ).roleassignment_set.filter(role=Role.ADMINISTRATOR).first().user  # fmt: skip


def _point(project):
    from tests.builders import a_decision_point

    return a_decision_point(a_phase(project=project), question=f"Waarover gaat {MARK}?")


def _text_page(title) -> StandardPage:
    slug = title.lower().replace(" ", "-")
    return StandardPage(title=title, slug=slug, body=[("text", f"<p>{title}</p>")])


def _draft(home) -> Page:
    page = _text_page(f"Concept {MARK}")
    page.live = False
    page.go_live_at = timezone.now() + timedelta(days=2)
    Page.objects.get(pk=home.pk).add_child(instance=page)
    page.save_revision()
    return page


def _files(municipality, officer) -> dict:
    collection = Collection.objects.get(name=municipality.slug)
    image = Image.objects.create(
        title=f"Foto {MARK}",
        file=get_test_image_file(filename=f"{MARK}.png"),
        collection=collection,
        uploaded_by_user=officer,
    )
    image.tags.add(f"{MARK}-tag")
    document = Document(title=f"Stuk {MARK}", collection=collection, uploaded_by_user=officer)
    document.file.save(f"{MARK}.txt", ContentFile(f"Tekst van {MARK}".encode()))
    document.tags.add(f"{MARK}-stuk")
    return {"collection": collection, "image": image, "document": document}


def _translated(page: ProjectPage, officer):
    from wagtail_localize.models import Translation

    english = Locale.objects.get(language_code="en")
    translate_object(page.get_parent().specific, [english], user=officer)
    translate_object(page, [english], user=officer)
    return Translation.objects.get(source__object_id=page.translation_key)


def _all_rows() -> dict[str, set]:
    return {
        model._meta.label_lower: set(model._base_manager.values_list("pk", flat=True))
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


def one_number_for_all() -> int:
    """Number the next row of every table alike, and as nothing else is: one id then names a row of every kind."""
    tables = [
        model._meta
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy and model._meta.auto_field
    ]
    last = max(7_000_000, *(max(pks) for pks in _all_rows().values() if pks and _are_numbers(pks)))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM sqlite_sequence")
            rows = [(one.db_table, last) for one in tables]
            cursor.executemany("INSERT INTO sqlite_sequence VALUES (%s, %s)", rows)
        else:
            rows = [(f'"{one.db_table}"', one.pk.column, last) for one in tables]
            cursor.executemany("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", rows)
    return last + 1


def _are_numbers(pks) -> bool:
    return all(isinstance(pk, int) for pk in pks)


def _is_shared(label: str) -> bool:
    return label.split(".")[0] in NOBODYS or label in OURS_TOO


def _columns(model) -> list[str]:
    return [
        column.attname
        for column in model._meta.concrete_fields
        if column.attname not in ("last_login",) and not isinstance(column, models.FileField)
    ]


# What is written for no reader: keys, codes, digests. Every other text of ours is one, so that a new one is by itself.
CODES = set(
    """kind key language anchor sealed digest who hall_code online_code last_hash code word device voter_key actor
    status receipt block hash previous salt instrument rejection_reason parked_with level phase password
    text_version leads_to action result origin actor_id object_id detail""".split()
)
# Of Wagtail's own tables, the columns that people write in.
FREE_TEXTS = set(
    "title name first_name last_name text label object_repr search_description seo_title".split()
)
PLANTED_APPS = {"wagtailcore", "wagtailimages", "wagtaildocs", "wagtail_localize"}


def _plant(theirs) -> None:
    """Write the mark into every text of theirs that somebody writes for somebody to read."""
    for label, pks in theirs.items():
        model = apps.get_model(label)
        for column in model._meta.local_concrete_fields:
            if not _is_free_text(model, column):
                continue
            for pk, text in list(
                model._base_manager.filter(pk__in=pks).values_list("pk", column.attname)
            ):
                marked = f"{MARK} {text}"[: column.max_length or None]
                models.QuerySet(model).filter(pk=pk).update(**{column.attname: marked})


def _is_free_text(model, column) -> bool:
    if model._meta.label_lower in ("wagtailcore.collection", "projects.municipality"):
        return False  # their names are found by: they bear the mark already
    is_text = isinstance(column, models.CharField | models.TextField) and not column.choices
    if not is_text or isinstance(column, models.SlugField | models.EmailField | models.URLField):
        return False
    if is_ours(model):
        return column.name not in CODES
    return column.name in FREE_TEXTS and model._meta.app_label in PLANTED_APPS


def more_of_theirs(about) -> None:
    """Give the second municipality a row of every other kind that somebody could choose from a list."""
    from tests.cms.frameworks.drafts import a_copied_draft
    from tests.cms.site import a_document_list, a_news_page, a_result_page
    from tests.live.builders import a_card
    from tests.questions.builders import Desk, a_question_in
    from tests.test_urls import a_moment

    home, point = about["page"].get_parent(), about["point"]
    officer = the_officer(point.project.municipality)
    a_news_page(home, title=f"Nieuws {MARK}")
    a_result_page(home, title=f"Uitslag {MARK}")
    a_document_list(home, Document.objects.get(pk=about["document_id"]), title=f"Lijst {MARK}")
    a_copied_draft(point.project.municipality)
    a_card(Run.objects.get(pk=about["run_id"]))
    a_moment(officer, point)
    a_question_in(point.project)
    Desk(point.project, point, officer).answered()
