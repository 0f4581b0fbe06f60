"""Which live address leads where?"""

from django.urls import path

from . import door_views, result_views, views

urlpatterns = [
    path("meedoen", door_views.meedoen, name="meedoen"),
    path("s/run/<int:run_id>/", views.resident, name="resident"),
    path("s/run/<int:run_id>/console/", views.console, name="console"),
    path("s/run/<int:run_id>/projector/", views.projector, name="projector"),
    path("s/run/<int:run_id>/do/", views.do, name="do"),
    path("s/run/<int:run_id>/regions/", views.regions_since, name="regions"),
    path("s/uitslag/<int:session_id>/", result_views.session_results, name="session_results"),
    path(
        "s/uitslag/<int:session_id>.csv",
        result_views.session_results_csv,
        name="session_results_csv",
    ),
    path(
        "s/uitslag/<int:session_id>.json",
        result_views.session_results_json,
        name="session_results_json",
    ),
    path("s/card/<str:card>", door_views.use_card, name="use_card"),
    path("s/<str:code>", door_views.join_run, name="join_run"),
]
