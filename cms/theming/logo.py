"""The logo that somebody uploads: it is drawn anew, so that nothing else comes along."""

import io

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from cms.files.uploads import UNREADABLE, plain
from compass.refusal import Refused

MOST_BYTES = 1024 * 1024
MOST_PIXELS = 4000 * 4000
FORMATS = ("PNG", "JPEG", "WEBP")  # no SVG: that is a program, not a picture
TOO_LARGE = _("This picture is too large. Make it smaller.")
BOX = (640, 240)  # twice the size on screen, for sharp screens


def drawn_anew(upload) -> bytes:
    """Give a PNG of what an uploaded picture shows, at most 640 by 240 points, and nothing besides.

    Refused: more than 1 MB or 16 million points, and what is no PNG, JPEG or WebP.
    """
    if upload.size > MOST_BYTES:
        raise Refused(_("This file is larger than 1 MB. Make it smaller."), field="logo")
    try:
        picture = Image.open(io.BytesIO(upload.read()), formats=FORMATS)
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(TOO_LARGE, field="logo")
        drawn = plain(ImageOps.exif_transpose(picture)).convert("RGBA")
    except Refused:
        raise
    except Image.DecompressionBombError as error:
        raise Refused(TOO_LARGE, field="logo") from error
    except UnidentifiedImageError as error:
        raise Refused(_("Choose a picture: PNG, JPEG or WebP."), field="logo") from error
    except Exception as error:  # Pillow says no in many ways
        raise Refused(UNREADABLE, field="logo") from error
    drawn.thumbnail(BOX)
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)  # pixels only: no text, place or profile comes along
    out = io.BytesIO()
    clean.save(out, "PNG", optimize=True)
    return out.getvalue()
