"""What does the organisation tell about its people? What a test wrote in a file, read for each request."""

import json

from django.conf import settings
from oauth2_provider.oauth2_validators import OAuth2Validator


class Claims(OAuth2Validator):
    """Tell everything at every scope, in the token and in the profile."""

    oidc_claim_scope = None

    def get_additional_claims(self, request):
        file = settings.FOLDER / f"{request.user.get_username()}.json"
        return json.loads(file.read_text())
