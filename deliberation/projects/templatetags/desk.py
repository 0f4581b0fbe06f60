"""Template tags of the desk: the list of its screens, and the number by which a form counts once."""

import uuid

from django import template
from django.urls import reverse
from django.utils.html import format_html

from ..extension_points import desk_links as registered
from ..extension_points import is_public, when_read

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_links(context) -> list[dict]:
    """List the desk's screens as {label, href, current}; current is where the reader is or below it."""
    path = context["request"].path
    links = [
        {"label": link.label, "href": reverse(link.url_name)}
        for link in registered(context["request"])
    ]
    deepest = max((link["href"] for link in links if path.startswith(link["href"])), default="")
    return [{**link, "current": link["href"] == deepest} for link in links]


@register.simple_tag
def op_id() -> str:
    """Give a form that makes something the number by which it is done once, however often it is sent."""
    return format_html('<input type="hidden" name="op_id" value="{}">', uuid.uuid4())


register.simple_tag(when_read)
register.filter(is_public)
