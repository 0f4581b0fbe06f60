"""Wagtail hooks: the admin's menu, our desk screens and our colours."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem

from deliberation.participation.instrument import instruments
from deliberation.projects.extension_points import desk_links

from .desk_account import SignInPanel
from .desk_home import DeskHome
from .editing.checks_panel import check_pages
from .editing.project_pages import first_a_project, start_page
from .editing.publishing import publish_beside_saving, say_once
from .pages.site_page import SLUG_TAKEN
from .redirects.lookup import is_taken
from .tenants import view_restrictions  # noqa: F401 (registers its hooks)

RARELY = 60  # from this order on a screen stands in the menu's part for setting up
WAGTAIL_HAS = ("wagtailadmin_explore_root",)  # in its menu, with a tree that folds open


@hooks.register("register_admin_urls")
def desk_urls():
    """Mount the desk screens of every slice. Wagtail decorates these patterns in place: mount once."""
    return [
        path("participatie/", include("deliberation.projects.desk_urls")),
        path(
            "participatie/beslispunten/<int:pk>/documenten/",
            include("deliberation.documents.desk_urls"),
        ),
        path("participatie/", include("deliberation.oversight.desk_urls")),
        path("participatie/paginas/", check_pages, name="check_pages"),
        path("participatie/projecten/<int:pk>/pagina/", start_page, name="start_project_page"),
        path("participatie/huisstijl/", include("cms.theming.urls")),
        path("participatie/doorverwijzingen/", include("cms.redirects.urls")),
        path("participatie/afwegingskaders/", include("cms.frameworks.urls")),
        *(path(f"participatie/{one.desk_folder}", include(one.desk_urls)) for one in instruments()),
    ]


@hooks.register("construct_main_menu")
def one_menu(request, items):
    """Put what people do every day first, and what is set up now and then in one part of its own.

    Left out: Wagtail's help, that is on somebody else's server; its reports, for who writes no pages.
    """
    writes = any(item.name == "explorer" for item in items)
    gone = ("help",) if writes else ("help", "reports")
    links = [link for link in desk_links(request) if link.url_name not in WAGTAIL_HAS]
    rarely = [_menu_item(link) for link in links if link.order >= RARELY]
    items[:] = [item for item in items if item.name not in gone]
    items += [_menu_item(link) for link in links if link.order < RARELY]
    if rarely:
        about = {"name": "set-up", "icon_name": "cogs", "order": 5000}
        items.append(SubmenuMenuItem(_("Set up"), Menu(items=rarely), **about))


def _menu_item(link) -> MenuItem:
    """Make one item of the menu; its screen asks the permission once more."""
    name, href = link.url_name.replace(":", "-"), reverse(link.url_name)
    return MenuItem(link.label, href, name=name, icon_name=link.icon, order=link.order)


@hooks.register("construct_homepage_panels")
def desk_first(request, panels):
    """Open Wagtail's first page with what waits, in place of its own panels."""
    panels[:] = [DeskHome()]


@hooks.register("register_account_settings_panel")
def way_to_own_account(request, user, profile):
    """Lead from Wagtail's page about an account to ours."""
    return SignInPanel(request, user, profile)


@hooks.register("insert_global_admin_css")
def our_colours():
    """Give Wagtail's admin our colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("insert_editor_js")
def one_page_is_made_once():
    """Let a press on a button wait while Wagtail saves a draft by itself."""
    return format_html('<script src="{}"></script>', static("js/editor.js"))


@hooks.register("before_move_page")
def only_movers_see_the_question(request, page, destination):
    """Refuse before Wagtail asks "are you sure?": that screen shows a page's title to all staff."""
    if not page.permissions_for_user(request.user).can_move():
        raise PermissionDenied


@hooks.register("before_move_page")
def refuse_taken_address(request, page, destination):
    """Refuse to move a page to where the platform shows something else."""
    if not is_taken(destination, page.slug):
        return None
    messages.error(request, SLUG_TAKEN % page.slug)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def one_message(request, page):
    """Say in one message what was done and what comes next. The editor saves by itself too: then in silence."""
    return say_once(request, page) if request.accepts("text/html") else None


hooks.register("before_create_page", first_a_project)


@hooks.register("construct_page_action_menu")
def publish_by_one_press(menu_items, request, context):
    """Put publishing beside saving."""
    publish_beside_saving(menu_items)
