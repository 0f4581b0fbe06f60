"""Refused: the exception by which an operation says no, with a reason that a person can read."""

CODES = ("refused", "forbidden", "state", "malformed")


class Refused(Exception):
    """Say no to a request in a sentence a person can read.

    `reason` may be lazily translated: it is put into words when shown, not when raised. `code`
    tells a view which answer fits: refused (the rules say no), forbidden (not you), state (not
    now), malformed (not like this). `field` names the input that has to change, if there is one.
    """

    def __init__(self, reason, *, code="refused", field=None):
        if code not in CODES:
            raise ValueError(f"unknown refusal code {code!r}")
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.field = field

    def __str__(self):
        return str(self.reason)
