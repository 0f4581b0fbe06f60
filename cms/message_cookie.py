"""Message storage: "it is saved" waits for the next page in a cookie with the attributes of all our cookies."""

from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

from deliberation.people.cookies import cookie_name


class MessageCookie(CookieStorage):
    """Django's, under our name."""

    @property
    def cookie_name(self):
        return cookie_name("messages")


class MessageStorage(FallbackStorage):
    """A cookie as long as it fits, then the session."""

    storage_classes = (MessageCookie, SessionStorage)
