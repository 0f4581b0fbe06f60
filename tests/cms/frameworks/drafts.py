"""What does a test of frameworks need? Somebody who may write one, and a draft."""

from django.utils import timezone

from cms.frameworks import operations
from compass.models import Framework
from deliberation.projects.models import Role
from tests.builders import a_framework, a_municipality, a_user
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


def a_copied_draft(municipality=None, source=None):
    """Begin a draft with a copy of the framework we ship, by a new administrator."""
    municipality = municipality or a_municipality()
    based_on = Framework.objects.filter(owner="").first() or a_framework()
    return operations.start_framework(
        actor=a_user(Role.ADMINISTRATOR, municipality=municipality),
        municipality=municipality,
        key=municipality.slug.replace("-", "_"),
        source=source or based_on.source,
        based_on=based_on,
        now=timezone.now(),
    )
