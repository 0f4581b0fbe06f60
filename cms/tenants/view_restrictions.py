"""Who passes a view restriction: what is private for colleagues opens for staff of its own municipality only."""

from functools import reduce
from operator import or_

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction

from cms.models import ProjectPage
from deliberation.people.read_once import read_once
from deliberation.people.second_factor import lacks_second_factor
from deliberation.projects.staff import places_of

from .municipalities import municipality_of_collection, municipality_of_page


def restrictions_of(page):
    """Give what a page, those above it, and each of these in every language ask of who reads.

    Looked up each time, so that whatever is moved, copied or translated later is as private at once.
    """
    found, new = {}, _lineage([page.path])
    while new:
        pages = Page.objects.filter(path__in=new)
        same = Q(translation_key__in=pages.values("translation_key")) | Q(aliases__in=pages)
        found |= dict(Page.objects.filter(same).values_list("path", "pk"))
        new = _lineage(found) - found.keys()
    return PageViewRestriction.objects.filter(page__in=found.values())


@read_once
def hidden_paths() -> list[str]:
    """List where in the tree a part begins that is not for everybody: the same rule, asked of all pages at once.

    What stands below a project's page is for nobody while that page isn't published, in that language only.
    """
    closed = set(ProjectPage.objects.filter(live=False).values_list("path", flat=True))
    hidden = set(PageViewRestriction.objects.values_list("page__path", flat=True))
    new = hidden
    while new:
        pages = Page.objects.filter(_below(new))
        same = Q(translation_key__in=pages.values("translation_key")) | Q(alias_of__in=pages)
        paths = set(Page.objects.filter(same).values_list("path", flat=True))
        new = {path for path in paths if not path.startswith(tuple(hidden))}
        hidden |= new
    hidden |= closed
    return [path for path in hidden if not hidden & (_lineage([path]) - {path})]


def private_pages(pages) -> Q:
    """Find the private ones, for `public()` and `private()` of Wagtail's query sets."""
    return _below(hidden_paths())


def _below(paths) -> Q:
    return reduce(or_, (Q(path__startswith=path) for path in paths), Q(pk__in=[]))


def _lineage(paths) -> set[str]:
    step = Page.steplen
    return {path[:end] for path in paths for end in range(step, len(path) + 1, step)}


def accepts(restriction, request, owner) -> bool:
    """Tell whether a request passes: as a colleague (and in the group) with a second factor."""
    user = request.user
    colleague = _is_colleague(user, request.municipality, owner)
    return colleague and not lacks_second_factor(user) and restriction.accept_request(request)


def _is_colleague(user, here, owner) -> bool:
    """Tell whether somebody works for whoever owns it (what nobody owns: for whoever's host it is), on its host."""
    if not (user.is_authenticated and user.is_staff):
        return False
    if user.is_superuser:
        return True
    return bool(here) and (owner or here) == here and here.slug in places_of(user)


@hooks.register("before_serve_document", order=-10)
def documents_for_colleagues(document, request):
    """Ask of a document what its collection asks."""
    restrictions = document.collection.get_view_restrictions()
    return _ask(restrictions, request, lambda: municipality_of_collection(document.collection))


@hooks.register("before_serve_page", order=-10)
def pages_for_colleagues(page, request, args, kwargs):
    """Ask of a page what it and those above it ask."""
    return _ask(page.get_view_restrictions(), request, lambda: municipality_of_page(page))


def _ask(restrictions, request, owner):
    """Refuse who is signed in and may not; Wagtail leads others to signing in."""
    if not restrictions or not request.user.is_authenticated:
        return None
    whose = owner()
    if all(accepts(one, request, whose) for one in restrictions):
        return None
    if _is_colleague(request.user, request.municipality, whose) and lacks_second_factor(
        request.user
    ):
        return redirect("mfa_index")
    raise PermissionDenied


def follow_in_translations(sender, instance, **signal) -> None:
    """Make a page as private in the other languages as in this one: each has a place of its own in the tree."""
    for page in instance.page.get_translations():
        _restrict(page, instance)


def open_in_translations(sender, instance, origin=None, **signal) -> None:
    """Open the other languages too when a restriction is lifted; not when its page is deleted."""
    if getattr(origin, "model", type(origin)) is not PageViewRestriction:
        return
    PageViewRestriction.objects.filter(page__in=instance.page.get_translations()).delete()


def follow_groups(sender, instance, action, **signal) -> None:
    """Follow the groups, which are written after the restriction itself."""
    if action.startswith("post_") and isinstance(instance, PageViewRestriction):
        follow_in_translations(sender, instance)


def restrict_new_translation(sender, instance, created, raw=False, **signal) -> None:
    """Keep what is private so when it appears in another language."""
    if created and not raw and isinstance(instance, Page):
        found = PageViewRestriction.objects.filter(page__in=instance.get_translations()).first()
        if found:
            _restrict(instance, found)


def _restrict(page, like) -> None:
    held = PageViewRestriction.objects.filter(page=page).first() or PageViewRestriction(page=page)
    if held.restriction_type != like.restriction_type or not held.pk:
        held.restriction_type = like.restriction_type
        held.save()
    if set(held.groups.all()) != set(like.groups.all()):
        held.groups.set(like.groups.all())
