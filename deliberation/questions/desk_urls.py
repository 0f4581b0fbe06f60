"""URL patterns of the desk screens of questions. Mounted once, by cms."""

from django.urls import path

from . import desk_views

app_name = "questions"

urlpatterns = [
    path("", desk_views.see_queue, name="see_queue"),
    path("<int:pk>/", desk_views.see_question, name="see_question"),
    path("<int:pk>/publiceren/", desk_views.publish_question, name="publish_question"),
    path("<int:pk>/niet-plaatsen/", desk_views.reject_question, name="reject_question"),
    path("<int:pk>/samenvoegen/", desk_views.merge_question, name="merge_question"),
    path("<int:pk>/beantwoorden/", desk_views.answer_question, name="answer_question"),
    path("<int:pk>/later/", desk_views.park_question, name="park_question"),
    path("<int:pk>/datum/", desk_views.change_promise, name="change_promise"),
    path("<int:pk>/verbergen/", desk_views.hide_question, name="hide_question"),
    path("<int:pk>/tonen/", desk_views.show_question, name="show_question"),
    path("apart/<int:project_id>/", desk_views.settle_apart, name="settle_apart"),
    path("termijn/<int:point_id>/", desk_views.set_answer_term, name="set_answer_term"),
]
