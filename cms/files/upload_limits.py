"""Upload limits: which files we take and how large, and what Wagtail is told of that."""

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 25 * MEGABYTE  # of a whole request; cms/files/upload_size.py cuts off there
LARGEST_FORM = 2 * MEGABYTE  # of what residents send: no files
LARGEST_PICTURE, LARGEST_DOCUMENT = 10 * MEGABYTE, 20 * MEGABYTE
MOST_PIXELS = 40_000_000
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
DOCUMENTS = ("pdf", "odt", "docx", "xlsx", "ods", "csv", "txt")
# Where a request may be larger than a form, and why.
SEND_FILES = {"/admin/": "editors add pictures and documents"}

OPTIONS = {
    "WAGTAILIMAGES_IMAGE_FORM_BASE": "cms.files.uploads.PictureForm",
    "WAGTAILIMAGES_EXTENSIONS": list(PICTURES),  # no SVG: it can hold a script
    "WAGTAILIMAGES_MAX_UPLOAD_SIZE": LARGEST_PICTURE,
    "WAGTAILIMAGES_MAX_IMAGE_PIXELS": MOST_PIXELS,
    "WAGTAILDOCS_DOCUMENT_FORM_BASE": "cms.files.uploads.DocumentForm",
    "WAGTAILDOCS_EXTENSIONS": list(DOCUMENTS),
    "WAGTAILDOCS_MAX_UPLOAD_SIZE": LARGEST_DOCUMENT,
    "WAGTAILDOCS_INLINE_CONTENT_TYPES": [],  # a download, never a page of ours
    "WAGTAILDOCS_SERVE_METHOD": "serve_view",
    "WAGTAILEMBEDS_FINDERS": [],  # no address that somebody types is ever fetched
}


def largest_for(path: str) -> int:
    """Say how many bytes a request to this address may hold."""
    return LARGEST_UPLOAD if path.startswith(tuple(SEND_FILES)) else LARGEST_FORM


def too_large(most: int) -> bytes:
    """Say in two languages that a request is larger than this many bytes."""
    return (
        f"Dit is te groot. Een verzoek mag hier hoogstens {most // MEGABYTE} MB zijn.\n"
        f"This is too large. A request may hold {most // MEGABYTE} MB at most here.\n"
    ).encode()
