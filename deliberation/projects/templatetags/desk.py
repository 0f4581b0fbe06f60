"""Which addresses stand on every desk screen, for those without Wagtail's menu?"""

from django import template
from django.urls import reverse

from ..hooks import desk_links as registered

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_links(context) -> list[dict]:
    """List the desk's screens as {label, href, current}; current is where the reader is or below it."""
    path = context["request"].path
    links = [
        {"label": label, "href": reverse(name)} for label, name in registered(context["request"])
    ]
    deepest = max((link["href"] for link in links if path.startswith(link["href"])), default="")
    return [{**link, "current": link["href"] == deepest} for link in links]
