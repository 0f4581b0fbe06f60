"""URL patterns of questions for residents: receipts stand outside the languages, pages inside."""

from django.urls import path

from deliberation.people import codes  # noqa: F401 (registers <code:…>)

from . import views

urlpatterns = [
    path("volg/", views.follow, name="follow"),
    path("volg/<code:receipt>", views.follow_question, name="follow_question"),
]
translated = [
    path("vragen/<int:project_id>/", views.see_questions, name="see_questions"),
    path("vragen/<int:project_id>/stellen/", views.ask_question, name="ask_question"),
    path("vragen/<int:project_id>/<int:question_id>/", views.see_question, name="see_question"),
]
