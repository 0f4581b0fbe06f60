"""URL patterns of the API: outside the languages, and none ends in a slash."""

from django.urls import path

from .document import openapi
from .frameworks import give_advice, list_frameworks, show_framework
from .points import list_points, show_point
from .serving import endpoint, nothing_here

nothing = endpoint(get=nothing_here, post=nothing_here)

urlpatterns = [
    path("v1/openapi.json", endpoint(get=openapi), name="openapi"),
    path("v1/frameworks", endpoint(get=list_frameworks), name="api_frameworks"),
    path("v1/frameworks/<slug:key>", endpoint(get=show_framework), name="api_framework"),
    path("v1/frameworks/<slug:key>/advice", endpoint(post=give_advice), name="api_advice"),
    path("v1/decision-points", endpoint(get=list_points), name="api_points"),
    path("v1/decision-points/<int:pk>", endpoint(get=show_point), name="api_point"),
    path("<path:rest>", nothing),
]
