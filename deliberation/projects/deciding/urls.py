"""URL patterns of the desk screens of deciding. Included by desk_urls.py, without a prefix."""

from django.urls import path

from . import screens

urlpatterns = [
    path("beslispunten/<int:pk>/niveau/", screens.decide_level, name="decide_level"),
    path("beslispunten/<int:pk>/veranderen/", screens.change_frames, name="change_frames"),
    path(
        "beslispunten/<int:pk>/engels/",
        screens.translate_decision_point,
        name="translate_decision_point",
    ),
    path("beslispunten/<int:pk>/momenten/", screens.plan_moment, name="plan_moment"),
    path("momenten/<int:pk>/", screens.move_moment, name="move_moment"),
    path("momenten/<int:pk>/weg/", screens.cancel_moment, name="cancel_moment"),
]
