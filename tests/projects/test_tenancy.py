"""Does nothing ask the database where a server only carries a request from one thread to another?"""

import contextvars

from django.utils.functional import SimpleLazyObject

from deliberation.projects.tenancy import on_site_of


def test_no_value_of_a_context_is_lazy():
    """asgiref looks at the kind of each value in the event loop: a lazy one would be asked for there."""
    asked = []
    with on_site_of(SimpleLazyObject(lambda: asked.append("database"))):
        for value in contextvars.copy_context().values():
            isinstance(value, str)
    assert asked == []
