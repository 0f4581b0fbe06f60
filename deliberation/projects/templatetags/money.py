"""The template filter that writes an amount of money."""

from django import template

register = template.Library()


@register.filter
def euros(amount) -> str:
    """Write whole euros with a dot between the thousands, as people here do; nothing is 0."""
    return f"{amount or 0:,}".replace(",", ".")
