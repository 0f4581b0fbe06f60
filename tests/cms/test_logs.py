"""Does a line in a log let nobody in, tell no name, and stay one line?"""

import io
import logging
import re
import time
from datetime import datetime
from urllib.parse import quote

import pytest
from daphne.access import AccessLogGenerator
from django.urls import get_resolver

from cms.logs import ManyLines, OneLine, logging_for, mask_access_lines

LINE = logging_for(debug=False)["formatters"]["line"]
mask_access_lines()  # as cms.asgi does, which reads the allowed hosts and so comes later

SECRET = [
    ("GET /s/482913 200", "482913"),
    ("GET /s/482913?q=0a1b2c3d4e5f 200", "0a1b2c3d4e5f"),
    ("Not Found: /s/482913", "482913"),
    ("Too Many Requests: /s/card/K7QF2MXD4R", "K7QF2MXD4R"),
    ("WSCONNECT /ws/s/run/3/?as=screen&key=WzMsIDJd:1abc:xyz", "WzMsIDJd"),
    ("GET /account/password/reset/key/9-cabcd1-0123456789abcdef/ 200", "0123456789abcdef"),
    ("GET /account/oidc/x/callback/?state=abc&code=def 302", "def"),
    ("mail to jan.de.vries@example.org failed", "jan.de.vries"),
]


def line(text, formatter=OneLine, error=None):
    record = logging.LogRecord("x", logging.WARNING, "f", 1, text, (), error)
    return formatter("{levelname} {message}", style="{").format(record)


@pytest.mark.parametrize(("text", "secret"), SECRET)
@pytest.mark.parametrize("formatter", [OneLine, ManyLines])
def test_a41_no_code_token_or_name_stands_in_a_line(text, secret, formatter):
    said = line(text, formatter)
    assert secret not in said
    assert "***" in said


@pytest.mark.parametrize("formatter", [OneLine, ManyLines])
def test_a_line_says_when_in_a_way_that_every_clock_understands(formatter):
    made = formatter(**{key: LINE[key] for key in ("style",)} | {"fmt": LINE["format"]})
    record = logging.LogRecord("x", logging.WARNING, "f", 1, "Not Found", (), None)
    said = datetime.fromisoformat(made.format(record).split()[0])
    assert said.utcoffset() is not None and int(record.created) == said.timestamp()


def test_so_does_the_access_line_of_the_server():
    stream = io.StringIO()
    details = {"client": "192.0.2.1", "method": "GET", "path": "/", "status": 200, "size": 1}
    now = time.time()
    AccessLogGenerator(stream)("http", "complete", details)
    told = re.search(r"\[(.+)\]", stream.getvalue())[1]
    said = datetime.strptime(told, "%d/%b/%Y:%H:%M:%S %z")
    assert abs(said.timestamp() - now) < 60


# What opens nothing: names of files, of a municipality's own sign-in and of what an editor works on, numbers of rows.
PUBLIC = {"digest", "provider_id", "app_label", "model_name", "object_id", "pk"}
PUBLIC |= {"action", "action_name", "mode", "filter_spec", "uidb64"}
CODE = "9a8b7c6d5e4f"
PART = re.compile(r"<(?:(?:str|code):)?(\w+)>|\(\?P<(key)>[^)]*\)")


def addresses(resolver=None, before="/"):
    """Find every address in the map that holds a code, a key or any other text, with CODE for it."""
    for each in (resolver or get_resolver()).url_patterns:
        path = before + re.sub(r"^\^|\$$", "", str(each.pattern))
        if hasattr(each, "url_patterns"):
            yield from addresses(each, path)
        else:
            path = re.sub(r"\(\?P<(?!key)\w+>[^)]*\)", "9", path)
            if {name or key for name, key in PART.findall(path)} - PUBLIC:
                yield re.sub(r"<\w+:\w+>", "1", PART.sub(CODE, path))


SAID_AS = {
    "plain": lambda path: path,
    "upper case": str.upper,
    "doubled slashes": lambda path: path.replace("/", "//"),
    "encoded": lambda path: quote(path, safe=""),
    "encoded twice": lambda path: quote(quote(path, safe=""), safe=""),
    "letters encoded": lambda path: "".join(f"%{ord(sign):02x}" for sign in path),
    "small hex": lambda path: quote(path, safe="").lower(),
    "in next": lambda path: f"/account/login/?next={quote(path, safe='')}",
    "in next of next": lambda path: (
        f"/account/login/?next={quote('/account/login/?next=' + quote(path, safe=''), safe='')}"
    ),
    "in next in upper case": lambda path: f"/?NEXT={quote(path.upper(), safe='')}",
}


@pytest.mark.parametrize("way", SAID_AS)
def test_no_code_in_an_address_of_the_map_stands_in_a_line(way):
    """Our own links lead to `/account/login/?next=%2Fs%2F987654%3Fq%3D…`, and that was written in full."""
    found = sorted(set(addresses()))
    assert {"/s/", "/volg/", "/mijn/bestand/"} <= {path.split(CODE)[0] for path in found}
    asked = [path + query for path in found for query in ("", f"?q={CODE}", f"?a=1&code={CODE}")]
    said = [written(SAID_AS[way](path)) for path in asked]
    assert [one for one in said if CODE in one.lower() or "%39" in one] == []


def written(address: str) -> str:
    """Give the line that the server writes of a request for an address, and the one that Django adds."""
    stream = io.StringIO()
    details = {"client": "127.0.0.1:5", "method": "GET", "status": 404, "size": 9, "path": address}
    AccessLogGenerator(stream)("http", "complete", details)
    return stream.getvalue() + line(f"Not Found: {address}") + line(address, ManyLines)


@pytest.mark.parametrize("address", ["jan.de.vries%40example.org", "jan.de.vries%2540example.org"])
@pytest.mark.parametrize("before", ["/?a=", "/?a=" + "b" * 460 + "&c="])
def test_no_address_of_a_person_stands_in_a_line(address, before):
    assert "jan.de" not in written(before + address)


def test_what_is_encoded_stays_as_it_was_sent_when_it_holds_no_code():
    assert "/zoeken/?w=a%2Fb%0d" in written("/zoeken/?w=a%2Fb%0d")
    assert len(line("/s/482913?next=%0aforged%0D%E2%80%A8", ManyLines).splitlines()) == 1


def test_a41_what_helps_to_find_a_fault_stays():
    said = line("GET /s/run/12/regions/?as=pub&since=4 500")
    assert said == "WARNING GET /s/run/12/regions/?as=pub&since=4 500"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x85", "\u2028", "\x1b[2J\n", "\x00"])
@pytest.mark.parametrize("formatter", [OneLine, ManyLines])
def test_a41_what_somebody_sent_never_begins_a_line(end, formatter):
    said = line(f"refused do=x{end}2026-01-01 INFO all is well", formatter)
    assert len(said.splitlines()) == 1
    assert "\x1b" not in said
    assert "\x00" not in said


def test_a41_a_traceback_takes_one_line_too():
    try:
        raise ValueError("a\nWARNING forged /s/482913")
    except ValueError as error:
        said = line("failed", error=(type(error), error, error.__traceback__))
    assert len(said.splitlines()) == 1
    assert "Traceback" in said
    assert "482913" not in said


def test_a41_the_servers_own_access_line_is_masked():
    stream = io.StringIO()
    log = AccessLogGenerator(stream)
    details = {"client": "127.0.0.1:5", "method": "GET", "status": 200, "size": 9}
    log("http", "complete", {**details, "path": "/s/card/K7QF2MXD4R?q=abcdef\n"})
    log("websocket", "connected", {"client": "127.0.0.1:5", "path": "/ws/s/run/1/?key=geheim"})
    said = stream.getvalue()
    assert "K7QF2MXD4R" not in said
    assert "geheim" not in said
    assert "127.0.0.1" not in said, "who asked, and when, says who voted"
    assert len(said.splitlines()) == 2
    assert f"{datetime.now():%Y}" in said


@pytest.mark.parametrize("sign", ["a", "a@", "/s/card/", "/account/", "?q="])
def test_a_long_address_takes_little_room_and_no_time(sign):
    """One stranger who asks for `/aaaa…` stopped every screen for a second."""
    stream, address = io.StringIO(), "/" + sign * (15_900 // len(sign))
    begun = time.thread_time()
    details = {"client": "127.0.0.1:5", "method": "GET", "status": 404, "size": 9, "path": address}
    AccessLogGenerator(stream)("http", "complete", details)
    line(f"Not Found: {address}")
    assert time.thread_time() - begun < 0.02
    assert len(stream.getvalue()) < 700


def test_another_hosts_name_fills_no_log(caplog):
    log = logging.getLogger("django.security.DisallowedHost")
    level = logging_for(False)["loggers"][log.name]["level"]
    assert log.getEffectiveLevel() == getattr(logging, level) > logging.ERROR


def test_a41_every_handler_masks(settings):
    for debug in (True, False):
        options = logging_for(debug)
        assert {one["formatter"] for one in options["handlers"].values()} == {"line"}
        assert [name for name, one in options["loggers"].items() if one.get("handlers")] == []
