"""System checks: whether this installation is safe to put on the internet."""

import os

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError, connection
from django.http.request import validate_host
from wagtail.models import Site

from cms.demo.content import ADDRESS
from cms.sign_in.encryption import Authenticator, unreadable_factors
from deliberation.live.models import Round
from deliberation.live.round_secrets import try_a_secret
from deliberation.people.privacy.erased_list import UnreadableList, try_the_list
from deliberation.projects.models import Municipality


@register(Tags.security, deploy=True)
def refuse_the_demo(app_configs, **options):
    """Refuse the demo's accounts, whose password everybody can read, and the settings of demo and tests."""
    found = []
    if settings.DEMO:
        found.append(Error("SAMENKOMPAS_DEMO is on.", id="cms.E001"))
    if settings.TESTING:
        found.append(Error("SAMENKOMPAS_TESTING is on.", id="cms.E006"))
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


@register(Tags.security, deploy=True)
def need_a_place_for_secrets(app_configs, **options):
    """Refuse a place where no key of a poll can be kept: else it breaks on the evening itself."""
    try:
        try_a_secret()
    except OSError as failure:
        text = f"{settings.RUNTIME_DIR}: no file can be written here ({failure.strerror}), so no poll can be opened."
        hint = (
            "SAMENKOMPAS_RUNTIME_DIR names a folder of the service's own account. systemd makes it when the web starts "
            "(RuntimeDirectory=samenkompas): start it first, and run this check as that account."
        )
        return [Error(text, hint=hint, id="cms.E007")]
    return []


@register(Tags.security, deploy=True)
def need_the_list_of_erased(app_configs, **options):
    """Refuse a place where nobody can be written down as erased: else it fails when somebody asks for it."""
    hint = (
        "SAMENKOMPAS_ERASED_LIST names a file in a folder of the service's own account, that both units may write in: "
        "see “The environment” in docs/guides/install.md. Run this check as that account."
    )
    try:
        try_the_list()
    except OSError as failure:
        text = f"{settings.ERASED_LIST}: can't be written ({failure.strerror}), so nobody can be erased."
        return [Error(text, hint=hint, id="cms.E008")]
    except UnreadableList as failure:
        text = f"{failure.path}: can't be read, or isn't whole, so nobody can be erased."
        return [Error(text, hint="Put back a whole copy of it.", id="cms.E008")]
    return []


@register(Tags.security)
def refuse_one_issuer_for_all(app_configs, **options):
    """Refuse the variables of before, that trusted one issuer everywhere: an upgrade stops here, with what to do."""
    old = sorted(name for name in os.environ if name.startswith("SAMENKOMPAS_OIDC_"))
    if not old:
        return []
    hint = (
        "Each municipality has an issuer of its own now, in the file that SAMENKOMPAS_ISSUERS_FILE names: see "
        "“An organisation's own sign-in” in docs/guides/install.md. Then take these variables away."
    )
    return [Error(f"{', '.join(old)}: no longer read.", hint=hint, id="cms.E004")]


@register(Tags.security, deploy=True)
def know_whose_issuers(app_configs, **options):
    """Refuse an issuer of a municipality that isn't there: its button would show nowhere."""
    try:
        there = set(Municipality.objects.values_list("slug", flat=True))
    except DatabaseError:  # not migrated yet
        return []
    unknown = sorted(set(settings.ISSUERS) - there)
    hint = "manage.py municipality list shows the short names."
    return [
        Error(
            f"SAMENKOMPAS_ISSUERS_FILE: no municipality is called {slug}.", hint=hint, id="cms.E005"
        )
        for slug in unknown
    ]


@register(Tags.database)
def read_second_factors(app_configs, databases=None, **options):
    """Warn when second factors were encrypted under another key than the ones that are set."""
    tables = connection.introspection.table_names() if databases else ()
    if Authenticator._meta.db_table not in tables:  # not migrated yet, or nobody asks the database
        return []
    unreadable = len({one.user_id for one in unreadable_factors()})
    text = (
        "With this SAMENKOMPAS_SECRET_KEY the second factor can't be read of so many accounts: "
        f"{unreadable}."
    )
    hint = "Put the former key in SAMENKOMPAS_SECRET_KEY_FALLBACKS. Is it lost? manage.py second_factor --help"
    return [Warning(text, hint=hint, id="cms.W001")] if unreadable else []


@register(Tags.database)
def answer_to_every_site(app_configs, databases=None, **options):
    """Warn of sites that this installation doesn't answer to: after a backup came back their visitors read 400."""
    tables = connection.introspection.table_names() if databases else ()
    if not {Site._meta.db_table, Municipality._meta.db_table} <= set(tables):  # not migrated yet
        return []
    owned = Site.objects.filter(site_name__in=Municipality.objects.values("slug"))
    hosts = sorted(owned.values_list("hostname", flat=True))
    missing = [host for host in hosts if not validate_host(host, settings.ALLOWED_HOSTS)]
    text = f"SAMENKOMPAS_HOSTS lacks the hosts of these municipalities: {', '.join(missing)}."
    line = ",".join([*settings.ALLOWED_HOSTS, *missing])
    hint = f"Write SAMENKOMPAS_HOSTS={line} in the environment, and restart the web and the worker."
    return [Warning(text, hint=hint, id="cms.W003")] if missing else []


@register(Tags.database)
def close_polls_first(app_configs, databases=None, **options):
    """Warn when a poll is open: another version may not count what was cast in it as this one does."""
    tables = connection.introspection.table_names() if databases else ()
    if Round._meta.db_table not in tables:  # not migrated yet, or nobody asks the database
        return []
    number = Round.objects.filter(closed_at=None).count()
    text = f"Polls that are open now: {number}."
    hint = (
        "Close them at the console before you upgrade, and before you go back to an older version: their votes may "
        "be lost there, or count double."
    )
    return [Warning(text, hint=hint, id="cms.W002")] if number else []


def _demo_accounts() -> bool:
    try:
        return get_user_model().objects.filter(email__endswith=ADDRESS, is_active=True).exists()
    except DatabaseError:  # not migrated yet: nobody is in it
        return False
