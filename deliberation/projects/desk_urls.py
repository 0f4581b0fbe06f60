"""URL patterns of the officer's desk. Mounted once, by cms, under the admin."""

from django.urls import include, path
from django.views.generic import RedirectView

from . import views, wizard
from .reporting import desk_views as reporting
from .roles import desk_views as roles_desk

app_name = "projects"

urlpatterns = [
    path("", views.see_desk, name="see_desk"),
    path("projecten/nieuw/", views.create_project, name="create_project"),
    path("projecten/<int:pk>/", views.see_project, name="see_project"),
    path("projecten/<int:pk>/wijzigen/", views.change_project, name="change_project"),
    path("projecten/<int:pk>/fase/", views.add_phase, name="add_phase"),
    path("fasen/<int:pk>/", views.change_phase, name="change_phase"),
    path("fasen/<int:pk>/verwijderen/", views.remove_phase, name="remove_phase"),
    path("projecten/<int:pk>/rollen/", roles_desk.invite_colleague, name="invite_colleague"),
    path("projecten/<int:pk>/beslispunt/", wizard.name_decision_point, name="name_decision_point"),
    path("rollen/", roles_desk.see_roles, name="see_roles"),
    # Giving a role without asking was a screen of its own; bookmarks of it lead on.
    path("rollen/geven/", RedirectView.as_view(pattern_name="projects:invite_colleague")),
    path("rollen/collega/", roles_desk.invite_colleague, name="invite_colleague"),
    path(
        "uitnodigingen/<int:pk>/intrekken/",
        roles_desk.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("rollen/wissen/", roles_desk.erase_by_letter, name="erase_by_letter"),
    path("rollen/<int:pk>/intrekken/", roles_desk.withdraw_role, name="withdraw_role"),
    path("rollen/<int:pk>/bevestigen/", roles_desk.confirm_role, name="confirm_role"),
    path("beslispunten/<int:pk>/", wizard.see_decision_point, name="see_decision_point"),
    path(
        "beslispunten/<int:pk>/wijzigen/",
        wizard.change_decision_point,
        name="change_decision_point",
    ),
    path("beslispunten/<int:pk>/kompas/", include("deliberation.projects.assessing.urls")),
    path("", include("deliberation.projects.deciding.urls")),
    path("beloften/", views.see_promises, name="see_promises"),
    path("stand-van-zaken/", reporting.see_status, name="see_status"),
    path(
        "projecten/<int:pk>/stand-van-zaken/", reporting.report_project_status, name="report_status"
    ),
    path("beslispunten/<int:pk>/besluit/", reporting.record_point_outcome, name="record_outcome"),
]
