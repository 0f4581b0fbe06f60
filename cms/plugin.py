"""What the site adds to the whole: its desk screens, where projects are read, and whose site a host is."""

from django.utils.translation import gettext_lazy as _

from deliberation.projects.extension_points import DeskLink
from deliberation.projects.staff import leads, prepares_all
from deliberation.registry import Plugin

from . import desk_section, erasure
from .frameworks import desk_tasks as of_frameworks
from .pages import desk_tasks as of_pages
from .search import indexing
from .tenants.municipalities import municipality_of_handshake
from .tenants.page_rights import sync_page_rights
from .tenants.public_pages import public_pages, read_about, site_address


class Site(Plugin):
    name = "cms"
    desk_links = (
        DeskLink(0, "wagtailadmin_home", _("My desk"), shown=lambda user: True, icon="home"),
        DeskLink(55, "wagtailadmin_explore_root", _("Pages and texts"), shown=prepares_all),
        DeskLink(60, "check_pages", _("Pages to look at"), shown=prepares_all),
        DeskLink(80, "frameworks:see_frameworks", _("Frameworks"), shown=prepares_all),
        DeskLink(90, "face:change_theme", _("Face of the site"), shown=leads),
        DeskLink(95, "redirects:see_redirects", _("Addresses that lead on"), shown=leads),
    )
    desk_section = staticmethod(desk_section.project_pages)
    roles_changed = staticmethod(sync_page_rights)
    findable_changed = staticmethod(indexing.index_project)
    public_pages = staticmethod(public_pages)
    read_about = staticmethod(read_about)
    site_address = staticmethod(site_address)
    municipality_asked = staticmethod(municipality_of_handshake)
    erase = staticmethod(erasure.erase_from_desk)

    def desk_tasks(self, projects, user, now):
        return [*of_pages.tasks(projects, user, now), *of_frameworks.tasks(user, now)]
