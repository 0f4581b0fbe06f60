"""Which files do we take from editors, and what is left of them? Never a byte more than they show."""

import zipfile
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from .upload_limits import DOCUMENTS, MEGABYTE, MOST_PIXELS, PICTURES

PACKED = ("odt", "docx", "xlsx", "ods")
MOST_PARTS, LARGEST_UNPACKED, MOST_TIMES = 2_000, 200 * MEGABYTE, 200
LONGEST_NAME = 80


class PictureForm(BaseImageForm):
    """Takes a picture, and keeps only its pixels."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        return only_pixels(file) if "file" in self.changed_data and file else file


class DocumentForm(BaseDocumentForm):
    """Takes a document that is what its name says, and unpacks to no more than it should."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" in self.changed_data and file:
            file.name = safe_name(file.name)
            check_document(file)
        return file


def only_pixels(file) -> ContentFile:
    """Draw a picture anew: what was hidden in or behind it is gone, and so is where it was taken."""
    kind = PICTURES.get(_extension(file.name))
    if kind is None:
        raise ValidationError(_("We take pictures as JPG, PNG or WebP."), code="kind")
    file.seek(0)
    try:
        with Picture.open(file, formats=[kind]) as given:
            if given.width * given.height > MOST_PIXELS:
                raise _too_many_pixels(given)
            drawn = _drawn(ImageOps.exif_transpose(given), kind)
    except ValidationError:
        raise
    except Exception as error:  # Pillow says no in many ways
        raise ValidationError(_("This is not a picture we can read."), code="broken") from error
    made = ContentFile(drawn, name=safe_name(file.name))
    made.content_type = f"image/{kind.lower()}"
    return made


def check_document(file) -> None:
    """Refuse a document that is not what its name says, or unpacks to too much."""
    kind = _extension(file.name)
    if kind not in DOCUMENTS:
        names = ", ".join(DOCUMENTS)
        raise ValidationError(_("We take these kinds of documents: %s.") % names, code="kind")
    file.seek(0)
    start = file.read(8)
    if kind == "pdf" and not start.startswith(b"%PDF-"):
        raise ValidationError(_("This is not a PDF, though its name says so."), code="broken")
    if kind in PACKED:
        _check_packed(file)
    if kind in ("csv", "txt"):
        _check_text(file)
    file.seek(0)


def clean_waiting(sender, instance, **_signal) -> None:
    """Clean a file that waits for its form to be filled in: Wagtail keeps it as it came."""
    file = instance.file
    if not file or file._committed:
        return
    if instance.for_content_type.model == "image":
        instance.file = only_pixels(file.file)
    else:
        check_document(file.file)


def safe_name(name: str) -> str:
    """Give a file a name without a path, without two endings and of at most 80 letters."""
    plain = PurePath(name.replace("\\", "/")).name
    stem, dot, ending = plain.rpartition(".")
    stem = get_valid_filename((stem or "bestand").replace(".", "-").strip("- ") or "bestand")
    return f"{stem[:LONGEST_NAME]}{dot}{ending.lower()}"


def _drawn(picture, kind: str) -> bytes:
    plain = picture.convert("RGB") if kind == "JPEG" else picture
    if plain.mode not in ("RGB", "RGBA", "L", "LA"):
        plain = plain.convert("RGBA")
    canvas = Picture.new(plain.mode, plain.size)
    canvas.paste(plain)  # pixels only: no comments, profiles or places come along
    made = BytesIO()
    canvas.save(made, format=kind, quality=88, optimize=kind != "WEBP")
    return made.getvalue()


def _too_many_pixels(picture) -> ValidationError:
    return ValidationError(
        _(
            "This picture is too large: %(width)s by %(height)s. At most %(most)s million pixels fit."
        )
        % {"width": picture.width, "height": picture.height, "most": MOST_PIXELS // 1_000_000},
        code="pixels",
    )


def _check_packed(file) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise ValidationError(_("This document is damaged."), code="broken") from error
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > max(file.size * MOST_TIMES, MEGABYTE):
        raise _unpacks_to_too_much(unpacked)
    if unpacked > LARGEST_UNPACKED:
        raise _unpacks_to_too_much(unpacked)
    names = [part.filename.replace("\\", "/") for part in parts]
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        raise ValidationError(_("This document is damaged."), code="broken")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise ValidationError(_("We take no documents with macros."), code="macros")


def _unpacks_to_too_much(unpacked: int) -> ValidationError:
    size, most = filesizeformat(unpacked), filesizeformat(LARGEST_UNPACKED)
    text = _("This document unpacks to %(size)s. At most %(most)s fits.")
    return ValidationError(text % {"size": size, "most": most}, code="unpacked")


def _check_text(file) -> None:
    file.seek(0)
    text = file.read()
    if b"\x00" in text:
        raise ValidationError(_("This is not a text, though its name says so."), code="broken")


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()
