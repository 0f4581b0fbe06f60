"""Wagtail pages of a site of the demo, written and published."""

from wagtail.models import Collection

from cms.models import (
    AccessibilityPage,
    DocumentList,
    ListedDocument,
    NewsPage,
    PrivacyPage,
    ProjectPage,
    ResultPage,
    StandardPage,
)
from cms.tenants.sites import follow_in_every_language

from . import content, files
from .english import translate_site


def fill_site(site, municipality, told_stories) -> None:
    """Write and publish a page for each project with its news, results and documents, and the standing pages."""
    home = site.root_page.specific
    collection = Collection.objects.get(depth=2, name=municipality.slug)
    for story in told_stories:
        _write_project(home, story, collection)
    for title, slug, text in content.STANDARD_PAGES:
        _add(home, StandardPage(title=title, slug=slug, show_in_menus=True, body=[("text", text)]))
    contact = content.CONTACT.format(name=municipality.name)
    standing = {"show_in_menus": True, "contact": contact}
    _add(home, AccessibilityPage(title="Toegankelijkheid", slug="toegankelijkheid", **standing))
    _add(home, PrivacyPage(title="Privacy", slug="privacy", **standing))
    translate_site(home)


def _write_project(home, story, collection):
    told = story.told
    page = ProjectPage(
        title=told["title"], slug=story.slug, project=story.project, intro=told["summary"],
        picture=files.picture(story.slug, told["title"], collection),
        picture_description=told["picture"], body=[("text", told["text"])],
    )  # fmt: skip
    _add(home, page)
    for one in told.get("news", []):
        _add(page, NewsPage(
            title=one["title"], date=story.day(one["days"]), intro=one["intro"],
            body=[("text", one["text"])],
        ))  # fmt: skip
    for one in told.get("results", []):
        _add(page, ResultPage(
            title=one["title"], date=story.day(one["days"]), intro=one["intro"],
            session=story.sessions[one["evening"]],
            decision_point=story.points.get(one.get("answers_about")),
            points=[("point", _point(story, point)) for point in one["points"]],
        ))  # fmt: skip
    if told.get("documents"):
        _add(page, _documents(story, collection))


def _point(story, point) -> dict:
    until = story.day(point["days"]) if "days" in point else None
    return {
        "given": point["text"],
        "disposition": point["disposition"],
        "reason": point["reason"],
        "until": until,
    }


def _documents(story, collection) -> DocumentList:
    page = DocumentList(title="Documenten", slug="documenten", intro="")
    page.documents = [
        ListedDocument(
            document=files.document(one["title"], one["text"], collection), title=one["title"],
            date=story.day(one["days"]), kind=one["kind"], sort_order=place,
        )
        for place, one in enumerate(story.told["documents"])
    ]  # fmt: skip
    return page


def _add(parent, page):
    parent.add_child(instance=page)
    page.save_revision().publish()
    follow_in_every_language(page)
    return page
