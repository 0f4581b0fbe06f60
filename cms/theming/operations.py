"""Operation: change the theme of a municipality."""

from django.core.files.base import ContentFile
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.names import clean_line, clean_text
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require
from deliberation.projects.models import Municipality

from .contrast import normal
from .theme import DEFAULTS, RADII, Pair, Theme, checked_pairs, css_of, digest_of

MOST_FOOTER_LINES = 4


@operation
def change_theme(
    *, actor, municipality, tokens, radius, logo_alt="", footer="", logo=None, drop_logo=False, now
) -> Theme:
    """Give a municipality its colours, logo and footer. It counts for the next page anybody opens.

    `tokens` holds a colour for every token of the theme; `logo` is a PNG that was drawn anew, None
    keeps the one there is. Refused: an unknown token, what is no colour, two colours that people
    can't read on each other, a logo without words for who doesn't see it.
    """
    require("cms.change_theme", actor, municipality, now)
    colours = _checked_colours(tokens)
    if radius not in RADII:
        raise Refused(_("Choose one of the shapes."), code="malformed", field="radius")
    Municipality.objects.select_for_update().get(pk=municipality.pk)
    theme = Theme.objects.filter(municipality=municipality).first() or Theme(
        municipality=municipality
    )
    theme.tokens, theme.radius, theme.digest = colours, radius, digest_of(css_of(colours, radius))
    theme.logo_alt, theme.footer = clean_line(logo_alt, 100), _footer(footer)
    _place_logo(theme, logo, drop_logo)
    theme.save()
    record_audit(
        actor=actor,
        action="change_theme",
        obj=municipality,
        now=now,
        detail={"tokens": colours, "radius": radius},
    )
    return theme


def _checked_colours(tokens: dict) -> dict:
    if set(tokens) != set(DEFAULTS):
        raise Refused(_("These are not the colours of a theme."), code="malformed")
    colours = {}
    for name in DEFAULTS:
        colours[name] = normal(str(tokens[name]))
        if colours[name] is None:
            raise Refused(what_is_no_colour(), code="malformed", field=name)
    for pair in checked_pairs(colours):
        if not pair.passes:
            raise Refused(unreadable(pair), field=pair.front)
    return colours


def what_is_no_colour():
    """Say how a colour is written."""
    return _("Write a colour as a # with six digits or letters from a to f. For example #0b4a5a.")


def unreadable(pair: Pair) -> str:
    """Say which two colours can't be read on each other, what was found, and what would do."""
    front, back = pair.names
    found, least = number_format(pair.found, 2), number_format(f"{pair.least:g}")
    words = {"front": front, "back": back, "found": found, "least": least}
    said = _(
        "“%(front)s” can't be read or seen well on “%(back)s”. They differ %(found)s in light, and have to "
        "differ at least %(least)s."
    )
    if pair.better is None:
        return str(said % words) + " " + str(_("Change the other colour."))
    return str(said % words) + " " + str(_("The nearest colour that works: %s.") % pair.better)


def _footer(text: str) -> str:
    lines = [line for line in clean_text(text, 400).splitlines() if line.strip()]
    if len(lines) > MOST_FOOTER_LINES:
        raise Refused(_("At most four lines, please."), field="footer")
    return "\n".join(lines)


def _place_logo(theme: Theme, logo: bytes | None, drop: bool) -> None:
    if (logo or (theme.logo and not drop)) and not theme.logo_alt:
        raise Refused(_("Say what the logo shows, for people who don't see it."), field="logo_alt")
    if drop:
        theme.logo = ""
    if logo:
        theme.logo.save(f"{theme.municipality.slug}.png", ContentFile(logo), save=False)
