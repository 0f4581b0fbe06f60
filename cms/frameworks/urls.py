"""URL patterns of the desk screens of frameworks. Mounted once, under the admin."""

from django.urls import include, path

from . import views
from .editor_urls import urlpatterns as editor_urls

app_name = "frameworks"

urlpatterns = [
    path("", views.see_frameworks, name="see_frameworks"),
    path("nieuw/", views.start_framework, name="start_framework"),
    path("gebruik/", views.use_framework, name="use_framework"),
    path("versies/<int:pk>/bestand/", views.export_framework, name="export_framework"),
    path("<int:pk>/", views.see_draft, name="see_draft"),
    path("<int:pk>/bewerken/", include(editor_urls)),
    path("<int:pk>/proberen/", views.try_draft, name="try_draft"),
    path("<int:pk>/vergelijken/", views.compare_draft, name="compare_draft"),
    path("<int:pk>/bestand/", views.export_draft, name="export_draft"),
    path("<int:pk>/voorstellen/", views.propose_framework, name="propose_framework"),
    path("<int:pk>/goedkeuren/", views.approve_framework, name="approve_framework"),
    path("<int:pk>/terug/", views.return_framework, name="return_framework"),
    path("<int:pk>/publiceren/", views.publish_framework, name="publish_framework"),
    path("<int:pk>/weggooien/", views.discard_framework, name="discard_framework"),
]
