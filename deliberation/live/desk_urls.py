"""Which address leads to which screen about live sessions on the officer's desk? Mounted once, by cms."""

from django.urls import path

from . import desk_views

app_name = "live"

urlpatterns = [
    path("", desk_views.see_sessions, name="see_sessions"),
    path("nieuw/<int:project_id>/", desk_views.create_session, name="create_session"),
    path("<int:pk>/", desk_views.see_session, name="see_session"),
    path("<int:pk>/nog-een/", desk_views.create_run, name="create_run"),
    path("runs/<int:run_id>/onderdeel/", desk_views.add_item, name="add_item"),
    path("onderdelen/<int:item_id>/peiling/", desk_views.add_activity, name="add_activity"),
    path("runs/<int:run_id>/codes/", desk_views.print_codes, name="print_codes"),
]
