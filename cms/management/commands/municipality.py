"""The command `municipality`: add one with a site of its own; twice does no harm."""

from django.contrib.auth import get_user_model
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone, translation

from cms.tenants.municipalities import site_of
from cms.tenants.sites import open_site
from compass.operations import publish_shipped_frameworks
from compass.refusal import Refused
from deliberation.people.operations import origin
from deliberation.projects.models import Municipality
from deliberation.projects.operations import create_municipality


class Command(BaseCommand):
    help = "Add a municipality: its site, its first pages, its groups and a place for its files."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", required=True)
        add = actions.add_parser("add", help="add a municipality with a site of its own")
        add.add_argument(
            "slug", help="a short name for good, of small letters, digits and hyphens: anderdorp"
        )
        add.add_argument(
            "name", help="the name residents know, without the word for municipality: Anderdorp"
        )
        add.add_argument("host", help="the host of its site: meedoen.anderdorp.example")
        actions.add_parser("list", help="list the municipalities with their hosts")

    def handle(self, *, action, **about):
        with origin("command"), translation.override("en"):  # as everything on the command line
            {"add": self.add, "list": self.list}[action](**about)

    def add(self, *, slug, name, host, **options):
        now, actor = timezone.now(), self.installer()
        try:
            with transaction.atomic():
                publish_shipped_frameworks(actor_id=f"user:{actor.pk}", now=now)
                municipality = Municipality.objects.filter(slug=slug).first()
                municipality = municipality or create_municipality(
                    actor=actor, slug=slug, name=name, now=now
                )
                if site_of(municipality) is None:
                    open_site(actor=actor, municipality=municipality, hostname=host, now=now)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{municipality.name}: {site_of(municipality).hostname}")
        self.stdout.write("Next: invite somebody as administrator there.")

    def list(self, **options):
        for municipality in Municipality.objects.order_by("slug"):
            site = site_of(municipality)
            host = site.hostname if site else "no site yet"
            self.stdout.write(f"{municipality.slug:20} {municipality.name:30} {host}")

    def installer(self):
        found = get_user_model().objects.filter(is_superuser=True, is_active=True).first()
        if found is None:
            raise CommandError("First make the account that installs: manage.py createsuperuser")
        return found
