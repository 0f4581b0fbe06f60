"""Queries: the frameworks that everybody may read on this site, and the one the municipality chooses by."""

from datetime import date

from django.db.models import Q

from compass.models import Framework


def started_frameworks(municipality, day: date):
    """Find the versions that count or counted: of the platform and of this municipality, never of another."""
    readable = Q(owner="") | Q(owner=municipality.slug)
    return Framework.objects.filter(readable, valid_from__lte=day)


def framework_here(municipality, day: date, key: str = "", version: str = "") -> Framework | None:
    """Find one version; without a key of the framework in use here, without a version the one in force."""
    found = started_frameworks(municipality, day).filter(key=key or municipality.framework_key)
    if version:
        return found.filter(version=version).first()
    return found.order_by("valid_from", "published_at", "pk").last()


def versions_by_key(municipality, day: date) -> dict[str, list[Framework]]:
    """List every version that started, by key, the one in force first. One query."""
    versions: dict[str, list[Framework]] = {}
    started = started_frameworks(municipality, day)
    for one in started.order_by("key", "-valid_from", "-published_at", "-pk"):
        versions.setdefault(one.key, []).append(one)
    return versions
