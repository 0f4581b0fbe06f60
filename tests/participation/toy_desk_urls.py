"""URL patterns of the desk screens of toys."""

from deliberation.participation.desk_urls import desk_patterns

from .toys import Toys

app_name = "toys"
urlpatterns = desk_patterns(Toys())
