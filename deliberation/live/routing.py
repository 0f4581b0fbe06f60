"""Which socket address leads where?"""

from django.urls import path

from .sockets.consumer import live_socket

websocket_urlpatterns = [path("ws/s/run/<int:run_id>/", live_socket)]
