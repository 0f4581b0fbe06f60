"""System checks: what residents gave has an instrument that shows and answers it, and a consent is for one thing.

`migrate` asks the first of the database before it changes anything; so does `manage.py check --database default`.
"""

from collections import Counter

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.models import Count

from deliberation.registry import plugins

from .models import Contribution, ways

HINT = (
    "Put its app back in INSTALLED_APPS. To stop with it, give its tool no phases in deliberation/tools.py: then "
    "nothing new is given, and what was given is still shown and answered."
)


@register(Tags.database)
def find_retired(app_configs, databases=None, **options):
    """Refuse a database with contributions of an instrument that is not registered: nobody would answer them."""
    return [found for alias in databases or () for found in _retired_in(alias)]


@register()
def tell_purposes_apart(app_configs, **options):
    """Refuse two purposes with one key: who agrees to the one would have agreed to the other."""
    keys = Counter(one.key for plugin in plugins() for one in plugin.purposes)
    return [
        Error(f"Two things that people can agree to are called “{key}”.", id="participation.E002")
        for key, number in keys.items()
        if number > 1
    ]


def _retired_in(alias: str) -> list[Error]:
    if not _has_instruments(connections[alias]):
        return []
    left = Contribution.objects.using(alias).exclude(instrument__in=ways())
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
