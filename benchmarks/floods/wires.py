"""Floods of the wire: long lines, slow and large requests, sockets that say nothing."""

from .forms import joined
from .kinds import flood


@flood()
def long_lines(site, number):
    """Ask for an address as long as the server takes one."""
    return site.say(b"GET /" + b"a" * 15_900 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n")


@flood()
def slow_headers(site, number):
    """Begin a request and go on byte by byte."""
    return site.say(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", then=b"x")


@flood()
def slow_bodies(site, number):
    """Announce a form and send it byte by byte."""
    head = b"POST /meedoen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n"
    return site.say(head, then=b"x")


@flood()
def large_bodies(site, number):
    """Announce 40 MB."""
    head = b"POST /meedoen HTTP/1.1\r\nHost: localhost\r\nContent-Length: 40000000\r\n\r\n"
    return site.say(head + b"x" * 65_536)


@flood()
def sockets(site, number):
    """Join once, and open sockets that say nothing and read nothing."""
    run, cookie = site.once("joined", joined)
    wire = site.connect()
    wire.sendall(
        f"GET /ws/s/run/{run}/?as=pub HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OTAxMjM0NQ==\r\n"
        f"Sec-WebSocket-Version: 13\r\nOrigin: http://localhost\r\n"
        f"Cookie: {cookie}\r\n\r\n".encode()
    )
    site.held.append((wire, b""))
    return wire.recv(64).decode("latin1").partition(" ")[2][:3] or "hung up"
