"""Translation files (PO) are read before wagtail-localize reads them: it answers 500 to one without a header."""

import polib
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

ADDRESS = ("wagtail_localize", "upload_pofile")
LARGEST = 1024 * 1024  # bytes; a page of ours has 20,000
OWNER = "X-WagtailLocalize-TranslationID"
NO_FILE = _(
    "Choose a file first. It is the file that you downloaded here, with the translations filled in."
)
NO_PO_FILE = _(
    "This is not a translation file that we can read. Download it here again, and keep its first lines."
)


class ReadableTranslations:
    """Refuse a translation file that can't be read, with words."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, _view, _args, _kwargs):
        found = request.resolver_match
        if (found.namespace, found.url_name) != ADDRESS or not request.user.is_staff:
            return None
        reason = mistake_in(request.FILES.get("file")) if request.method == "POST" else ""
        return render(request, "400.html", {"reason": reason}, status=400) if reason else None


def mistake_in(file):
    """Say what is wrong with a translation file; nothing when it can be read."""
    if file is None:
        return NO_FILE
    if file.size > LARGEST:
        return NO_PO_FILE
    try:
        read = polib.pofile(file.read().decode() + "\n")  # a line end: never the name of a file
    except (OSError, ValueError, IndexError, KeyError, AttributeError):
        return NO_PO_FILE
    finally:
        file.seek(0)
    return "" if OWNER in read.metadata else NO_PO_FILE
