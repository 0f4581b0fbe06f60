"""Which municipality does this Wagtail Site belong to?"""

from wagtail.models import Site

from deliberation.projects.models import Municipality


def municipality_for(request) -> Municipality | None:
    """Find the municipality of the host that was asked: the Site's name is the municipality's slug."""
    site = Site.find_for_request(request)
    return Municipality.objects.filter(slug=site.site_name).first() if site else None
