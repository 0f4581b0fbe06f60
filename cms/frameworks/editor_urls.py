"""URL patterns of the framework editor. They stand below the address of a draft."""

from django.urls import path

from .editing import screens

urlpatterns = [
    path("", screens.edit_framework, name="edit_framework"),
    path("titel/", screens.edit_titles, name="edit_titles"),
    path("scores/<int:place>/banden/", screens.edit_bands, name="edit_bands"),
    path("<slug:part>/", screens.edit_part, name="edit_part"),
    path("<slug:part>/nieuw/", screens.add_to_part, name="add_to_part"),
    path("<slug:part>/<int:place>/", screens.edit_in_part, name="edit_in_part"),
    path("<slug:part>/<int:place>/plaats/", screens.move_in_part, name="move_in_part"),
]
