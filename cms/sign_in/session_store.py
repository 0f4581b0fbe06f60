"""The session store: a database that is away while a session is saved is an outage, no session that is gone."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.utils.crypto import get_random_string

from deliberation.people.outages import is_outage


class SessionStore(db.SessionStore):
    """Django's, which takes every failure of an update for a session that somebody else ended, and answers 400."""

    def _get_new_session_key(self):
        """Draw a key without asking whether it is there: storing it does, and draws another if it was."""
        return get_random_string(32, VALID_KEY_CHARS)

    def save(self, must_create=False):
        try:
            super().save(must_create)
        except UpdateError as failure:
            if is_outage(failure.__context__):
                raise failure.__context__ from None
            raise
