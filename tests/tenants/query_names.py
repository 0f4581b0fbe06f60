"""Ask an address by every name it reads from a query, as the address itself shows by looking for it."""

from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

import lxml.html
from django.db import transaction
from django.http import QueryDict
from pytest import MonkeyPatch

LOOKS = ("get", "getlist", "__getitem__", "__contains__")
OF_ALL = {"lang", "next"}  # what the frame around every screen looks for


@contextmanager
def names_looked_for():
    """Gather the names that anything looks for in a query meanwhile."""
    names = set()

    def watched(look):
        def looks(self, name, *more):
            names.add(name)
            return look(self, name, *more)

        return looks

    with MonkeyPatch.context() as patch:
        for look in LOOKS:
            patch.setattr(QueryDict, look, watched(getattr(QueryDict, look)))
        yield names


def names_read(ask, value) -> list[str]:
    """Give every name an address looks for, also those it looks for only when others are there."""
    known, found = None, set()
    while known != found:
        known = set(found)
        with names_looked_for() as names:
            ask(dict.fromkeys(known, value))
        found |= names
    return sorted(found - OF_ALL)


def queries_on(answer) -> list[dict]:
    """List the queries that a page itself leads to on its own address; first the empty one."""
    found = [{}]
    if answer.content and answer["Content-Type"].startswith("text/html"):
        hrefs = lxml.html.fromstring(answer.content).xpath("//a/@href")
        own = [one for one in map(urlsplit, hrefs) if one.query and one.path in ("", asked(answer))]
        found += [dict(parse_qsl(one.query)) for one in own]
    return [one for at, one in enumerate(found) if one not in found[:at]]


def asked(answer) -> str:
    return answer.wsgi_request.path


def undone(ask, *about, **more):
    """Ask something, and undo what it did."""
    with transaction.atomic():
        answer = ask(*about, **more)
        transaction.set_rollback(True)
    return answer


def told(answer) -> str:
    """Give all that an answer says: its body, and what stands in its head."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return f"{answer.status_code} {dict(answer.items())} {answer.cookies} {body.decode(errors='replace')}"
