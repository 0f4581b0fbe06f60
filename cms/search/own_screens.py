"""Search over the platform's own screens, whose words stand on no page that is indexed."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from cms.middleware import in_language

from .stems import stem, terms, words

MOST_TERMS = 8


@dataclass(frozen=True)
class OwnScreen:
    """One of our screens; its words are said in each language, so people find it in either."""

    view: str
    title: str
    about: str

    @property
    def stems(self) -> set[str]:
        found = set()
        for code, _name in settings.LANGUAGES:
            with override(code):
                text = f"{_(self.title)} {_(self.about)}"
            found |= {stem(word, code) for word in words(text)}
        return found

    @property
    def href(self) -> str:
        language = get_language() or settings.LANGUAGE_CODE
        path = reverse(self.view)
        return path if path.startswith(f"/{language}/") else in_language(path, language)


SCREENS = (
    OwnScreen(
        "follow",
        gettext_noop("How does my message stand?"),
        gettext_noop("Fill in your receipt, the code of your message, and read the answer."),
    ),
    OwnScreen(
        "meedoen",
        gettext_noop("I have a code"),
        gettext_noop("Fill in the code of a session, or of your card, and take part."),
    ),
    OwnScreen(
        "people:see_own_data",
        gettext_noop("What I did here"),
        gettext_noop("See your own data, download it or have it erased."),
    ),
    OwnScreen(
        "account_login",
        gettext_noop("Sign in"),
        gettext_noop("With your account, a password, a code by e-mail or a passkey."),
    ),
    OwnScreen(
        "try_gates",
        gettext_noop("How does the municipality choose?"),
        gettext_noop("The compass: its questions, rules and levels."),
    ),
)


def own_screens(query: str) -> list[dict[str, str]]:
    """List the screens whose words hold every word of a query, as {href, title, about}."""
    asked = terms(query, MOST_TERMS)
    return [
        {"href": screen.href, "title": _(screen.title), "about": _(screen.about)}
        for screen in SCREENS
        if asked and all(screen.stems & set(one) for one in asked)
    ]
