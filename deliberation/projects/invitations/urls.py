"""URL patterns of the invitations that somebody received, below /mijn/."""

from django.urls import path

from . import views

app_name = "invitations"

urlpatterns = [
    path("", views.see_invitations, name="see_invitations"),
    path("<int:pk>/aanvaarden/", views.accept_role, name="accept_role"),
    path("<int:pk>/weigeren/", views.decline_role, name="decline_role"),
]
