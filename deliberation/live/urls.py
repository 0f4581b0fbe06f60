"""URL patterns of live pages, joining and results. They stand outside the languages."""

from django.urls import path

from deliberation.people import codes  # noqa: F401 (registers <code:…>)

from .counting import views as result_views
from .joining import views as door_views
from .screens import views as screen_views

urlpatterns = [
    path("meedoen", door_views.meedoen, name="meedoen"),
    path("s/run/<int:run_id>/", screen_views.resident, name="resident"),
    path("s/run/<int:run_id>/console/", screen_views.console, name="console"),
    path("s/run/<int:run_id>/projector/", screen_views.projector, name="projector"),
    path("s/run/<int:run_id>/do/", screen_views.do, name="do"),
    path("s/run/<int:run_id>/regions/", screen_views.regions_since, name="regions"),
    path("s/uitslag/<int:session_id>/", result_views.session_results, name="session_results"),
    path(
        "s/uitslag/<int:session_id>.csv",
        result_views.session_results_file,
        {"form": "csv"},
        name="session_results_csv",
    ),
    path(
        "s/uitslag/<int:session_id>.xlsx",
        result_views.session_results_file,
        {"form": "xlsx"},
        name="session_results_xlsx",
    ),
    path(
        "s/uitslag/<int:session_id>.json",
        result_views.session_results_json,
        name="session_results_json",
    ),
    path("s/card/<code:card>", door_views.use_card, name="use_card"),
    path("s/<code:code>", door_views.join_run, name="join_run"),
]
