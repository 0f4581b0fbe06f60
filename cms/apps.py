"""The Django app of the site: pages, addresses, settings; the only one that knows Wagtail."""

from django import forms
from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_save

from compass.validators import validate_date

# On Django's own fields, before any form is made: Wagtail's forms and blocks keep to the window too.
for field in (forms.DateField, forms.DateTimeField):
    field.default_validators = [validate_date]


class SiteConfig(AppConfig):
    name = "cms"
    label = "cms"

    def ready(self):
        from deliberation.registry import register

        from . import checks  # noqa: F401 (registers them)
        from .editing.lazy_writes import connect_lazy_writes
        from .models import HomePage
        from .plugin import Site
        from .tenants.page_rights import follow_new_home

        connect_counters()
        connect_sites()
        connect_cleaning()
        connect_privacy()
        connect_search()
        connect_uploads()
        connect_lazy_writes()
        connect_page_cache()
        post_save.connect(follow_new_home, sender=HomePage, dispatch_uid="follow_new_home")
        register(Site())


def connect_counters():
    """Let the sign-in limits, and codes and tokens that count once, be counted by all processes together."""
    from allauth.core.internal import ratelimit
    from allauth.mfa.totp.internal import auth
    from allauth.socialaccount.internal import jwtkit

    from deliberation.people.counters import counters

    for module in (ratelimit, auth, jwtkit):
        module.cache = counters


def connect_sites():
    """Find a host's site as we ask for it, and look it up anew when one changes."""
    from wagtail.models import sites

    from .tenants.municipalities import forget_sites, site_for_hostname

    sites.get_site_for_hostname = site_for_hostname  # Wagtail has no hook here

    for signal in (post_save, post_delete):
        signal.connect(forget_sites, dispatch_uid="forget_sites")


def connect_cleaning():
    """Let no text into the database that was not cleaned, nor a date nobody can mean."""
    from .text_cleaning import clean_row

    pre_save.connect(clean_row, dispatch_uid="clean_row")


def connect_privacy():
    """Keep a page as private in every language."""
    from wagtail.models import Page, PageViewRestriction
    from wagtail.query import PageQuerySet

    from .tenants import view_restrictions as ours

    # Wagtail looks in one language only, and has no hook here.
    Page.get_view_restrictions = ours.restrictions_of
    PageQuerySet.private_q = ours.private_pages
    about = {"sender": PageViewRestriction}
    post_save.connect(ours.follow_in_translations, dispatch_uid="follow_privacy", **about)
    post_delete.connect(ours.open_in_translations, dispatch_uid="open_privacy", **about)
    groups = PageViewRestriction.groups.through
    m2m_changed.connect(ours.follow_groups, sender=groups, dispatch_uid="follow_groups")
    post_save.connect(ours.restrict_new_translation, dispatch_uid="restrict_new_translation")


def connect_search():
    """Keep what can be found in step with pages, decision points and what slices register."""
    from wagtail.documents import get_document_model
    from wagtail.models import CollectionViewRestriction
    from wagtail.signals import page_published, page_unpublished

    from deliberation.projects.models import DecisionOutcome, DecisionPoint

    from .search import indexing

    page_published.connect(indexing.index_published, dispatch_uid="index_published")
    page_unpublished.connect(indexing.forget_page, dispatch_uid="forget_page")
    post_save.connect(indexing.index_copied, dispatch_uid="index_copied")
    for model in (get_document_model(), CollectionViewRestriction):
        for signal in (post_save, post_delete):
            signal.connect(indexing.index_lists_of, sender=model, dispatch_uid=f"lists_{model}")
    for model in (DecisionPoint, DecisionOutcome):
        post_save.connect(
            indexing.index_point, sender=model, dispatch_uid=f"index_{model.__name__}"
        )


def connect_page_cache():
    """Let no write to what a page shows go unseen."""
    from .page_cache.generations import watch_writes

    connection_created.connect(watch_writes, dispatch_uid="watch_writes")


def connect_uploads():
    """Let no file get past the cleaning."""
    from wagtail.models import UploadedFile

    from .files.uploads import clean_waiting

    pre_save.connect(clean_waiting, sender=UploadedFile, dispatch_uid="clean_waiting")
