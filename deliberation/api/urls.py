"""URL patterns of the API: outside the languages, and none ends in a slash."""

from django.urls import path

from . import document, frameworks, points  # noqa: F401  each adds its addresses to `api`
from .serving import api, endpoint, nothing_here

urlpatterns = [
    path(f"v1/{one.pattern}", endpoint(one.callback, read=one.name != "api_advice"), name=one.name)
    for one in api.urls[0]
    if one.name != "api-root"
]
urlpatterns += [path("<path:rest>", endpoint(nothing_here))]
