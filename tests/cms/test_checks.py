"""Does a deploy check refuse what must not go on the internet?"""

import pytest

from cms.checks import know_the_public_address, refuse_the_demo
from cms.demo.content import ADDRESS
from deliberation.people.models import User

pytestmark = pytest.mark.django_db


def test_the_demos_accounts_and_setting_are_refused(settings):
    settings.TESTING = False
    assert refuse_the_demo(None) == []
    settings.DEMO = True
    User.objects.create_user("beheer" + ADDRESS, "x")
    assert [error.id for error in refuse_the_demo(None)] == ["cms.E001", "cms.E002"]


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://gemeente.example"])
def test_an_address_without_https_is_refused(settings, address):
    settings.PUBLIC_URL = address
    assert [error.id for error in know_the_public_address(None)] == ["cms.E003"]
    settings.PUBLIC_URL = "https://meedoen.gemeente.example"
    assert know_the_public_address(None) == []
