"""The ASGI application: how web requests and sockets come in."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()  # before what follows: it loads the apps

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import CookieMiddleware

from cms.connections import bound_connections
from cms.logs import mask_access_lines
from cms.request_queue import InTurn
from deliberation.live.routing import websocket_urlpatterns

from .files.upload_size import BoundedUploads

mask_access_lines()
bound_connections()

application = ProtocolTypeRouter(
    {
        "http": BoundedUploads(InTurn(http)),
        # The cookie is enough: who is behind it is looked up anew for each message.
        "websocket": AllowedHostsOriginValidator(
            CookieMiddleware(URLRouter(websocket_urlpatterns))
        ),
    }
)
