"""The command `demo`: fill fictional municipalities and serve them."""

import os
import shutil
import socket
import sys

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from cms.demo.database import prepare
from cms.demo.steps import fill

SERVE = (
    "--websocket-max-message-size 16384 --websocket-max-frame-size 16384 "
    "--bind 127.0.0.1 cms.asgi:application"
)


class Command(BaseCommand):
    help = "Fill the database with the demo municipality (twice does no harm) and serve it."

    def add_arguments(self, parser):
        parser.add_argument("--reset", action="store_true", help="start from an empty database")
        parser.add_argument("--no-serve", action="store_true", help="fill only")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, reset, no_serve, port, **options):
        if not (settings.DEBUG and settings.DEMO):
            raise CommandError("The demo has known passwords: it runs only with `make demo`.")
        if not no_serve and _in_use(port):
            raise CommandError(f"Port {port} is in use. Choose another: make demo PORT={port + 1}")
        try:
            self._fill(reset, port)
        except KeyboardInterrupt:
            raise CommandError(
                "Stopped before the demo was whole. `make demo` begins again.", returncode=130
            ) from None
        if not no_serve:
            self._say("Serving; stop with Ctrl-C")
            daphne = os.path.join(os.path.dirname(sys.executable), "daphne")
            os.execv(daphne, [daphne, "--port", str(port), *SERVE.split()])  # noqa: S606

    def _fill(self, reset, port):
        if reset:
            self._forget()
        # The sites are made for the port they answer on, and the server gets it too.
        settings.PUBLIC_URL = os.environ["SAMENKOMPAS_PUBLIC_URL"] = f"http://localhost:{port}"
        self._say("Preparing the database")
        prepare()
        lines = fill(self._say)
        self.stdout.write("\n" + "\n".join(lines) + "\n")

    def _say(self, text):
        self.stdout.write(self.style.MIGRATE_HEADING(f"==> {text}"))
        self.stdout.flush()

    def _forget(self):
        self._say("Removing the demo's data")
        if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
            shutil.rmtree(settings.DATA_DIR, ignore_errors=True)
            settings.DATA_DIR.mkdir(parents=True)
        else:
            call_command("migrate", verbosity=0)
            call_command("flush", interactive=False, verbosity=0)


def _in_use(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0
