"""What does every test of a door stand on? A municipality's site, nobody counted yet, and an organisation."""

import pytest

from tests.cms.site import a_site

from .organisation import PLACE, start

PEOPLE = ("an", "bo", "cas", "dee")


@pytest.fixture
def site(db):
    return a_site()


@pytest.fixture(scope="session")
def running_organisation(tmp_path_factory):
    organisation, process = start(tmp_path_factory.mktemp("organisation"), PEOPLE)
    yield organisation
    process.terminate()
    process.wait(10)


@pytest.fixture
def organisation(running_organisation, settings, site):
    """A real OpenID Connect provider that our municipality trusts."""
    settings.ISSUERS = {PLACE: running_organisation.issuer()}
    return running_organisation
