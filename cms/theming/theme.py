"""The theme model: a municipality's colours, logo and footer, with checked values only, and its style sheet."""

import hashlib
import re
from dataclasses import dataclass

from django.core import signing
from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from cms.page_cache.worked_out import worked_out
from deliberation.projects.models import Municipality

from .contrast import HEX, INTERFACE, TEXT, mixed, nearest_passing, ratio

# The brand tokens of static/css/tokens.css with the values they have there.
TOKENS = {
    "primary": ("#0b4a5a", _("Main colour: buttons and large areas")),
    "primary-text": ("#ffffff", _("Text on the main colour")),
    "primary-hover": ("#07333f", _("Main colour under the mouse")),
    "accent": ("#f0b429", _("Accent: marks what is open now")),
    "accent-text": ("#22282c", _("Text on the accent")),
    "link": ("#0b4a5a", _("Links")),
    "link-visited": ("#5d2c68", _("Links you visited")),
    "focus": ("#ffdd55", _("Ground of what has the focus")),
    "focus-text": ("#1d2428", _("Line and text of what has the focus")),
    "page": ("#fbf8f1", _("Ground of the page")),
    "surface": ("#ffffff", _("Ground of cards and fields")),
    "text": ("#1d2428", _("Text")),
    "text-soft": ("#4a555c", _("Quiet text: dates and help")),
    "border": ("#6b767c", _("Borders of fields")),
    "header": ("#ffffff", _("Ground of the header")),
    "header-text": ("#0b3b47", _("Text in the header")),
}
DEFAULTS = {name: value for name, (value, _label) in TOKENS.items()}
RADII = {"0": _("Square"), "0.25": _("A little round"), "0.5": _("Round"), "1": _("Very round")}
# What is not a municipality's. tokens.css mixes 11% of the main colour into the surface; its darkest light ground and
# its lightest word of a message are always the same.
QUIET, GREY, WARNING = "quiet", "grey", "warning"
OURS = {
    QUIET: (None, _("Quiet areas, mixed from the main colour")),
    GREY: ("#eeefec", _("Grey areas and messages, always the same")),
    WARNING: ("#7a4d00", _("Words of a warning, always the same")),
}
PAIRS = (
    ("primary-text", "primary", TEXT),
    ("primary-text", "primary-hover", TEXT),
    ("accent-text", "accent", TEXT),
    ("primary", "page", TEXT),
    ("primary", "surface", TEXT),
    ("primary", QUIET, TEXT),
    ("primary-hover", "page", TEXT),
    ("primary-hover", "surface", TEXT),
    ("primary-hover", QUIET, TEXT),
    ("link", "page", TEXT),
    ("link", "surface", TEXT),
    ("link", QUIET, TEXT),
    ("link", GREY, TEXT),
    ("link-visited", "page", TEXT),
    ("link-visited", "surface", TEXT),
    ("link-visited", QUIET, TEXT),
    ("link-visited", GREY, TEXT),
    ("text", "page", TEXT),
    ("text", "surface", TEXT),
    ("text", QUIET, TEXT),
    ("text", GREY, TEXT),
    ("text-soft", "page", TEXT),
    ("text-soft", "surface", TEXT),
    ("text-soft", QUIET, TEXT),
    ("text-soft", GREY, TEXT),
    ("page", WARNING, TEXT),
    ("surface", WARNING, TEXT),
    ("header-text", "header", TEXT),
    ("focus-text", "focus", TEXT),
    ("focus", "primary", INTERFACE),
    ("focus-text", "page", INTERFACE),
    ("focus-text", "surface", INTERFACE),
    ("border", "page", INTERFACE),
    ("border", "surface", INTERFACE),
    ("border", QUIET, INTERFACE),
)
DRAFT = "cms.theme"  # the salt of a signed draft


class Theme(models.Model):
    """The face of one municipality. Only `change_theme` writes it, with values that were checked."""

    municipality = models.OneToOneField(
        Municipality, on_delete=models.CASCADE, related_name="theme"
    )
    tokens = models.JSONField(default=dict)
    radius = models.CharField(max_length=4, default="0.5", choices=list(RADII.items()))
    digest = models.CharField(max_length=20, db_index=True)
    logo = models.ImageField(blank=True, upload_to="logos")
    logo_alt = models.CharField(max_length=100, blank=True)
    footer = models.TextField(max_length=400, blank=True)

    def __str__(self):
        return f"theme of {self.municipality}"

    @property
    def css(self) -> str:
        return css_of(self.tokens, self.radius)


@dataclass(frozen=True)
class Pair:
    """Two colours that stand on each other, with what was found and what is asked."""

    front: str
    back: str
    found: float
    least: float
    better: str | None

    @property
    def passes(self) -> bool:
        return self.found >= self.least

    @property
    def names(self) -> tuple:
        return label_of(self.front), label_of(self.back)


def label_of(name: str):
    """Say what a colour is for."""
    return (TOKENS | OURS)[name][1]


def with_ours(tokens: dict) -> dict:
    """Add the colours that are not the municipality's own."""
    fixed = {name: value for name, (value, _label) in OURS.items() if value}
    return {**tokens, **fixed, QUIET: mixed(tokens["primary"], tokens["surface"], 0.11)}


def checked_pairs(tokens: dict) -> list[Pair]:
    """Measure every text and every border on what it lies on; a pair that fails names a better colour."""
    colours, pairs = with_ours(tokens), []
    for front, back, least in PAIRS:
        found = ratio(colours[front], colours[back])
        better = None if found >= least else better_colour(front, tokens)
        pairs.append(Pair(front, back, found, least, better))
    return pairs


def better_colour(name: str, tokens: dict) -> str | None:
    """Find the colour nearest to this one that passes on everything; the quiet areas move with the main colour."""
    better, before = tokens[name], None
    while better not in (None, before):
        colours, before = with_ours(tokens | {name: better}), better
        beside = [(colours[back], least) for front, back, least in PAIRS if front == name]
        better = nearest_passing(better, beside)
    return better


def css_of(tokens: dict, radius: str) -> str:
    """Write the style sheet of a theme. ValueError for anything that is not a token and its colour."""
    if set(tokens) != set(TOKENS) or radius not in RADII:
        raise ValueError("not the tokens of a theme")
    if not all(isinstance(value, str) and HEX.fullmatch(value) for value in tokens.values()):
        raise ValueError("not a colour")
    lines = [f"--brand-{name}:{tokens[name]}" for name in TOKENS]
    return ":root{" + ";".join([*lines, f"--brand-radius:{radius}rem"]) + "}\n"


def digest_of(css: str) -> str:
    """Name a style sheet by what it says, so that browsers may keep it for ever."""
    return hashlib.sha256(css.encode()).hexdigest()[:20]


def sign_draft(tokens: dict, radius: str) -> str:
    """Seal values that were not saved, so that only a form of ours can have them shown."""
    return signing.dumps([[tokens[name] for name in TOKENS], radius], salt=DRAFT, compress=True)


def read_draft(sealed: str) -> tuple[dict, str]:
    """Open a sealed draft of this hour. signing.BadSignature when it is not ours or too old."""
    values, radius = signing.loads(sealed, salt=DRAFT, max_age=3600)
    return dict(zip(TOKENS, values, strict=True)), radius


def theme_of(municipality) -> Theme | None:
    """Find the theme of a municipality; None while it has the house's own."""
    return Theme.objects.filter(municipality=municipality).first() if municipality else None


def theme(request) -> dict:
    """Offer `theme` to every template: {href, logo_url, logo_alt, footer}; None without one of its own."""
    return {"theme": SimpleLazyObject(lambda: _face(request))}


def _face(request) -> dict | None:
    municipality = getattr(request, "municipality", None)
    return (
        worked_out("face", municipality.pk, lambda: _face_of(municipality))
        if municipality
        else None
    )


def _face_of(municipality) -> dict | None:
    found = theme_of(municipality)
    if found is None:
        return None
    return {
        "href": f"/theme/{found.digest}.css",
        "logo_url": found.logo.url if found.logo else "",
        "logo_alt": found.logo_alt,
        "footer": [line for line in found.footer.splitlines() if line.strip()],
    }


def is_digest(text: str) -> bool:
    """Tell whether this can be the name of a style sheet."""
    return bool(re.fullmatch(r"[0-9a-f]{20}", text))
