"""How much may one request send before we stop listening?"""

from .upload_limits import LARGEST_UPLOAD

TOO_LARGE = (
    b"Dit bestand is te groot. Een verzoek mag hoogstens 25 MB zijn.\n"
    b"This file is too large. A request may hold 25 MB at most.\n"
)


class BoundedUploads:
    """Answer 413 to a request that says it is too large, and hang up on one that lies about it."""

    def __init__(self, app, most=LARGEST_UPLOAD):
        self.app, self.most = app, most

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and _announced(scope) > self.most:
            await _refuse(send)
            return
        await self.app(scope, self._counting(receive), send)

    def _counting(self, receive):
        taken = 0

        async def counted():
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            return message if taken <= self.most else {"type": "http.disconnect"}

        return counted


def _announced(scope) -> int:
    sizes = [value for name, value in scope["headers"] if name == b"content-length"]
    return int(sizes[0]) if sizes and sizes[0].isdigit() else 0


async def _refuse(send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": TOO_LARGE})
