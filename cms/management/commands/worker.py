"""The command `worker`: do what requests left for later (mail to residents), and keep house."""

import time

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django_tasks import default_task_backend

from cms.background import (
    PatientWorker,
    check_records,
    keep_house,
    publish_what_is_due,
    put_back_interrupted,
)
from cms.search.indexing import index_older

# Seconds between two rounds: of keeping house; of looking for what another worker left half-way, and for pages that
# are due; of reading back all that was recorded, which takes a while.
HOUSE, LOOK, DAY = 300, 30, 86_400
# Pages to index that a release before did, or a worker half, between two looks for tasks.
OLDER = 20


class Command(BaseCommand):
    help = (
        "Do what requests left for later, and keep house. Keep one running; a second does no harm."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is there, then stop")

    def handle(self, *args, once, **options):
        if not default_task_backend.supports_defer:
            raise CommandError(
                "Nothing is left for later here: with SAMENKOMPAS_DEBUG it is done at once."
            )
        worker = PatientWorker()
        worker.configure_signals()  # a task that runs is ended first
        house_at = look_at = day_at = 0
        # Of these pages the last that was looked at, and whether there may be more.
        older, more = 0, True
        while worker.running:
            if time.monotonic() >= house_at:
                keep_house(timezone.now())
                house_at, older, more = time.monotonic() + HOUSE, 0, True
            if time.monotonic() >= look_at:
                put_back_interrupted(timezone.now())
                publish_what_is_due(timezone.now())
                look_at = time.monotonic() + LOOK
            worker.run()
            if time.monotonic() >= day_at:
                check_records()
                day_at = time.monotonic() + DAY
            if more:
                older = index_older(OLDER, older)
                more = older > 0
            if once:
                return
            time.sleep(1)
