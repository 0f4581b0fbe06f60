"""Erasure in Wagtail: what it keeps of somebody that does not go along with the account."""

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from wagtail.models import Collection, ModelLogEntry, Page, PageLogEntry, Revision
from wagtail.users.models import UserProfile

from deliberation.people.privacy.erasure import addresses_of, let_go
from deliberation.people.privacy.mentions import mentions
from deliberation.projects.tenancy import path_to

from .sign_in.kept_forms import owner_of
from .sign_in.operations import forget_forms
from .tenants.municipalities import collection_of, homes_of


def erase_from_desk(*, participants, user, now, municipality=None) -> None:
    """Remove the picture file and what the logs say about the account; what it did to pages stays.

    Who wrote, uploaded or published lets go of the account by itself; comments go with it. In one
    municipality, what is said of its own pages and files goes; the account's picture stays.
    """
    if user and municipality:
        _erase_from_pages(user, municipality)
    elif user:
        _erase_account(user)


def _erase_account(user) -> None:
    forget_forms(owners=[owner_of(user)])
    for profile in UserProfile.objects.filter(user=user):
        if profile.avatar:
            profile.avatar.delete(save=False)
    ModelLogEntry.objects.filter(
        content_type__app_label=user._meta.app_label,
        content_type__model=user._meta.model_name,
        object_id=str(user.pk),
    ).delete()
    for log in (PageLogEntry, ModelLogEntry):
        log.objects.filter(user=user).update(user=None)
        _blank(log.objects.all(), user)


def _erase_from_pages(user, municipality) -> None:
    pages = _pages_of(municipality)
    files = collection_of(municipality).get_descendants(inclusive=True)
    _blank(PageLogEntry.objects.filter(page__in=pages), user)

    def here(model):
        for target, ours in ((Page, pages), (Collection, files)):
            path = path_to(model, target)
            if path is not None:
                return {f"{path or 'pk'}__in": ours.values("pk")}
        return None

    PageLogEntry.objects.filter(page__in=pages, user=user).update(
        user=None
    )  # Wagtail's own doesn't
    let_go(user, here)
    numbers = pages.annotate(number=Cast("pk", CharField())).values("number")
    kind = {"base_content_type__app_label": "wagtailcore", "base_content_type__model": "page"}
    Revision.objects.filter(user=user, object_id__in=numbers, **kind).update(user=None)


def _pages_of(municipality):
    homes = homes_of(municipality)
    within = Q(pk__in=[])
    for home in homes:
        within |= Q(path__startswith=home.path)
    return Page.objects.filter(within)


def _blank(entries, user) -> None:
    addresses = addresses_of(user)
    told = entries.filter(Q(data__icontains="@") | Q(label__contains="@"))
    gone = [one.pk for one in told if mentions([one.data, one.label], addresses)]
    entries.filter(pk__in=gone).update(data={}, label="")
