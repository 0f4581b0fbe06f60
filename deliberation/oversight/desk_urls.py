"""The addresses of oversight on the desk: all choices, and the council's sheet. Mounted once, by cms."""

from django.urls import path

from . import views

app_name = "oversight"

urlpatterns = [
    path("keuzes/", views.see_oversight, name="see_oversight"),
    path("beslispunten/<int:pk>/raadspagina/", views.see_council_page, name="see_council_page"),
]
