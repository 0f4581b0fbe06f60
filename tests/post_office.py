"""What receives mail in a test? A mail server that speaks SMTP on a port of its own, and can fall silent."""

import socketserver
import threading
from contextlib import contextmanager


class PostOffice(socketserver.ThreadingTCPServer):
    """Takes every message. While it is silent it lets callers in and says nothing."""

    daemon_threads = True

    allow_reuse_address = True

    def __init__(self, port: int):
        super().__init__(("127.0.0.1", port), _Counter)
        self.received: list[tuple[str, str]] = []  # (to whom, all of the message)
        self.silent = False
        self.callers = 0


class _Counter(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.callers += 1
        if self.server.silent:
            self.rfile.read()  # until the caller leaves
            return
        self._say("220 post")
        to = ""
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                to = line.decode().split("<")[1].split(">")[0]
            if verb == b"DATA":
                self._say("354 go on")
                self.server.received.append((to, self._message()))
            self._say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _message(self) -> str:
        return b"".join(iter(self.rfile.readline, b".\r\n")).decode()


@contextmanager
def a_post_office(port: int = 0):
    """Open one until the end of the block, on any port that is free or on one that is asked for."""
    with PostOffice(port) as office:
        threading.Thread(target=office.serve_forever, daemon=True).start()
        yield office
        office.shutdown()
