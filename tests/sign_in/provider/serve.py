"""How does the organisation start? Makes its database, its application and people, and serves until it is stopped."""

import os
import sys
from wsgiref.simple_server import make_server

import django


def main(port, client_id, secret, back_to, password, *names):
    """Serve on a port; people sign in by their name and the one password."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.sign_in.provider.settings"
    django.setup()
    from django.core.wsgi import get_wsgi_application

    fill(client_id, secret, back_to, password, names)
    make_server("127.0.0.1", int(port), get_wsgi_application()).serve_forever()


def fill(client_id, secret, back_to, password, names):
    """Make the tables, our application and the people."""
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oauth2_provider.models import Application

    call_command("migrate", verbosity=0)
    Application.objects.create(
        name="Samenkompas",
        client_id=client_id,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        redirect_uris=back_to,
        skip_authorization=True,
    )
    for name in names:
        User.objects.create_user(name, password=password)


if __name__ == "__main__":
    main(*sys.argv[1:])
