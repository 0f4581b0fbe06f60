"""URL patterns of contributions for residents: receipts, and the pages that an instrument mounts under its words."""

from django.urls import path

from deliberation.people import codes  # noqa: F401 (registers <code:…>)

from . import views

urlpatterns = [
    path("volg/", views.follow, name="follow"),
    path("volg/<code:receipt>", views.follow_contribution, name="follow_contribution"),
    # Of every instrument, and of one that was taken out.
    path("volg/steun/<int:contribution_id>/", views.take_back_support, name="take_back_support"),
]


def public_patterns(instrument, form_class, address: str, giving: str) -> list:
    """Give the patterns of the list, of one contribution, and of what residents do; they stand inside the languages."""

    def page(rest, view, name, **more):
        own = {"instrument": instrument, **more}
        return path(f"{address}/<int:project_id>/{rest}", view, own, name=instrument.named(name))

    one = "<int:contribution_id>/"
    support = page(f"{one}steunen/", views.support_contribution, "support_contribution")
    return [
        page("", views.see_contributions, "see_contributions"),
        page(f"{giving}/", views.give, instrument.give, form_class=form_class),
        page(one, views.see_contribution, "see_contribution"),
        *([support] if instrument.supported else []),
    ]
