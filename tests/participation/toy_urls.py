"""URL patterns of toys for residents: as short as those of any instrument."""

from deliberation.participation.urls import public_patterns

from .toys import Toys, WishForm

urlpatterns = public_patterns(Toys(), WishForm, "speelgoed", "wensen")
