"""What does a test of frameworks need? Somebody who may write one, and a draft."""

from django.utils import timezone

from cms.frameworks import operations
from deliberation.projects.models import Role
from tests.builders import a_municipality, a_user
from tests.cms.site import a_site

NOTHING_YET = 'title = { nl = "Nieuw", en = "New" }\nvalid_from = 2027-01-01\n'


def a_draft(actor, municipality, source=NOTHING_YET, name="eigen"):
    """Begin a framework of this municipality's own."""
    return operations.start_framework(
        actor=actor,
        municipality=municipality,
        key=f"{municipality.slug.replace('-', '_')}_{name}",
        source=source,
        now=timezone.now(),
    )


def an_officer(municipality=None):
    """Make somebody who may write frameworks here, and the site they work on."""
    municipality = municipality or a_municipality()
    a_site(municipality)
    return a_user(Role.ADMINISTRATOR, municipality=municipality)
