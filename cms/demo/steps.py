"""The steps that fill the demo: the operations that its users use, in the order they would."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from cms.tenants.sites import keep_to_one_port, open_site
from cms.theming.operations import change_theme
from cms.theming.theme import DEFAULTS
from compass.operations import publish_shipped_frameworks
from deliberation.live.models import Run
from deliberation.people.operations import create_account
from deliberation.projects import operations as projects
from deliberation.projects.models import Municipality, Role
from deliberation.projects.naming import name_levels

from . import content
from .pages import fill_site
from .story import Story, stories


def fill(say) -> list[str]:
    """Make the demo unless it is there already; all or nothing. Return what to print: addresses, accounts, codes."""
    if not Municipality.objects.filter(slug=content.MUNICIPALITIES[0]["slug"]).exists():
        with transaction.atomic():
            _make(say, timezone.now())
    keep_to_one_port()
    return what_to_print()


def _make(say, now):
    say("Publishing the assessment frameworks")
    publish_shipped_frameworks(actor_id="demo", now=now)
    installer = get_user_model().objects.create_superuser(
        content.INSTALLER + content.ADDRESS, content.PASSWORD,
        first_name="Installatie", last_name="Lindewaard",
    )  # fmt: skip
    for told in content.MUNICIPALITIES:
        say(f"Making {told['name']}: its people, its site, its colours")
        municipality = projects.create_municipality(
            actor=installer, slug=told["slug"], name=told["name"], now=now
        )
        staff = _make_staff(installer, municipality, told, now)
        _give_face(staff["beheer"], municipality, told, now)
        site = open_site(
            actor=installer, municipality=municipality, hostname=host_of(told["slug"]),
            title=told["home"], intro=content.HOME_INTRO, now=now,
        )  # fmt: skip
        told_here = []
        for slug, one in stories(told["slug"]).items():
            say(f"  {one['title']}")
            story = Story(slug, one, municipality, staff, now)
            story.happen()
            told_here.append(story)
        fill_site(site, municipality, told_here)


def _make_staff(installer, municipality, told, now) -> dict:
    staff = {}
    for account, first, last, role in told["accounts"]:
        staff[account] = create_account(
            actor=installer, email=account + told["address"], first_name=first, last_name=last,
            password=content.PASSWORD, now=now,
        )  # fmt: skip
        projects.assign_role(
            actor=installer,
            user=staff[account],
            role=Role(role),
            municipality=municipality,
            now=now,
        )
    return staff


def _give_face(administrator, municipality, told, now):
    if names := told.get("level_names"):
        name_levels(actor=administrator, municipality=municipality, names=names, now=now)
    if colours := told.get("theme"):
        change_theme(
            actor=administrator, municipality=municipality, tokens=DEFAULTS | colours, radius="1",
            footer=f"Gemeente {municipality.name}", now=now,
        )  # fmt: skip


def host_of(slug: str) -> str:
    """Give the host of a municipality's site: the plain one for the first, `<name>.localhost` for others."""
    first = slug == content.MUNICIPALITIES[0]["slug"]
    return urlsplit(settings.PUBLIC_URL).hostname if first else f"{slug}.localhost"


def what_to_print() -> list[str]:
    """List the addresses, accounts and codes of the demo."""
    url = settings.PUBLIC_URL
    lines = [f"Website          {url}/", f"Desk             {url}/admin/"]
    lines += [
        f"Second site      {url.replace(host_of(content.MUNICIPALITIES[0]['slug']), host_of(other['slug']))}/"
        for other in content.MUNICIPALITIES[1:]
    ]
    run = Run.objects.filter(state=Run.State.OPEN).select_related("session").first()
    if run:
        console = f"{url}/s/run/{run.pk}/console/"
        lines += [
            f"Join with code   {url}/meedoen",
            f"  {run.session.title}: zaal {_spaced(run.hall_code)}, online {_spaced(run.online_code)}",
            f"Console          {console}",
            f"Projector        {console.replace('console', 'projector')}",
            f"Sent mail        {settings.EMAIL_FILE_PATH}",
        ]
    lines += ["", f"Accounts (password: {content.PASSWORD})"]
    lines += [
        f"  {address:38} {role or 'installer (no role)'}"
        for address, _name, role in content.accounts()
    ]
    first = content.MUNICIPALITIES[0]
    lines += ["", f"Begin at the desk, as the policy officer: beleid{first['address']}"]
    return lines


def _spaced(code) -> str:
    return f"{code[:3]} {code[3:]}"
