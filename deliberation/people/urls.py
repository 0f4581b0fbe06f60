"""URL patterns of somebody's own data, below /mijn/."""

from django.urls import path

from . import views

app_name = "people"

urlpatterns = [
    path("", views.see_own_data, name="see_own_data"),
    path("bestand/", views.ask_own_data, name="ask_own_data"),
    path("bestand/<str:signed>/", views.take_own_data, name="take_own_data"),
    path("stoppen/<str:sealed>/", views.unsubscribe, name="unsubscribe"),
    path("verwijderen/", views.erase_person, name="erase_person"),
    path("verwijderd/", views.see_erased, name="see_erased"),
]
