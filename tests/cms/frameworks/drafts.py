"""What does a test of drafts need around it?"""

from django.utils import timezone

from cms.frameworks import operations
from compass.models import Framework
from deliberation.projects.models import Role
from tests.builders import a_framework, a_municipality, a_user


def a_draft(municipality=None, source=None, actor=None):
    """Begin a draft with a copy of the framework we ship; by a new administrator, or by somebody."""
    municipality = municipality or a_municipality()
    based_on = Framework.objects.filter(owner="").first() or a_framework()
    return operations.start_framework(
        actor=actor or a_user(Role.ADMINISTRATOR, municipality=municipality),
        municipality=municipality,
        key=municipality.slug.replace("-", "_"),
        source=source or based_on.source,
        based_on=based_on,
        now=timezone.now(),
    )
