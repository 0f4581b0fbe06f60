"""Which address leads to which screen of a municipality's face? Mounted once, under the admin."""

from django.urls import path

from . import face

app_name = "face"

urlpatterns = [
    path("", face.change_theme, name="change_theme"),
    path("niveaus/", face.name_levels, name="name_levels"),
    path("contrast/", face.measure_theme, name="measure_theme"),
    path("voorbeeld/", face.preview_theme, name="preview_theme"),
]
