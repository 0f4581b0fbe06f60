"""Which files do we take, and how large? The numbers, and what Wagtail is told of them."""

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 25 * MEGABYTE  # of a whole request; cms/files/upload_size.py cuts off there
LARGEST_PICTURE, LARGEST_DOCUMENT = 10 * MEGABYTE, 20 * MEGABYTE
MOST_PIXELS = 40_000_000
PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
DOCUMENTS = ("pdf", "odt", "docx", "xlsx", "ods", "csv", "txt")

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
