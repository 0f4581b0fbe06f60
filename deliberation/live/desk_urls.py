"""URL patterns of the desk screens of live sessions. Mounted once, by cms."""

from django.urls import path

from .desk import attendance, cards, items, views

app_name = "live"

urlpatterns = [
    path("", views.see_sessions, name="see_sessions"),
    path("nieuw/<int:project_id>/", views.create_session, name="create_session"),
    path("<int:pk>/", views.see_session, name="see_session"),
    path("<int:pk>/wijzigen/", views.change_session, name="change_session"),
    path("<int:pk>/nog-een/", views.create_run, name="create_run"),
    path("runs/<int:run_id>/onderdeel/", items.add_item, name="add_item"),
    path("onderdelen/<int:item_id>/wijzigen/", items.change_item, name="change_item"),
    path("onderdelen/<int:item_id>/verplaatsen/", items.move_item, name="move_item"),
    path("onderdelen/<int:item_id>/weghalen/", items.remove_item, name="remove_item"),
    path("onderdelen/<int:item_id>/peiling/", views.add_activity, name="add_activity"),
    path(
        "peilingen/<int:activity_id>/vervangen/",
        views.replace_activity,
        name="replace_activity",
    ),
    path("runs/<int:run_id>/codes/", views.print_codes, name="print_codes"),
    path("runs/<int:run_id>/deelnemers/", attendance.see_attendances, name="see_attendances"),
    path(
        "runs/<int:run_id>/deelnemers/<uuid:attendance_id>/wegsturen/",
        attendance.ban_participant,
        name="ban_participant",
    ),
    path(
        "runs/<int:run_id>/weggestuurd/<int:ban_id>/toelaten/",
        attendance.lift_ban,
        name="lift_ban",
    ),
    path("runs/<int:run_id>/kaarten/", cards.see_cards, name="see_cards"),
    path("runs/<int:run_id>/kaarten/maken/", cards.print_cards, name="print_cards"),
    path("runs/<int:run_id>/kaarten/pdf/", cards.cards_file, name="cards_file"),
    path("runs/<int:run_id>/toelating/", cards.set_strictness, name="set_strictness"),
    path(
        "runs/<int:run_id>/kaarten/<int:card_id>/blokkeren/",
        cards.block_card,
        name="block_card",
    ),
]
