"""The command `index_search`: make the search index of all sites again."""

from django.core.management.base import BaseCommand

from cms.search.indexing import index_everything


class Command(BaseCommand):
    help = "Make the index of the search again. Safe to repeat."

    def handle(self, *args, **options):
        self.stdout.write(f"{index_everything()} pages")
