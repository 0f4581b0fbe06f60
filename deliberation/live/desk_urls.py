"""Which address leads to which screen about live sessions on the officer's desk? Mounted once, by cms."""

from django.urls import path

from . import attendance_desk, card_desk, desk_views

app_name = "live"

urlpatterns = [
    path("", desk_views.see_sessions, name="see_sessions"),
    path("nieuw/<int:project_id>/", desk_views.create_session, name="create_session"),
    path("<int:pk>/", desk_views.see_session, name="see_session"),
    path("<int:pk>/nog-een/", desk_views.create_run, name="create_run"),
    path("runs/<int:run_id>/onderdeel/", desk_views.add_item, name="add_item"),
    path("onderdelen/<int:item_id>/peiling/", desk_views.add_activity, name="add_activity"),
    path(
        "peilingen/<int:activity_id>/vervangen/",
        desk_views.replace_activity,
        name="replace_activity",
    ),
    path("runs/<int:run_id>/codes/", desk_views.print_codes, name="print_codes"),
    path("runs/<int:run_id>/deelnemers/", attendance_desk.see_attendances, name="see_attendances"),
    path(
        "runs/<int:run_id>/deelnemers/<uuid:attendance_id>/wegsturen/",
        attendance_desk.ban_participant,
        name="ban_participant",
    ),
    path(
        "runs/<int:run_id>/weggestuurd/<int:ban_id>/toelaten/",
        attendance_desk.lift_ban,
        name="lift_ban",
    ),
    path("runs/<int:run_id>/kaarten/", card_desk.see_cards, name="see_cards"),
    path("runs/<int:run_id>/kaarten/maken/", card_desk.print_cards, name="print_cards"),
    path("runs/<int:run_id>/kaarten/pdf/", card_desk.cards_file, name="cards_file"),
    path("runs/<int:run_id>/toelating/", card_desk.set_strictness, name="set_strictness"),
    path(
        "runs/<int:run_id>/kaarten/<int:card_id>/blokkeren/",
        card_desk.block_card,
        name="block_card",
    ),
]
