"""WebSocket close codes: Daphne takes 1000 and 3000 to 4999 only; others end in a traceback."""

from enum import IntEnum


class Closing(IntEnum):
    """Why a socket was closed. A screen comes back by itself, unless FORBIDDEN (transport.js).

    Send it as a plain int: Daphne takes no number of another class.
    """

    MALFORMED = 4400
    FORBIDDEN = 4403
    NO_HELLO = 4408
    TOO_LARGE = 4413
    TOO_MANY = 4429
    TRY_AGAIN_LATER = 4503
