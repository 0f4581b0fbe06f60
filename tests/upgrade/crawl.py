"""Which pages can a visitor reach, and what stands at their head? Works in every version: it only follows links."""

import re
from html import unescape
from urllib.parse import urljoin

from django.conf import settings
from django.test import Client

# Forms that change something are not followed; neither is what another browser window is for.
LEAVE = re.compile(
    r"/(logout|logged|uitloggen|static|media|theme)\b|\.(ics|pdf|docx|csv|xlsx|png|jpe?g|svg|webp)$"
)


def browser(**cookies) -> Client:
    settings.ALLOWED_HOSTS = ["*"]
    client = Client(raise_request_exception=False, HTTP_HOST="localhost:8000")
    for name, value in cookies.items():
        client.cookies[name] = value
    return client


def crawl(client: Client, first: tuple, most: int, within: str = "/") -> dict[str, list]:
    """Follow links breadth first; give for each path its status and its heading."""
    queue, found = list(first), {}
    while queue and len(found) < most:
        path = queue.pop(0)
        if path in found:
            continue
        found[path], links = look(client, path)
        queue += [link for link in links if link.startswith(within) and link not in found]
    return found


def look(client: Client, path: str) -> tuple[list, list[str]]:
    """Open a page, through redirects: its status and heading, and where its links lead."""
    answer = client.get(path, follow=True)
    if "html" not in answer.get("Content-Type", ""):
        return [answer.status_code, ""], []
    html = (
        b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode()
    )
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html, re.S)
    words = re.sub(r"<[^>]+>", " ", heading[1]) if heading else ""
    words = " ".join(unescape(words).replace("\u00ad", "").split())
    here = answer.redirect_chain[-1][0] if answer.redirect_chain else path
    links = (
        urljoin(here, unescape(link)) for link in re.findall(r'<a\b[^>]*href="([^"#?]+)', html)
    )
    return [answer.status_code, words], [
        one for one in links if one.startswith("/") and not LEAVE.search(one)
    ]
