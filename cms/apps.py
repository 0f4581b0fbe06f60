"""Which slice is this? The site: pages, addresses, settings; the only one that knows Wagtail."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "cms"
    label = "cms"

    def ready(self):
        from deliberation.projects.hooks import on_roles_changed, register_desk_section

        from . import checks  # noqa: F401 (registers them)
        from .desk_section import project_pages
        from .page_rights import sync_page_rights

        on_roles_changed(sync_page_rights)
        register_desk_section(project_pages)
