"""Who may open the desk, and who may write a municipality's pages? Follows the roles."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from deliberation.people.models import User
from deliberation.projects.models import Municipality, Role, RoleAssignment

from .municipalities import homes_of, municipality_of_page

WRITES_PAGES = (Role.ADMINISTRATOR, Role.OFFICER)
ON_PAGES = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
ON_FILES = ("add_image", "change_image", "choose_image")
ON_DOCUMENTS = ("add_document", "change_document", "choose_document")


@transaction.atomic
def sync_page_rights(municipality_id: int) -> None:
    """Bring two Wagtail groups in step with the roles of a municipality. Repeating changes nothing.

    The first opens the desk to everybody with a role; the second writes the pages and the files of
    this municipality, for those whose role counts in the whole municipality.
    """
    municipality = Municipality.objects.get(pk=municipality_id)
    held = RoleAssignment.objects.filter(municipality=municipality)
    desk = _group(municipality, "desk")
    desk.permissions.set([Permission.objects.get(codename="access_admin")])
    _set_members(desk, held)
    writers = _group(municipality, "pages")
    writers.permissions.set(_permissions("wagtail_localize", ("submit_translation",)))
    _set_members(writers, held.filter(role__in=WRITES_PAGES, project=None))
    _allow_pages(writers, municipality)


def follow_new_home(sender, instance, created, **about) -> None:
    """Let the rights reach the first page in another language as soon as it is made."""
    municipality = municipality_of_page(instance) if created else None
    if municipality:
        sync_page_rights(municipality.pk)


def _group(municipality, purpose: str) -> Group:
    group, _made = Group.objects.get_or_create(name=f"{municipality.slug}: {purpose}")
    return group


def _set_members(group, assignments) -> None:
    group.user_set.set(User.objects.filter(pk__in=assignments.values("user")))


def _allow_pages(group, municipality) -> None:
    homes = homes_of(municipality)
    if not homes:  # pages come later; whoever makes the Site calls again
        return
    for permission in _permissions("wagtailcore", ON_PAGES):
        for home in homes:  # one for each language
            GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
    collection = _collection(municipality)
    files = [*_permissions("wagtailimages", ON_FILES), *_permissions("wagtaildocs", ON_DOCUMENTS)]
    for permission in files:
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=collection, permission=permission
        )


def _permissions(app: str, codenames):
    return Permission.objects.filter(content_type__app_label=app, codename__in=codenames)


def _collection(municipality) -> Collection:
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    found = root.get_children().filter(name=municipality.slug).first()
    return found or root.add_child(name=municipality.slug)
