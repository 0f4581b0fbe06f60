"""URL patterns of the open compass: translated, and outside any namespace."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.try_gates, name="try_gates"),
    path("afwegen/", views.try_criteria, name="try_criteria"),
    path("verschil/", views.try_difference, name="try_difference"),
    path("regels/", views.read_rules, name="read_rules"),
]
