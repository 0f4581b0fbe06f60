"""Logging: one line per event, and nothing in it that lets anybody in or tells who they are.

Addresses can carry codes: `/s/<code>`, `/s/card/<code>`, `?q=`, `?key=`, sign-in links, and so can an address inside
`?next=`. Servers and Django write addresses in their lines (the access line, "Not Found: ..."), so every line is masked
where it is written.
"""

import logging
import re
from datetime import datetime

MASK = "***"
LONGEST = 500  # signs of an address: what comes after helps nobody to find a fault
# (what stands before the secret, the secret); the first group is kept. In any case: `/S/<code>` is led to `/s/<code>`.
SECRETS = [
    re.compile(pattern, re.I)
    for pattern in (
        r"(/s/+card/+)[^/?&\s\"']+",
        r"(/s/++)(?!run/|card/|uitslag/)[^/?&\s\"']+",
        r"(/volg/++)[^/?&\s\"']+",
        r"(/mijn/+(?:bestand|stoppen)/++)[^/?&\s\"']+",
        r"(/account/+(?:[\w-]{1,40}+/++){0,4})(?=[\w:-]{0,80}\d)[\w:-]{8,}+",
        r"(/admin/+password_reset/+confirm/++)[^?&\s\"']+",
        r"([?&](?:q|key|code|token|state|card|draft)=)[^&\s\"']+",
    )
]
# A sign that is written as %2F, or as %252F inside an address that stands in another one; not one that ends a word.
ENCODED = re.compile(r"%(?:25)*+(2[13-68-9a-f]|[3-6][0-9a-f]|7[0-9a-e])", re.I)
ADDRESS_OF_A_PERSON = re.compile(r"(?<![\w.+-])[\w.+-]++@[\w-]++\.[\w.-]+")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# Whatever a terminal or another program takes for the end of a line, or for an order.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
QUIET = ("django_tasks", "django_tasks_db", "wagtail", "daphne")


def masked(text: str) -> str:
    """Take codes, keys and mail addresses out of a text, also out of an address inside an address."""
    plain = _decoded(text)
    hidden = _hidden(plain)
    return text if hidden == plain else hidden


def _decoded(text: str) -> str:
    for _once_more in range(2):
        text = ENCODED.sub(lambda sign: chr(int(sign[1], 16)), text)
    return text


def _hidden(text: str) -> str:
    for secret in SECRETS:
        text = secret.sub(rf"\g<1>{MASK}", text)
    return ADDRESS_OF_A_PERSON.sub(MASK, text)


def one_line(text: str) -> str:
    """Write a text so that it takes one line and moves no cursor; colours of the development server go."""
    return CONTROL.sub(lambda sign: repr(sign[0])[1:-1], COLOURS.sub("", text))


class Zoned(logging.Formatter):
    """Begins with a moment that means the same to every reader, and beside the lines of any other program."""

    def formatTime(self, record, datefmt=None) -> str:
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="seconds")


class OneLine(Zoned):
    """One event, one line, masked; a traceback too."""

    def format(self, record) -> str:
        return one_line(masked(super().format(record)))


class ManyLines(Zoned):
    """For a developer's own terminal: a traceback keeps its lines, what came from outside gets none."""

    def formatMessage(self, record) -> str:
        record.message = one_line(record.message)
        return super().formatMessage(record)

    def format(self, record) -> str:
        return masked(super().format(record))


def mask_access_lines() -> None:
    """Mask Daphne's access line too: it writes that one itself, past the loggers. From where is left out."""
    from daphne.access import AccessLogGenerator

    def write_masked(self, host, date, request, status=None, length=None, **others):
        # Masked before it is cut: half an address of a person is known by no pattern.
        said = one_line(masked(request[: 2 * LONGEST])[:LONGEST])
        at = f"{date.astimezone():%d/%b/%Y:%H:%M:%S %z}"
        self.stream.write(f'- - - [{at}] "{said}" {status or "-"} {length or "-"}\n')

    AccessLogGenerator.write_entry = write_masked


def logging_for(debug: bool) -> dict:
    """Give Django's LOGGING."""
    formatter = f"cms.logs.{'ManyLines' if debug else 'OneLine'}"
    line = {"()": formatter, "format": "{asctime} {levelname} {name} {message}", "style": "{"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        # Their own handlers would say everything twice, or without the mask.
        "loggers": {
            name: {"handlers": [], "propagate": True}
            for name in ("django", "django.server", "django.channels.server")
        }
        | {name: {"level": "WARNING"} for name in QUIET}
        # Anybody can send another host's name, and many do: it is answered with 400, and is no news.
        | {"django.security.DisallowedHost": {"level": "CRITICAL"}},
    }
