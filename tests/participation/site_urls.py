"""URL patterns of a site that has toys too: cms mounts what is registered when it starts, a test comes later."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms.urls import urlpatterns as site

DESK = [path("admin/participatie/speelgoed/", include("tests.participation.toy_desk_urls"))]
urlpatterns = [
    *decorate_urlpatterns(DESK, require_admin_access),
    *i18n_patterns(
        path("", include("tests.participation.toy_urls")), prefix_default_language=False
    ),
    *site,
]
