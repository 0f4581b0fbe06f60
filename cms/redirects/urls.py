"""URL patterns of the redirects of a municipality's site. Mounted once, under the admin."""

from django.urls import path

from . import views

app_name = "redirects"

urlpatterns = [
    path("", views.see_redirects, name="see_redirects"),
    path("<int:pk>/weg/", views.remove_redirect, name="remove_redirect"),
]
