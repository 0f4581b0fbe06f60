"""URL patterns of the screens that assess a decision point. Included by desk_urls.py."""

from django.urls import path

from . import views, what_if

urlpatterns = [
    path("", views.assess_decision_point, name="assess_decision_point"),
    path("vragen/", views.assess_criteria, name="assess_criteria"),
    path("verschil/", what_if.see_difference, name="see_difference"),
    path("overnemen/", views.take_over, name="take_over_answers"),
]
