"""URL patterns of the desk screens of a municipality's theme. Mounted once, under the admin."""

from django.urls import path

from . import views

app_name = "face"

urlpatterns = [
    path("", views.change_theme, name="change_theme"),
    path("niveaus/", views.name_levels, name="name_levels"),
    path("contrast/", views.measure_theme, name="measure_theme"),
    path("voorbeeld/", views.preview_theme, name="preview_theme"),
]
