"""URL patterns of the desk screens of questions. Mounted once, by cms."""

from django.urls import path

from deliberation.participation.desk_urls import desk_patterns
from deliberation.registry import plugin

from . import desk_views

app_name = "questions"

urlpatterns = [
    *desk_patterns(plugin("questions")),
    path("termijn/<int:point_id>/", desk_views.set_answer_term, name="set_answer_term"),
]
