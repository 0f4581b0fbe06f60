"""Opening a municipality's own site: first pages, host, rights and a place for its files."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site
from wagtail_localize.models import LocaleSynchronization

from cms.models import HomePage
from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.people.staff_session import sensitive
from deliberation.projects.models import Municipality

from .municipalities import port_of_sites, site_of
from .page_rights import sync_page_rights


@sensitive
@operation
def open_site(*, actor, municipality, hostname, title="", intro="", now) -> Site:
    """Give a municipality its site on a host of its own, with a first page in each language.

    Only the account that installed the platform may. Where there is one site, every host leads to it;
    from the second on, a host that belongs to nobody shows nothing. Refused: a second site for the
    same municipality, a host that is taken, a host that this installation doesn't answer to.
    """
    require("cms.open_site", actor, actor, now)
    _refuse_wrong_host(municipality, hostname)
    home = _add_home(municipality, title, intro)
    _drop_what_nobody_owns(home)
    Site.objects.filter(is_default_site=True).update(is_default_site=False)
    site = Site.objects.create(
        hostname=hostname,
        port=port_of_sites(),
        site_name=municipality.slug,
        root_page=home,
        is_default_site=not Site.objects.exists(),
    )
    follow_in_every_language(home)
    sync_page_rights(municipality.pk)
    record_audit(
        actor=actor, action="open_site", obj=municipality, now=now, detail={"host": hostname}
    )
    return site


def keep_to_one_port() -> None:
    """Let every site answer on the port that PUBLIC_URL names now."""
    for site in Site.objects.exclude(port=port_of_sites()):
        site.port = port_of_sites()
        site.save()  # tells Wagtail's cache of addresses too


def follow_in_every_language(page) -> None:
    """Show a page in the other languages too, in its own words until somebody translates it."""
    for code in other_languages():
        locale = Locale.objects.get(language_code=code)
        if not page.get_translations().filter(locale=locale).exists():
            page.specific.copy_for_translation(locale, copy_parents=True, alias=True)


def other_languages() -> list[str]:
    """List the languages besides the one that pages are written in."""
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def make_languages() -> None:
    """Make every language known to Wagtail, and let new pages appear in all of them."""
    first, _made = Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    for code in other_languages():
        locale, _made = Locale.objects.get_or_create(language_code=code)
        LocaleSynchronization.objects.get_or_create(locale=locale, sync_from=first)


def _refuse_wrong_host(municipality, hostname) -> None:
    from django.http.request import validate_host

    if site_of(municipality):
        raise Refused(_("This municipality has its site already."), code="state")
    owners = Municipality.objects.values("slug")
    if Site.objects.filter(hostname=hostname, site_name__in=owners).exists():
        raise Refused(_("This host belongs to another municipality."), field="hostname")
    if not validate_host(hostname, settings.ALLOWED_HOSTS):
        reason = _(
            "The platform answers to no %(host)s yet. Write this in its environment: %(line)s. Let the certificate "
            "hold the host too. Then restart the web and the worker, and do this again."
        )
        line = f"SAMENKOMPAS_HOSTS={','.join([*settings.ALLOWED_HOSTS, hostname])}"
        raise Refused(reason % {"host": hostname, "line": line}, field="hostname")


def _add_home(municipality, title, intro) -> HomePage:
    make_languages()
    root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
    with translation.override(settings.LANGUAGE_CODE):
        home = HomePage(
            title=title or _("Take part in %s") % municipality.name,
            slug=municipality.slug,
            intro=intro or _("Here you see what the municipality prepares a decision about."),
        )
        root.add_child(instance=home)
        home.save_revision().publish()
    return home


def _drop_what_nobody_owns(home) -> None:
    # Wagtail's first migration makes a welcome page with a Site; ours takes its place.
    Site.objects.exclude(site_name__in=Municipality.objects.values("slug")).delete()
    for page in Page.objects.filter(depth=2).exclude(pk=home.pk):
        if page.specific_class is Page:
            page.delete()
