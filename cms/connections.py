"""Connection limits for Daphne: how long one may take, how much it may send, and when it is given up on.

Daphne and Twisted put a request together before the application hears of it, and wait for a sender as long
as a byte comes now and then. So these limits stand where the bytes arrive, whatever starts the server.
"""

import logging
import os
import threading
import time
from io import BytesIO

from daphne import http_protocol
from twisted.internet import reactor
from twisted.web import http

from .files.upload_limits import largest_for, too_large

logger = logging.getLogger(__name__)

PATIENCE = 20.0  # seconds in which a request must have come in, and
SLOWEST = 20_000  # bytes a second: a large picture over a bad line gets as much longer as it needs
IDLE = 30.0  # between two requests; longer than nginx keeps its connections, so that it is never surprised
NOT_READING = 30.0  # seconds in which a reader takes nothing of what waits for them
MOST_WAITING = 400  # connections that have not sent a whole request: above it the oldest one goes
LOOK = 2.0
LONGEST_LINE = 4096  # an address or a header; nginx takes no longer one either
LINGER = 3.0  # seconds in which a browser that still sends can read why it was refused
STOPPING = 8.0  # seconds; Docker kills after ten

_waiting: dict["Connection", None] = {}  # in the order in which they began


def bound_connections() -> None:
    """Give every server that Daphne starts in this process these limits."""
    http_protocol.WebRequest = BoundedRequest
    http_protocol.HTTPFactory.protocol = Connection
    reactor.addSystemEventTrigger("before", "shutdown", _stop_in_time)


class Connection(http.HTTPChannel):
    """A connection that ends when its sender or its reader takes too long. It goes on when it becomes a socket."""

    MAX_LENGTH = LONGEST_LINE
    _began = None
    _taken = 0
    _look = _not_reading = None

    def connectionMade(self):
        self.timeOut = IDLE
        super().connectionMade()
        self._wait()

    def dataReceived(self, data):
        if self._began is None and not self._handlingRequest:
            self._wait()
            self._began, self._taken = time.monotonic(), 0
            self._look = reactor.callLater(LOOK, self._still_sending)
        self._taken += len(data)
        super().dataReceived(data)

    def lineLengthExceeded(self, line):
        self.transport.write(b"HTTP/1.1 414 URI Too Long\r\nConnection: close\r\n\r\n")
        self.loseConnection()

    def _send100Continue(self):
        if not self.requests[-1]._refused:  # else "go on" would follow the 413
            super()._send100Continue()

    def allContentReceived(self):
        self._rest()
        super().allContentReceived()

    def requestDone(self, request):
        super().requestDone(request)
        if self._began is None and not self._handlingRequest:
            self._wait()

    def connectionLost(self, reason):
        self._rest()
        self._reads()
        super().connectionLost(reason)

    def pauseProducing(self):
        if self._not_reading is None:
            self._not_reading = reactor.callLater(NOT_READING, self.transport.abortConnection)
        super().pauseProducing()

    def resumeProducing(self):
        self._reads()
        super().resumeProducing()

    def _wait(self) -> None:
        _waiting[self] = None
        if len(_waiting) > MOST_WAITING:
            oldest = next(iter(_waiting))
            del _waiting[oldest]
            oldest.transport.abortConnection()

    def _rest(self) -> None:
        _waiting.pop(self, None)
        self._began = None
        if self._look and self._look.active():
            self._look.cancel()

    def _reads(self) -> None:
        if self._not_reading and self._not_reading.active():
            self._not_reading.cancel()
        self._not_reading = None

    def _still_sending(self) -> None:
        if time.monotonic() - self._began > PATIENCE + self._taken / SLOWEST:
            self.transport.abortConnection()
        else:
            self._look = reactor.callLater(LOOK, self._still_sending)


class BoundedRequest(http_protocol.WebRequest):
    """A request that is refused when its headers say that it is too large, or when it turns out to be."""

    _refused = False
    _size = 0

    def gotLength(self, length):
        self._most = largest_for(self.channel._path.decode("latin1"))
        super().gotLength(0 if length and length > self._most else length)
        if length and length > self._most:
            self._refuse()

    def handleContentChunk(self, data):
        self._size += len(data)
        if self._size > self._most:
            self._refuse()
        if not self._refused:
            super().handleContentChunk(data)

    def requestReceived(self, command, path, version):
        if self._refused:
            self.channel.loseConnection()
        else:
            super().requestReceived(command, path, version)

    def _refuse(self) -> None:
        if self._refused:
            return
        self._refused = True
        self.content.close()
        self.content = BytesIO()
        self.channel.transport.write(_too_large(self._most))
        reactor.callLater(LINGER, self.channel.transport.abortConnection)


def _too_large(most: int) -> bytes:
    text = too_large(most)
    return (
        b"HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text)
    )


def _stop_in_time() -> None:
    """End the process when it does not end by itself: a thread that waits for a database can't be cancelled.

    What was acknowledged is committed; what was not is sent again.
    """
    threading.Thread(target=_end, name="stop-in-time", daemon=True).start()


def _end() -> None:
    time.sleep(STOPPING)
    logger.warning("a request did not end within %s s of stopping: ended all the same", STOPPING)
    logging.shutdown()
    os._exit(1)
