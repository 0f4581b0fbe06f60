"""The ASGI application: how web requests and sockets come in."""

import gc
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
from deliberation.live.sockets.consumer import TURN

from .files.upload_size import BoundedUploads

mask_access_lines()
bound_connections()

# What is loaded by now stays until the end: leave it out of every later search for garbage, and search less often.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)

in_turn = InTurn(http)
application = ProtocolTypeRouter(
    {
        "http": BoundedUploads(in_turn),
        # The cookie is enough: who is behind it is looked up anew for each message.
        "websocket": AllowedHostsOriginValidator(
            in_turn.of_sockets(CookieMiddleware(URLRouter(websocket_urlpatterns)), TURN)
        ),
    }
)
