"""ASGI middleware that bounds the size of a request: 413, and we stop listening."""

from .upload_limits import largest_for, too_large


class BoundedUploads:
    """Answer 413 to a request that says it is too large, and hang up on one that lies about it."""

    def __init__(self, app, largest=largest_for):
        self.app, self.largest = app, largest

    async def __call__(self, scope, receive, send):
        most = self.largest(scope["path"])
        if scope["type"] == "http" and _announced(scope) > most:
            await _refuse(send, most)
            return
        await self.app(scope, _counting(receive, most), send)


def _counting(receive, most):
    taken = 0

    async def counted():
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= most else {"type": "http.disconnect"}

    return counted


def _announced(scope) -> int:
    sizes = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(sizes[0]) if sizes and sizes[0].isdigit() else 0


async def _refuse(send, most) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": too_large(most)})
