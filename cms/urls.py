"""URL patterns of the whole site."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.views.account import LogoutView
from wagtail.documents import urls as wagtaildocs_urls

from deliberation.api.urls import urlpatterns as api
from deliberation.open_compass.urls import urlpatterns as open_compass
from deliberation.participation.instrument import instruments

from .files.media import media
from .health import healthz, readyz
from .search.public_views import robots
from .search.sitemap import sitemap
from .theming.views import theme_css

to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)
to_password_reset = RedirectView.as_view(url=reverse_lazy("account_reset_password"))

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("theme/<str:digest>.css", theme_css, name="theme_css"),
    path("media/<path:path>", media, name="media"),
    path("api/", include(api)),
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    # Before Wagtail's own, or a password alone would open the desk.
    path("admin/login/", to_sign_in),
    path("admin/password_reset/", to_password_reset),
    path("admin/password_reset/<path:rest>", to_password_reset),
    # Wagtail's own forgets who somebody is even when it refuses: a picture on a page could sign staff out.
    path("admin/logout/", require_POST(LogoutView.as_view())),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("account/", include("cms.sign_in.urls")),
    path("account/", include("allauth.urls")),
    path("mijn/uitnodigingen/", include("deliberation.projects.invitations.urls")),
    path("mijn/", include("deliberation.people.urls")),
    path("", include("deliberation.participation.urls")),
    *(path("", include(one.urls)) for one in instruments() if one.urls),
]

if settings.DEBUG and settings.DEMO:
    urlpatterns.append(path("demo/post", include("cms.sign_in.demo_post")))

urlpatterns += i18n_patterns(
    path("_util/login/", to_sign_in),  # Wagtail's login for private pages knows no second factor
    path("kompas/", include(open_compass)),
    path("register/", include("deliberation.oversight.urls")),
    *(path("", include(one.page_urls)) for one in instruments() if one.page_urls),
    path("", include("cms.search.public_urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
