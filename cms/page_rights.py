"""Who may open the desk, and who may write a municipality's pages? Follows the roles."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Site

from deliberation.people.models import User
from deliberation.projects.models import Municipality, Role, RoleAssignment

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
    _set_members(writers, held.filter(role__in=WRITES_PAGES, project=None))
    _allow_pages(writers, municipality)


def _group(municipality, purpose: str) -> Group:
    group, _made = Group.objects.get_or_create(name=f"{municipality.slug}: {purpose}")
    return group


def _set_members(group, assignments) -> None:
    group.user_set.set(User.objects.filter(pk__in=assignments.values("user")))


def _allow_pages(group, municipality) -> None:
    site = Site.objects.filter(site_name=municipality.slug).first()
    if site is None:  # pages come later; whoever makes the Site calls again
        return
    for permission in _permissions("wagtailcore", ON_PAGES):
        GroupPagePermission.objects.get_or_create(
            group=group, page=site.root_page, permission=permission
        )
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
