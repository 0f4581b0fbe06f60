#!/usr/bin/env python
"""How do I run a task of this site? Django's own entry point."""

import os
import secrets
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    if sys.argv[1:2] == ["compass"]:  # reads a file and signs nothing, so any key will do
        os.environ.setdefault("SAMENKOMPAS_SECRET_KEY", secrets.token_urlsafe(50))
    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)
