"""Is this installation safe to put on the internet?"""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, register
from django.db import DatabaseError

from cms.demo.content import ADDRESS


@register(Tags.security, deploy=True)
def refuse_the_demo(app_configs, **options):
    """Refuse the demo's accounts, whose password everybody can read, and the demo's own setting."""
    found = []
    if settings.DEMO:
        found.append(Error("SAMENKOMPAS_DEMO is on.", id="cms.E001"))
    if _demo_accounts():
        hint = "Start with an empty database."
        found.append(Error("The demo's accounts are in this database.", hint=hint, id="cms.E002"))
    return found


@register(Tags.security, deploy=True)
def know_the_public_address(app_configs, **options):
    """Refuse an address that phones can't open safely: codes, links in mail and previews point there."""
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    return [Error("SAMENKOMPAS_PUBLIC_URL must begin with https://", id="cms.E003")]


def _demo_accounts() -> bool:
    try:
        return get_user_model().objects.filter(email__endswith=ADDRESS, is_active=True).exists()
    except DatabaseError:  # not migrated yet: nobody is in it
        return False
