"""Channels routing: URL patterns of the live sockets."""

from django.urls import path, re_path

from .sockets.consumer import live_socket, no_socket

websocket_urlpatterns = [path("ws/s/run/<int:run_id>/", live_socket), re_path("", no_socket)]
