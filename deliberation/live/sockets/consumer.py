"""The WebSocket consumer of one screen: it says hello, hears what changed, and sends commands."""

import asyncio
import json
from contextlib import contextmanager, nullcontext

from compass.text import clean_value
from deliberation.people.outages import is_outage

from .. import commands
from ..joining import access
from . import serving
from .close_codes import Closing
from .hub import hub_here
from .listeners import Listener, frame
from .presence import KINDS

LARGEST = 16 * 1024  # bytes in one message
MOST, WINDOW = 60, 10.0  # messages per seconds: ten times what a person can press
MOST_SOCKETS = 5  # of one browser, which is what a participant is: tabs, and what still lingers
TURN = "samenkompas.turn"  # where a scope has what gives it a turn, see cms/request_queue.py
HELLO = 10.0  # seconds in which a screen says what it has


async def live_socket(scope, receive, send):
    """Serve one socket from its handshake to its end. Its origin was checked before it comes here."""
    await receive()
    hub, (visitor, language, ticket) = hub_here(serving.WORK), serving.visitor_from(scope)
    # Counted before anything is read: five hundred at once cost nothing but their refusal.
    with _counted(hub.sockets, visitor.session_key) as number:
        known = visitor.session_key or visitor.key
        welcome = known and number <= MOST_SOCKETS
        try:
            came = welcome and await _arrive(hub, visitor, language, ticket, scope)
        except TimeoutError:
            return await send({"type": "websocket.close", "code": int(Closing.TRY_AGAIN_LATER)})
        if not came:
            return await send({"type": "websocket.close", "code": int(Closing.FORBIDDEN)})
        await send({"type": "websocket.accept"})
        listener = Listener(came.visitor, send, visitor.run_id, visitor.audience, language)
        listener.kind, listener.attendance, listener.mine = came.kind, came.key, came.mine
        listener.by_ticket = came.by_ticket
        listener.start()
        try:
            return await _serve(hub, listener, receive)
        finally:
            hub.leave(listener)
            KINDS[listener.kind].lost(listener.run_id, listener.attendance)


async def _arrive(hub, visitor, language, ticket, scope):
    """Look up who comes. Without a ticket of ours that waits in the row of their network, as their requests do."""
    async with nullcontext() if access.holder_of(ticket, visitor) else scope[TURN]():
        return await hub.act(serving.arrive, visitor, language, ticket, scope)


async def no_socket(scope, receive, send):
    """Close at once what asks for an address that has no socket."""
    await receive()
    await send({"type": "websocket.close", "code": int(Closing.FORBIDDEN)})


@contextmanager
def _counted(sockets, browser: str):
    """Count a socket of a browser while it lasts, and say which one it is; a projector has none to count by."""
    sockets[browser] += bool(browser)
    try:
        yield sockets[browser]
    finally:
        sockets[browser] -= bool(browser)
        if not sockets[browser]:
            del sockets[browser]


async def _serve(hub, listener, receive):
    loop, heard = asyncio.get_running_loop(), []
    while (message := await _next(receive, not heard))["type"] == "websocket.receive":
        heard = [at for at in heard if at > loop.time() - WINDOW] + [loop.time()]
        if listener.is_ending:
            return await listener.ended()
        text = message.get("text")
        if text is not None and len(text.encode()) > LARGEST:
            return await listener.end(Closing.TOO_LARGE)
        body = _read(text)
        # A hello is nothing else. Only whoever said it acts: they are looked up every few seconds.
        if body is None or not (hub.follows(listener) if "hello" not in body else len(body) == 1):
            return await listener.end(Closing.MALFORMED)
        if len(heard) > MOST:
            return await listener.end(Closing.TOO_MANY)
        if not await _hear(hub, listener, body):
            return await listener.end(Closing.FORBIDDEN, _refusal(body))
    if message["type"] == SILENT:
        await listener.end(Closing.NO_HELLO)
    return None


SILENT = "silent"


async def _next(receive, first: bool) -> dict:
    try:
        return await asyncio.wait_for(receive(), HELLO if first else None)
    except TimeoutError:
        return {"type": SILENT}


def _read(text) -> dict | None:
    try:
        body = clean_value(json.loads(text)) if text is not None else None
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


async def _hear(hub, listener, body) -> bool:
    """Answer one message; False when whoever is behind the socket may not be here any more."""
    try:
        return await _answer(hub, listener, body)
    except Exception as failure:
        if not is_outage(failure):
            raise
        listener.push(_refusal(body, commands.BUSY))
        return True


async def _answer(hub, listener, body) -> bool:
    if "hello" not in body and not await hub.may_act(listener):
        return False
    if listener.visitor.participant and body.get("do") == "cast_ballot":
        # Who it is was looked up before, and is again every few seconds. The screen draws the answer.
        return await _tell(
            listener, serving.submit_ballot(listener.visitor, listener.language, body)
        )
    if "hello" in body:
        _greet(hub, listener, body["hello"])
    else:
        promise = await hub.act(serving.submit, listener.visitor, listener.language, body)
        if promise is None:
            return False
        await _tell(listener, promise)
    mine, listener.mine = listener.mine if "hello" in body else None, None
    if mine is None:
        mine = await hub.act(serving.me, listener.visitor, listener.language)
    if mine:
        listener.push(frame({"regions": {"me": mine}}))
    return mine is not None


async def _tell(listener, promise) -> bool:
    answer = await asyncio.wrap_future(promise)
    listener.push(frame({**answer.body(), "code": answer.code}))
    return True


def _greet(hub, listener, hello) -> None:
    known = hello if isinstance(hello, dict) else {}
    epoch, seq = known.get("epoch"), known.get("seq")
    good = isinstance(epoch, str) and type(seq) is int and seq >= 0
    listener.greet(epoch if good else "", seq if good else 0)
    hub.join(listener)


def _refusal(body, code=403) -> str:
    op_id = body.get("op_id")
    answer = {"op_id": op_id if isinstance(op_id, str) else "", "status": "refused", "code": code}
    return frame({**answer, "reason": "", "receipt": ""})
