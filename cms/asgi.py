"""How do web requests and sockets come in?"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

from django.core.asgi import get_asgi_application

http = get_asgi_application()  # before what follows: it loads the apps

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

from deliberation.live.routing import websocket_urlpatterns

application = ProtocolTypeRouter(
    {
        "http": http,
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
