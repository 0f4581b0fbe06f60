"""What does the organisation tell about its people? What a test wrote in a file, read for each request.

`in_profile` is told in the profile only, which nobody signed.
"""

import json

from django.conf import settings
from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    """Tell everything at every scope, in the token and in the profile."""

    oidc_claim_scope = None

    def get_additional_claims(self, request):
        return {name: told for name, told in _told(request).items() if name != "in_profile"}

    def get_userinfo_claims(self, request):
        return super().get_userinfo_claims(request) | _told(request).get("in_profile", {})


def _told(request) -> dict:
    return json.loads((settings.FOLDER / f"{request.user.get_username()}.json").read_text())
