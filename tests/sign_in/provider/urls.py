"""Which addresses does the organisation have? Its sign-in page, and those of the library."""

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.urls import base_urlpatterns, oidc_urlpatterns

urlpatterns = [
    path("sign-in/", LoginView.as_view()),
    path("", include((base_urlpatterns + oidc_urlpatterns, "oauth2_provider"))),
]
