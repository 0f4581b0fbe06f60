"""System check: nothing that residents gave is left without the instrument that shows, answers and mails it.

`migrate` asks this of the database before it changes anything; so does `manage.py check --database default`.
"""

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.models import Count

from deliberation.registry import plugins

from .models import Contribution

HINT = (
    "Put its app back in INSTALLED_APPS. To stop with it, give its tool no phases in deliberation/tools.py: then "
    "nothing new is given, and what was given is still shown and answered."
)


@register(Tags.database)
def find_retired(app_configs, databases=None, **options):
    """Refuse a database with contributions of an instrument that is not registered: nobody would answer them."""
    return [found for alias in databases or () for found in _retired_in(alias)]


def _retired_in(alias: str) -> list[Error]:
    if not _has_instruments(connections[alias]):
        return []
    left = Contribution.objects.using(alias).exclude(instrument__in=[one.name for one in plugins()])
    counts = left.order_by().values_list("instrument").annotate(Count("pk"))
    return [
        Error(
            f"Contributions that nobody reads or answers: {number}, given with “{name}”, which is not installed.",
            hint=HINT,
            id="participation.E001",
        )
        for name, number in counts
    ]


def _has_instruments(connection) -> bool:
    """Tell whether this database was migrated far enough to say with what each contribution was given."""
    table = Contribution._meta.db_table
    with connection.cursor() as cursor:
        if table not in connection.introspection.table_names(cursor):
            return False
        columns = connection.introspection.get_table_description(cursor, table)
    return "instrument" in [one.name for one in columns]
