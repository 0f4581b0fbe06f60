"""OpenID Connect issuers: which one each municipality trusts, for which addresses, and how far.

One table per municipality in the file SAMENKOMPAS_ISSUERS_FILE names: who installs the platform says it, so that no
administrator of one municipality can let an issuer in elsewhere, and no secret is in the database (docs/adr/0044).
"""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
LISTS = ("domains", "second_factor")
OPTIONAL = {"second_factor"}


@dataclass(frozen=True)
class Issuer:
    """What one municipality says about its organisation's sign-in.

    `domains` are the only e-mail addresses it speaks for; `second_factor` the `amr` or `acr` values that
    count as our second factor. Without those, ours is asked.
    """

    municipality: str
    issuer: str
    client_id: str
    client_secret: str
    name: str
    domains: tuple[str, ...]
    second_factor: tuple[str, ...] = ()

    def speaks_for(self, email: str) -> bool:
        """Tell whether an address is at one of its domains; a part of a domain is another domain."""
        return email.lower().rpartition("@")[2] in self.domains


def read_issuers(path: str, *, on_https: bool) -> dict[str, Issuer]:
    """Read the file, by the slug of the municipality; without a file nobody has an issuer."""
    if not path:
        return {}
    try:
        told = tomllib.loads(Path(path).read_text())
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"SAMENKOMPAS_ISSUERS_FILE can't be read: {error}") from error
    return {slug: _issuer(slug, about, on_https) for slug, about in told.items()}


def _issuer(slug: str, about, on_https: bool) -> Issuer:
    known = {field.name for field in fields(Issuer)} - {"municipality"}
    if not isinstance(about, dict) or not known - OPTIONAL <= set(about) <= known:
        raise _mistake(
            slug,
            f"give {', '.join(sorted(known - OPTIONAL))}; {', '.join(OPTIONAL)} may be left out",
        )
    for key, value in about.items():
        words = value if key in LISTS else [value]
        if not isinstance(words, list) or not all(
            isinstance(word, str) and word.strip() for word in words
        ):
            raise _mistake(slug, f"{key} is {'a list of texts' if key in LISTS else 'a text'}")
    about = about | {key: tuple(about.get(key, ())) for key in LISTS}
    if on_https and not about["issuer"].startswith("https://"):
        raise _mistake(slug, "issuer begins with https://")
    if not about["domains"] or not all(DOMAIN.fullmatch(domain) for domain in about["domains"]):
        raise _mistake(slug, "domains are what follows the @ in an address, in small letters")
    return Issuer(slug, **about | {"issuer": about["issuer"].rstrip("/")})


def _mistake(slug: str, what: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"SAMENKOMPAS_ISSUERS_FILE, [{slug}]: {what}.")
