#!/usr/bin/env python
"""How do I run a task of this site? Django's own entry point, that says in one line what keeps it from beginning."""

import os
import secrets
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import connection

from cms.servers import why_closed

# What asks the database nothing; all others are refused at once where it lets nobody in.
WITHOUT_DATABASE = {"collectstatic", "compilemessages", "help", "makemessages", "sendtestemail"}


def asks_the_database(words: list[str]) -> bool:
    if not words or {"--help", "-h", "--version"} & {*words}:
        return False
    return words[0] not in WITHOUT_DATABASE and (words[0] != "compass" or "publish" in words)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    if sys.argv[1:2] == ["compass"]:  # reads a file and signs nothing, so any key will do
        os.environ.setdefault("SAMENKOMPAS_SECRET_KEY", secrets.token_urlsafe(50))
    try:
        if asks_the_database(sys.argv[1:]) and (reason := why_closed(connection)):
            told = "The database lets nobody in ({}). See “The database” in docs/guides/install.md."
            sys.exit(told.format(reason))
        execute_from_command_line(sys.argv)
    except (
        ImproperlyConfigured
    ) as error:  # a variable of the environment; what it says is for people
        if "--traceback" in sys.argv:
            raise
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
