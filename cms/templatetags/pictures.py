"""Pictures in a page, which stays readable where a smaller copy of one can't be made: a full disk, a broken file.

Wagtail makes the copy when somebody first looks, so reading a page may write.
"""

import logging

from django import template
from django.db import DatabaseError
from wagtail.images.templatetags.wagtailimages_tags import image

register = template.Library()
log = logging.getLogger(__name__)
CANNOT_BE_MADE = (DatabaseError, OSError)


class Picture(template.Node):
    """Wagtail's `image`, and nothing in its place when that can't be made now."""

    def __init__(self, made: template.Node):
        self.made = made

    def render(self, context):
        try:
            return self.made.render(context)
        except CANNOT_BE_MADE:
            log.exception("A picture was left out of a page")
            return ""


@register.tag
def picture(parser, token):
    return Picture(image(parser, token))
