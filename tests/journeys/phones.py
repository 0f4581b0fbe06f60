"""How does somebody take part with a phone that runs no scripts? Forms, cookies and a token."""

import re
import uuid
from html import unescape
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest


class Phone:
    """Somebody who joins and votes with forms only."""

    def __init__(self, url, door):
        """Come in by a door: /s/<code> or /s/card/<code>."""
        self.url = url
        self.opener = build_opener(HTTPCookieProcessor(CookieJar()))
        self.page, self.address = self.get(door)
        self.page, self.address = self.post(door, {})

    def vote(self, choice):
        """Press the button of the ballot, as it stands on the page: one answer, or several."""
        chosen = {"choices": choice} if isinstance(choice, tuple) else {"choice": choice}
        do = unescape(re.search(r'value="(cast_ballot[^"]+)"', self.page)[1])
        action = re.search(
            r'<form[^>]*id="do"[^>]*action="([^"]+)"|action="([^"]+/do/)"', self.page
        )
        page, _address = self.post(
            action[1] or action[2],
            {"do": do, **chosen, "op_id": str(uuid.uuid4()), "screen": "pub"},
        )
        assert "Ontvangen" in page

    def get(self, path):
        return self._read(Request(self.url + path))  # noqa: S310

    def post(self, path, fields):
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)[1]
        fields = urlencode(fields | {"csrfmiddlewaretoken": token}, doseq=True).encode()
        return self._read(Request(self.url + path, data=fields))  # noqa: S310

    def _read(self, request):
        request.add_header("Accept", "text/html")
        request.add_header("Accept-Language", "nl")
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.read().decode(), answer.url
        except HTTPError as refusal:
            pytest.fail(f"{request.full_url}: {refusal.code} {refusal.read().decode()[-600:]}")
