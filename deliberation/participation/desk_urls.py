"""URL patterns of the desk screens that every instrument with contributions has; its own `desk_urls.py` mounts them."""

from django.urls import path

from . import desk_views
from .desk_views import ACTIONS


def desk_patterns(instrument) -> list:
    """Give the patterns of the queue of an instrument and of all that can be done with one contribution."""

    def screen(address, view, name, **more):
        own = {"instrument": instrument, **more}
        return path(address, view, own, name=instrument.named(name))

    return [
        screen("", desk_views.see_queue, "see_queue"),
        screen("<int:pk>/", desk_views.see_contribution, "see_contribution"),
        *(
            screen(f"<int:pk>/{one.address}/", desk_views.act_on_contribution, name, action=name)
            for name, one in ACTIONS.items()
        ),
        screen("<int:pk>/verbergen/", desk_views.hide_contribution, "hide_contribution"),
        screen("apart/<int:project_id>/", desk_views.settle_apart, "settle_apart"),
    ]
