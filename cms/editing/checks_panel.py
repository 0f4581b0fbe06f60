"""The editor's panel of page checks: beside the text, after saving, and for all pages at once."""

from functools import reduce
from operator import or_

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe
from wagtail.admin.panels import Panel
from wagtail.models import Locale, Page
from wagtail.permissions import page_permission_policy

from cms.tenants.municipalities import homes_of
from deliberation.projects.desk import desk_screen

from .page_checks import findings, points_of

PER_SCREEN = 25


class ChecksPanel(Panel):
    """Shows in the editor what to look at in the page as it was last saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "cms/checks_panel.html"

        def is_shown(self):
            return super().is_shown() and bool(self.instance.pk)

        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            return context | {"findings": findings(self.instance)}


LOOK_AT = ChecksPanel(heading=gettext_lazy("Look at this"))


def what_to_look_at(page) -> str:
    """Say how many things there are to look at in a page that was saved all the same, with the way there.

    Blank when nothing is.
    """
    found = findings(page)
    if not found:
        return ""
    said = ngettext(
        "There is {number} thing to look at. You find it under {link}.",
        "There are {number} things to look at. You find them under {link}.",
        len(found),
    )
    href = reverse("wagtailadmin_pages:edit", args=[page.pk])
    link = format_html('<a href="{}#look-at">{}</a>', href, LOOK_AT.heading)
    return format_html(said, number=len(found), link=link)


@require_safe
@desk_screen
def check_pages(request):
    """List the pages I may change, each with what to look at; pages without anything stay out."""
    mine = page_permission_policy.instances_user_has_permission_for(request.user, "change")
    if request.municipality:  # who writes for two sees on the host of one what is of that one
        homes = homes_of(request.municipality)
        mine = mine.filter(reduce(or_, (Q(path__startswith=one.path) for one in homes), Q(pk=None)))
    pages = Paginator(mine.filter(alias_of=None, depth__gt=1).order_by("path"), PER_SCREEN)
    page = pages.get_page(request.GET.get("page", "1")[:6])
    shown = list(Page.objects.filter(pk__in=[one.pk for one in page]).order_by("path").specific())
    points = points_of([one.project_id for one in shown if getattr(one, "project_id", None)])
    above = _parents_and_languages(shown)
    rows = [
        {
            "title": one.title,
            "live": one.live,
            "href": reverse("wagtailadmin_pages:edit", args=[one.pk]),
            "findings": found,
        }
        for one in shown
        if (found := findings(one, points, above[one.path[: -Page.steplen]]))
    ]
    context = {"rows": rows, "page_of_pages": page, "heading": _("Pages to look at")}
    return render(request, "cms/check_pages.html", context)


def _parents_and_languages(pages) -> dict[str, Page]:
    """Give by path the pages above these, and let each page know its language: two queries for all."""
    languages = Locale.objects.in_bulk()
    for page in pages:
        page.locale = languages[page.locale_id]
    parents = Page.objects.filter(path__in={page.path[: -Page.steplen] for page in pages})
    return {parent.path: parent for parent in parents}
