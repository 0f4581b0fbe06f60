"""Which address leads to which screen of oversight on the desk? Included by desk_urls.py, without a prefix."""

from django.urls import path

from . import views

urlpatterns = [
    path("keuzes/", views.see_oversight, name="see_oversight"),
    path("beslispunten/<int:pk>/raadspagina/", views.see_council_page, name="see_council_page"),
]
