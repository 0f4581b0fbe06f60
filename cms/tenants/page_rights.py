"""Page permissions: who may open the desk, and who may write a municipality's pages. They follow the roles."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q
from wagtail.models import GroupCollectionPermission, GroupPagePermission

from deliberation.people.models import User
from deliberation.projects.models import Municipality, Role, RoleAssignment

from .municipalities import collection_of, homes_of, municipality_of_page

WRITES_PAGES = (Role.ADMINISTRATOR, Role.OFFICER)
RIGHTS = {
    "wagtailadmin": ("access_admin",),
    "wagtail_localize": ("submit_translation",),
    "wagtailcore": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
    "wagtailimages": ("add_image", "change_image", "choose_image"),
    "wagtaildocs": ("add_document", "change_document", "choose_document"),
}


@transaction.atomic
def sync_page_rights(municipality_id: int) -> None:
    """Bring two Wagtail groups in step with the roles of a municipality. Repeating changes nothing.

    The first opens the desk to everybody with a role; the second writes the pages and the files of
    this municipality, for those whose role counts in the whole municipality.
    """
    municipality = Municipality.objects.get(pk=municipality_id)
    held = RoleAssignment.objects.filter(municipality=municipality)
    rights = _rights()
    desk = _group(municipality, "desk")
    desk.permissions.set(rights["wagtailadmin"])
    _set_members(desk, held)
    writers = _group(municipality, "pages")
    writers.permissions.set(rights["wagtail_localize"])
    _set_members(writers, held.filter(role__in=WRITES_PAGES, project=None))
    homes = homes_of(municipality)
    if homes:  # else pages come later; whoever makes the Site calls again
        _allow_pages(writers, homes, rights["wagtailcore"])
        files = [*rights["wagtailimages"], *rights["wagtaildocs"]]
        _allow_files(writers, collection_of(municipality), files)


def follow_new_home(sender, instance, created, **about) -> None:
    """Let the rights reach the first page in another language as soon as it is made."""
    municipality = municipality_of_page(instance) if created else None
    if municipality:
        sync_page_rights(municipality.pk)


def _rights() -> dict[str, list[Permission]]:
    """Find all rights we ever give, by the app they are about."""
    wanted = Q()
    for app, codenames in RIGHTS.items():
        wanted |= Q(content_type__app_label=app, codename__in=codenames)
    found = {app: [] for app in RIGHTS}
    for one in Permission.objects.filter(wanted).select_related("content_type"):
        found[one.content_type.app_label].append(one)
    return found


def _group(municipality, purpose: str) -> Group:
    group, _made = Group.objects.get_or_create(name=f"{municipality.slug}: {purpose}")
    return group


def _set_members(group, assignments) -> None:
    group.user_set.set(User.objects.filter(pk__in=assignments.values("user")))


def _allow_pages(group, homes, rights) -> None:
    """Allow all of it on the first page of each language."""
    given = GroupPagePermission.objects.filter(group=group).values_list("page_id", "permission_id")
    held = set(given)
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page=home, permission=right)
        for home in homes
        for right in rights
        if (home.pk, right.pk) not in held
    )


def _allow_files(group, collection, rights) -> None:
    given = GroupCollectionPermission.objects.filter(group=group, collection=collection)
    held = set(given.values_list("permission_id", flat=True))
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection=collection, permission=right)
        for right in rights
        if right.pk not in held
    )
