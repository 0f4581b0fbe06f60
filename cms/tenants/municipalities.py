"""Municipalities and Wagtail: whose a Site, a page or a file is, and where the site of one is."""

import hashlib
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.db.models import Q
from django.http.request import split_domain_port
from wagtail.models import Collection, Page, Site

from cms.caches import memory
from cms.page_cache.worked_out import worked_out
from deliberation.people.commit_hooks import after_commit
from deliberation.projects.models import Municipality

SITES = "sites-as-of"


def recall_site(request) -> None:
    """Let Wagtail know whose host was asked, when that was looked up a moment ago. Asks no database.

    Its own question costs as much as a small screen. Another process may show a changed Site a moment later.
    """
    if site := memory().get(_key(request)):
        request._wagtail_site = site


def _key(request) -> str:
    # A visitor chooses the host as long as they like, with any port; what is kept has a Site of that very name.
    asked = hashlib.sha256(f"{_hostname(request)} {request.get_port()}".encode()).hexdigest()
    return f"site-{memory().get(SITES, 0)}-{asked}"


def _keep(key, site, request) -> None:
    if site.hostname == _hostname(request):
        memory().add(key, site, settings.SITE_IS_KEPT)


def _hostname(request) -> str:
    return split_domain_port(request.get_host())[0]


def forget_sites(instance, **_signal) -> None:
    """Look sites up anew after one, or a page that may be its first, was changed."""
    if isinstance(instance, Site | Page):
        _forget_kept()
        after_commit(_forget_kept)  # who looked meanwhile saw what was


def look_anew() -> None:
    """Forget which sites and addresses there are: another process may have changed them."""
    _forget_kept()
    Site.clear_site_root_paths_cache()


def _forget_kept() -> None:
    memory().set(SITES, time.monotonic_ns())


def site_for_hostname(hostname, port) -> Site:
    """Find whose host was asked, by Wagtail's rule; ranked here, its question costs a third of what it did.

    First the Site of this very host and port, then of this host when it is the default, then the only
    other one of this host, then the default.
    """
    rows = Site._base_manager.filter(Q(hostname=hostname) | Q(is_default_site=True))
    sites = list(rows.select_related("root_page"))
    here = [site for site in sites if site.hostname == hostname]
    exact = [site for site in here if site.port == int(port)]
    exact += [site for site in here if site.is_default_site]
    default = [site for site in sites if site.is_default_site]
    found = exact or (here if len(here) == 1 else default)
    if not found:
        raise Site.DoesNotExist
    return found[0]


def municipality_for(request) -> Municipality | None:
    """Find the municipality of the host that was asked: the Site's name is the municipality's slug."""
    key, site = _key(request), Site.find_for_request(request)
    if site is None:
        return None
    _keep(key, site, request)
    return _of_slug(site.site_name)


def _of_slug(slug: str) -> Municipality | None:
    """Find a municipality in one query, that of its generation while nothing of it changed."""
    key, look = f"municipality-{slug}", Municipality.objects.filter(slug=slug).first
    last = memory().get(key)
    found = worked_out(f"itself-{slug}", last, look) if last else look()
    if found and found.pk != last:
        memory().set(key, found.pk)
    return found


def municipality_of_handshake(scope) -> Municipality | None:
    """Find the municipality of the host that a socket came to, by the rule for requests."""
    request = ASGIRequest({**scope, "method": "GET"}, None)
    request.get_host()  # refused when this installation doesn't answer to it
    recall_site(request)
    return municipality_for(request)


def site_of(municipality) -> Site | None:
    """Find the Site of a municipality; None while it has none."""
    sites = Site.objects.filter(site_name=municipality.slug).select_related("root_page")
    return sites.first()


def homes_of(municipality) -> list[Page]:
    """List the first pages of a municipality, one for each language it has."""
    site = site_of(municipality)
    if site is None:
        return []
    return list(Page.objects.filter(translation_key=site.root_page.translation_key))


def collection_of(municipality) -> Collection:
    """Find or make the place for a municipality's files: the one right under the root bears its slug."""
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    found = root.get_children().filter(name=municipality.slug).first()
    return found or root.add_child(name=municipality.slug)


def municipality_of_page(page) -> Municipality | None:
    """Find whose page this is, in whichever language; None for pages that belong to no site."""
    homes = page.get_ancestors(inclusive=True).filter(depth=2).values("translation_key")
    sites = Site.objects.filter(root_page__translation_key__in=homes).values("site_name")
    return Municipality.objects.filter(slug__in=sites).first()


def municipality_of_collection(collection) -> Municipality | None:
    """Find whose files lie in a collection: the one right under the root bears the slug."""
    above = collection.get_ancestors(inclusive=True).filter(depth=2).values("name")
    return Municipality.objects.filter(slug__in=above).first()


def port_of_sites() -> int:
    """Give the port that all sites of this installation answer on, as PUBLIC_URL says."""
    address = urlsplit(settings.PUBLIC_URL)
    return address.port or (443 if address.scheme == "https" else 80)
