"""Forms for the theme of a municipality: colours, logo and footer, and the names of levels."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from cms.theming.operations import unreadable, what_is_no_colour
from compass.refusal import Refused
from deliberation.projects.concurrent_edits import RefusesStale
from deliberation.projects.naming import KINDS, LANGUAGES, LONGEST_NAME, field_of

from .contrast import normal
from .logo import drawn_anew
from .theme import DEFAULTS, RADII, TOKENS, checked_pairs

KIND_WORDS = {"plain": _("as residents read it"), "official": _("official name")}


class ThemeForm(RefusesStale, forms.Form):
    """Colours, shape, logo and footer. Its pairs are measured while it is cleaned."""

    needed_sometimes = ("logo_alt",)

    def __init__(self, *args, theme=None, **options):
        super().__init__(*args, initial=_initial(theme), **options)
        self.pairs = []
        for name, (_value, label) in TOKENS.items():
            self.fields[name] = forms.CharField(
                label=label, max_length=7, widget=forms.TextInput(attrs=_colour_attrs())
            )
        self.fields["radius"] = forms.ChoiceField(
            label=_("Corners"), choices=list(RADII.items()), widget=forms.RadioSelect
        )
        self.fields["logo"] = forms.FileField(
            label=_("Logo"),
            required=False,
            help_text=_(
                "PNG, JPEG or WebP, at most 1 MB. It is shown on the ground of the header."
            ),
            widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        )
        if theme and theme.logo:
            self.fields["drop_logo"] = forms.BooleanField(
                label=_("Take the logo away"), required=False
            )
        self.fields["logo_alt"] = forms.CharField(
            label=_("What does the logo show?"),
            required=False,
            max_length=100,
            help_text=_(
                "Needed with a logo, for people who don't see it. For example: municipality of Kompasdorp."
            ),
        )
        self.fields["footer"] = forms.CharField(
            label=_("Lines at the bottom of every page"),
            required=False,
            max_length=400,
            help_text=_("At most four. For example: address, telephone, opening hours."),
            widget=forms.Textarea(attrs={"rows": 4}),
        )

    @property
    def colour_fields(self):
        return [self[name] for name in TOKENS]

    @property
    def other_fields(self):
        return [field for field in self if field.name not in TOKENS]

    def colours(self) -> dict:
        """Give the colours as typed, the house's own where what was typed is no colour."""
        typed = {name: normal(str(self[name].value() or "")) for name in TOKENS}
        return {name: typed[name] or DEFAULTS[name] for name in TOKENS}

    def shape(self) -> str:
        value = str(self["radius"].value())
        return value if value in RADII else "0.5"

    def clean_logo(self):
        upload = self.cleaned_data.get("logo")
        try:
            return drawn_anew(upload) if upload else None
        except Refused as refusal:
            raise forms.ValidationError(refusal.reason) from refusal

    def clean(self):
        cleaned = super().clean()
        for name in TOKENS:
            cleaned[name] = normal(cleaned.get(name, ""))
            if cleaned[name] is None and name not in self.errors:
                self.add_error(name, what_is_no_colour())
        self.pairs = checked_pairs(self.colours())
        for pair in self.pairs:
            if not pair.passes:
                self.add_error(pair.front, unreadable(pair))
        return {
            "tokens": {name: cleaned.pop(name, None) for name in TOKENS},
            "drop_logo": False,
            **cleaned,
        }


def _initial(theme) -> dict:
    if theme is None:
        return {**DEFAULTS, "radius": "0.5"}
    return {
        **theme.tokens,
        "radius": theme.radius,
        "logo_alt": theme.logo_alt,
        "footer": theme.footer,
    }


def _colour_attrs() -> dict:
    return {
        "pattern": "#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?",
        "autocomplete": "off",
        "spellcheck": "false",
        "data-colour": "",
    }


class LevelNamesForm(RefusesStale, forms.Form):
    """The names of the levels in each language; open means the framework's."""

    def __init__(self, *args, rulebook, municipality, **options):
        given = municipality.level_names
        super().__init__(*args, initial=_given(rulebook, given), **options)
        self.rulebook = rulebook
        for level in rulebook.levels:
            for kind in KINDS:
                for language in LANGUAGES:
                    name = field_of(level.key, kind, language)
                    self.fields[name] = _name_field(level, kind, language)

    @property
    def groups(self):
        """List (official name, fields) of each level."""
        return [
            (
                level.name["nl"],
                [self[field_of(level.key, kind, code)] for kind in KINDS for code in LANGUAGES],
            )
            for level in self.rulebook.levels
        ]

    def clean(self):
        cleaned = super().clean()
        names: dict = {}
        for level in self.rulebook.levels:
            names[level.key] = {
                kind: {code: cleaned.get(field_of(level.key, kind, code), "") for code in LANGUAGES}
                for kind in KINDS
            }
        return {"names": names}


def _given(rulebook, names: dict) -> dict:
    return {
        field_of(level.key, kind, language): names.get(level.key, {})
        .get(kind, {})
        .get(language, "")
        for level in rulebook.levels
        for kind in KINDS
        for language in LANGUAGES
    }


def _name_field(level, kind, language):
    own = {"plain": level.plain, "official": level.name}[kind][language]
    in_language = get_language_info(language)["name_local"].capitalize()
    return forms.CharField(
        label=format_lazy("{}, {}", in_language, KIND_WORDS[kind]),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("The framework says: %s") % own,
    )
