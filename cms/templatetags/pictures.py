"""Pictures in a page, which stays readable where a smaller copy of one can't be made: a full disk, a broken file.

Wagtail makes the copy when somebody first looks, so reading a page may write.
"""

import logging

from django import template
from django.db import DatabaseError
from wagtail.images.models import SourceImageIOError
from wagtail.images.templatetags.wagtailimages_tags import image

register = template.Library()
log = logging.getLogger(__name__)
CANNOT_BE_MADE = (DatabaseError, OSError, SourceImageIOError)


def copy_of(source, filter_):
    """Give a smaller copy of a picture; None when it can't be made now."""
    try:
        made = source.get_rendition(filter_)
    except CANNOT_BE_MADE:
        log.exception("A picture was left out of a page")
        return None
    return made if made.pk else None  # on a full disk one is given that isn't stored


class Picture(template.Node):
    """Wagtail's `image`, and nothing in its place when that can't be made now."""

    def __init__(self, made: template.Node):
        self.made = made

    def render(self, context):
        source = self.made.validate_image(context)
        if source is None or copy_of(source, self.made.get_filter()) is None:
            return ""
        return self.made.render(context)  # it finds the copy that is there now


@register.tag
def picture(parser, token):
    return Picture(image(parser, token))
