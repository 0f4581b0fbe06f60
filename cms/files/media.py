"""The view that serves media: pictures as pages show them, never an original; documents have a view of Wagtail's."""

import mimetypes

from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.views.decorators.http import require_safe
from wagtail.images import get_image_model

from cms.tenants.municipalities import municipality_of_collection
from cms.tenants.view_restrictions import accepts

A_YEAR = 60 * 60 * 24 * 365
SHOWN = "images/"  # where Wagtail keeps pictures in the sizes that pages ask for
FOR_EVERYBODY = "logos/"  # of municipalities (cms/theming/)


@require_safe
def media(request, path):
    """Give a picture that a page shows. Originals and documents are never given by their place on disk."""
    if ".." in path or "\x00" in path:
        raise Http404("nothing is shown there")
    restrictions, owner = ([], None) if path.startswith(FOR_EVERYBODY) else _restrictions(path)
    if not all(accepts(one, request, owner) for one in restrictions):
        raise PermissionDenied
    kind, _encoding = mimetypes.guess_type(path)
    try:
        file = default_storage.open(path)
    except (FileNotFoundError, ValueError) as error:
        raise Http404("no such picture") from error
    response = FileResponse(file, content_type=kind or "application/octet-stream")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'"
    # A name belongs to one content for ever; what is private is kept by nobody.
    response["Cache-Control"] = (
        "no-store" if restrictions else f"public, max-age={A_YEAR}, immutable"
    )
    return response


def _restrictions(path: str) -> tuple[list, object]:
    kind = get_image_model().get_rendition_model()
    shown = kind.objects.filter(file=path).select_related("image__collection").first()
    if shown is None or not path.startswith(SHOWN):
        raise Http404("no such picture")
    place = shown.image.collection
    restrictions = list(place.get_view_restrictions())
    return restrictions, municipality_of_collection(place) if restrictions else None
