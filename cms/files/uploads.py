"""Upload validation: which files we take from editors, and what is left of them. Never a byte more than they show."""

import zipfile
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from io import BytesIO
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from PIL import Image as Picture
from PIL import ImageCms, ImageOps
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from .upload_limits import DOCUMENTS, MEGABYTE, MOST_PIXELS, PICTURES

PACKED = ("odt", "docx", "xlsx", "ods")
MOST_PARTS, LARGEST_UNPACKED, MOST_TIMES = 2_000, 200 * MEGABYTE, 200
LONGEST_NAME = 80
# What Pillow calls a kind, what we keep it as, and its ending; a camera's JPEG can hold two pictures.
ENDINGS = {
    "JPEG": ("JPEG", "jpg"),
    "MPO": ("JPEG", "jpg"),
    "PNG": ("PNG", "png"),
    "WEBP": ("WEBP", "webp"),
}
FORMATS = ["JPEG", "PNG", "WEBP"]
KINDS_WE_TAKE = _("We take pictures as JPG, PNG or WebP. Save this one as one of these.")
UNREADABLE = _("We cannot read this picture. It is damaged or a part of it is missing.")


class PictureField(WagtailImageField):
    """Says beside the field what is wrong with a picture, also where Pillow gives up half-way."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.error_messages |= {
            "invalid_image_extension": KINDS_WE_TAKE,
            "invalid_image_known_format": KINDS_WE_TAKE,
            "invalid_image": UNREADABLE,
        }

    def to_python(self, data):
        try:
            return super().to_python(data)
        except ValidationError:
            raise
        except Exception as error:  # Pillow says no in many ways
            raise ValidationError(UNREADABLE, code="broken") from error


class PictureForm(BaseImageForm):
    """Takes a picture, and keeps only its pixels; one with another kind's name gets its own."""

    def __init__(self, data=None, files=None, **options):
        for file in (files or {}).values():
            name_by_content(file)
        super().__init__(data, files, **options)
        if given := self.fields.get("file"):
            about = {"label": given.label, "required": given.required, "widget": given.widget}
            self.fields["file"] = PictureField(**about)

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
    """Draw a picture anew: what was hidden in or behind it is gone, and so is where it was taken.

    What it is, is told by its bytes; a name that says otherwise is put right.
    """
    if _extension(file.name) not in PICTURES:
        raise ValidationError(KINDS_WE_TAKE, code="kind")
    file.seek(0)
    try:
        with Picture.open(file, formats=FORMATS) as given:
            if given.width * given.height > MOST_PIXELS:
                raise _too_many_pixels(given)
            kind = given.format
            drawn = _drawn(ImageOps.exif_transpose(given), kind)
    except ValidationError:
        raise
    except Exception as error:  # Pillow says no in many ways
        raise ValidationError(UNREADABLE, code="broken") from error
    made = ContentFile(drawn, name=safe_name(_named(file.name, kind)))
    made.content_type = f"image/{kind.lower()}"
    return made


def name_by_content(file) -> None:
    """Give a picture with the ending of another kind that we take its own; what it is not, stays unnamed."""
    if _extension(file.name) not in PICTURES:
        return
    try:
        with Picture.open(file, formats=FORMATS) as given:
            file.name = _named(file.name, given.format)
    except Exception:  # noqa: S110 (whoever reads it next says what is wrong)
        pass
    finally:
        file.seek(0)


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


def _named(name: str, kind: str) -> str:
    """Keep an ending that fits the kind, and put right one that doesn't."""
    stem, _dot, ending = name.rpartition(".")
    return (
        name if PICTURES.get(ending.lower()) == ENDINGS[kind][0] else f"{stem}.{ENDINGS[kind][1]}"
    )


def _drawn(picture, kind: str) -> bytes:
    pixels = plain(picture)
    if kind in ("JPEG", "MPO"):
        pixels, kind = pixels.convert("RGB"), "JPEG"
    canvas = Picture.new(pixels.mode, pixels.size)
    canvas.paste(pixels)  # pixels only: no comments, profiles or places come along
    made = BytesIO()
    canvas.save(made, format=kind, quality=88, optimize=kind != "WEBP")
    return made.getvalue()


def plain(picture):
    """Give the pixels (of the first frame) in sRGB or grey, with what can be seen through."""
    if picture.mode.startswith(("I", "F")):
        picture = _in_eight_bits(picture)
    if picture.has_transparency_data:
        picture = picture.convert("LA" if picture.mode in ("L", "LA") else "RGBA")
    elif picture.mode not in ("L", "RGB", "CMYK"):
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    in_srgb = _in_srgb(picture)
    if in_srgb.mode in ("LA", "RGBA"):
        return in_srgb.convert("RGBA")
    return in_srgb if in_srgb.mode in ("RGB", "L") else in_srgb.convert("RGB")


def _in_eight_bits(picture):
    """Bring a scan of 16 bits to 8; Pillow would cut off all above 255, and leave white."""
    brightest = 65535 if picture.getextrema()[1] > 255 else 255
    grey = picture.convert("F").point(lambda value: value * (255 / brightest)).convert("L")
    grey.info["icc_profile"] = picture.info.get("icc_profile")
    return grey


def _in_srgb(picture):
    """Work the colours of a profile out, as the profile is not kept; one that can't be read is let go."""
    profile = picture.info.get("icc_profile")
    if not profile:
        return picture
    alpha = picture.getchannel("A") if picture.mode in ("RGBA", "LA") else None
    try:
        made = ImageCms.profileToProfile(
            picture.convert(picture.mode.removesuffix("A")),
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    if alpha:
        made.putalpha(alpha)
    return made


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
    try:
        if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
            text = text.decode("utf-16").encode()
        cut_off = False
    except UnicodeDecodeError:
        cut_off = True
    if cut_off or b"\x00" in text:
        raise ValidationError(_("This is not a text, though its name says so."), code="broken")


def _extension(name: str) -> str:
    return name.rpartition(".")[2].lower()
