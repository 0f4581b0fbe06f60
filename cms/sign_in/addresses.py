"""URLs that lead back here: in our mail to an address we chose."""

from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Site


def public_address(request, path: str) -> str:
    """Give the full address of one of our paths, on the host of the municipality that was asked.

    Only hosts that a Site has count; every other request gets SAMENKOMPAS_PUBLIC_URL.
    """
    own = urlsplit(settings.PUBLIC_URL)
    hosts = Site.objects.values_list("hostname", flat=True)
    asked = request.get_host().partition(":")[0] if request else ""
    if asked not in hosts or asked == own.hostname:
        return settings.PUBLIC_URL + path
    port = f":{own.port}" if own.port else ""
    return f"{own.scheme}://{asked}{port}{path}"
