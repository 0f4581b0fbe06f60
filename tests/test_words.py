"""Does everything speak to everybody in the same plain words, and do texts quote choices that exist?"""

import re
import tomllib
from gettext import GNUTranslations
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

from tests.test_texts import ROOT

DOMAINS = ("django", "djangojs")
FAMILIAR = re.compile(r"\b(je|jij|jou|jouw|jullie|jezelf)\b", re.IGNORECASE)
SESSION = r"avond(?! zelf)|avonden|vanavond|bijeenkomst(en)?"
# Not Dutch for a resident, two words for one thing, or a name of the code: and what we say.
AVOIDED = {
    r"passkeys?(?!\))": "toegangssleutel (passkey)",
    r"live ?sessies?": "sessie",
    r"op_id": "nothing: that is the code's",
    r"console": "bediening",
    r"hoever": "hoe ver",
    SESSION: "sessie; one run of it is an oefening or de avond zelf",
    r"mag u leeg laten": "u mag dit leeg laten",
    r"tweede stap|tweede factor": "tweede slot",
    r"manager": "leidinggevende",
    r"volle lijn": "dichte lijn",
    r"bewoners?": "inwoners, or who lives there",
    r"rode (streep|lijn)": "what is wrong, with a link to the field",
    r"middels|teneinde|dienen? te|indien|conform|inzake|desgewenst|alsmede|tevens": "plain words",
    r"feedback|input|stakeholders?|tool|deadline|workflow|dashboard|content(?!-)": "Dutch",
}
HAVE = re.compile(r"\b(heeft u|(?<!van )u heeft)\b", re.IGNORECASE)  # hebt u, u hebt
HALF_ENGLISH = re.compile(r"\blive\b|server error|dashboard|\bslug\b", re.IGNORECASE)
# Of Wagtail, the same in both languages; and what only who installs the platform reads, or nobody.
DUTCH_TOO = set(
    "Account account Alias App Code contrast Filter ID item items Link Machine Permanent permanent Privacy Site Sites "
    "site sites Status status Subscript Superscript Tag Tags tags Type URL".split()
) | {"Status: ", "Download CSV", "Download XLSX"}
NEVER_READ = {
    *"Admin Default Default? Snippets Workflow Workflows workflow workflows embed embeds hostname".split(),
    "Editor Guide", "Sites menu", "URL Generator", "Wagtail API v2", "Wagtail API v3", "Wagtail admin",
    "Wagtail core", "Wagtail embeds", "Wagtail frontend cache", "Wagtail sitemaps", "Wagtail sites",
    "Wagtail snippets", "Workflow: start", "content JSON", "object id",
}  # fmt: skip
# One word for what is typed one by one: characters, in the texts of screens and in what is read to install.
SIGNS = re.compile(
    r"\b(\d+|ten|twelve|sixteen|%[sd]|%\(\w+\)[sd]|other|most) signs\b", re.IGNORECASE
)
LONGEST_SENTENCE = 18  # words; B1 says 15 on average, so far nothing of ours needs more than 17
QUOTED = re.compile(r"[“‘]([^”’]+)[”’]")
# Our own files of texts that residents and staff read, beside the catalogue; frameworks that were published stay.
FILES = ("cms/pages/starters.toml", "cms/editing/plain_words.toml")
IN_DUTCH = (*FILES, "docs/guides/editor.md", "docs/guides/evening.md")


def catalogue(path: Path) -> dict[str, str]:
    """Read a compiled catalogue: what was written in English, and how we say it."""
    with path.open("rb") as file:
        texts = GNUTranslations(file)._catalog
    return {str(key): text for key, text in texts.items() if key}


def ours() -> dict[str, str]:
    return catalogue(ROOT / "locale/nl/LC_MESSAGES/django.mo")


def everybodys(domain: str) -> dict[str, str]:
    """Give every Dutch text that this installation can show, of us and of what we build on."""
    places = [Path(one.path) / "locale" for one in reversed(list(apps.get_app_configs()))]
    found = {}
    for place in [
        Path(trans_real.__file__).parents[2] / "conf/locale",
        *places,
        *reversed(settings.LOCALE_PATHS),
    ]:
        if (path := Path(place) / f"nl/LC_MESSAGES/{domain}.mo").exists():
            found |= catalogue(path)
    return found


def test_everybody_is_u_also_where_a_neighbours_text_is_shown():
    said = {(one, text) for domain in DOMAINS for one, text in everybodys(domain).items()}
    assert len(said) > 5000
    assert [(one, text) for one, text in said if FAMILIAR.search(text)] == []


FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def joined_to_a_letter(text: str) -> set[str]:
    """Find what is filled in right beside a letter."""
    places = [
        (one[0], text[: one.start()][-1:], text[one.end() :][:1])
        for one in FILLED_IN.finditer(text)
    ]
    return {name for name, before, after in places if before.isalpha() or after.isalpha()}


@pytest.mark.parametrize("domain", DOMAINS)
def test_what_is_filled_in_or_comes_after_has_its_space_also_in_a_neighbours_text(domain):
    """The button of a translation said "Publiceer inEngels"."""
    said = everybodys(domain).items()
    joined = [
        (one, text) for one, text in said if joined_to_a_letter(text) - joined_to_a_letter(one)
    ]
    ends = [(one, text) for one, text in said if one[-1] == " " != text[-1]]
    assert joined + ends == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_editor_speaks_dutch(domain):
    """What an officer reads in Wagtail is not what was there in English, or half of it."""
    folders = [Path(one.path) for one in apps.get_app_configs() if one.name.startswith("wagtail")]
    theirs = [folder / f"locale/nl/LC_MESSAGES/{domain}.mo" for folder in folders]
    keys = {key for path in theirs if path.exists() for key in catalogue(path)}
    said = {key: text for key, text in everybodys(domain).items() if key in keys}
    same = {text for key, text in said.items() if key == text and not FILLED_IN.search(text)}
    assert same - DUTCH_TOO - NEVER_READ == set()
    assert [text for text in said.values() if HALF_ENGLISH.search(text)] == []


def test_u_hebt_also_where_a_neighbours_text_is_shown():
    """The framework nl says "u heeft" once; a version that was used never changes."""
    said = {text for domain in DOMAINS for text in everybodys(domain).values()}
    said |= {(ROOT / name).read_text() for name in IN_DUTCH}
    assert [text for text in said if HAVE.search(text)] == []


def test_the_guides_call_a_session_as_the_screens_do():
    word = re.compile(rf"\b({SESSION})\b", re.IGNORECASE)
    guides = {name: (ROOT / name).read_text() for name in IN_DUTCH if name.endswith(".md")}
    assert {name: found[0] for name, text in guides.items() if (found := word.search(text))} == {}


def test_what_we_say_is_what_is_shown():
    """Django puts the catalogues together in the order in which we read them."""
    with translation.override("nl"):
        assert translation.gettext("Are you sure you want to delete this page?") == (
            "Weet u zeker dat u deze pagina wilt verwijderen?"
        )
        assert (
            translation.gettext("Your password has been changed.") == "Uw wachtwoord is gewijzigd."
        )


@pytest.mark.parametrize("avoided", AVOIDED)
def test_we_have_one_plain_word_for_it(avoided):
    word = re.compile(rf"\b({avoided})\b", re.IGNORECASE)
    assert [text for text in ours().values() if word.search(text)] == [], AVOIDED[avoided]


def test_what_is_typed_one_by_one_is_called_characters():
    guides = [ROOT / "README.md", *(ROOT / "docs/guides").glob("*.md")]
    code = [*(ROOT / "cms").rglob("*.py")]
    said = [*ours(), *(path.read_text() for path in guides + code)]
    assert [found[0] for text in said if (found := SIGNS.search(text))] == []


def sentences(text: str) -> list[str]:
    plain = re.sub(r"%\(\w+\)[sd]|%[sd]", "X", re.sub(r"<[^>]+>", "", text))
    return re.split(r"(?<=[.?!])\s+|\n+", plain)


def test_no_sentence_is_too_long_to_read_aloud():
    said = [one for text in ours().values() for one in sentences(text)]
    assert [one for one in said if len(one.split()) > LONGEST_SENTENCE] == []


def quotes(texts) -> list[tuple[str, str]]:
    """Pair what stands between quotation marks with the text that quotes it; what is filled in is no quote."""
    found = [(quote, text) for text in texts for quote in QUOTED.findall(text)]
    return [(quote, text) for quote, text in found if not {"%", "{"} & set(quote)]


@pytest.mark.parametrize("side", ["keys", "values"])
def test_what_a_text_quotes_stands_on_a_screen(side):
    said = {text.casefold() for text in getattr(everybodys("django"), side)()}
    unknown = [
        (quote, text)
        for quote, text in quotes(getattr(ours(), side)())
        if not any(is_named(quote.casefold(), one) for one in said if one != text.casefold())
    ]
    assert unknown == []


def is_named(quote: str, text: str) -> bool:
    """Tell whether a screen shows what is quoted: alone, or at the start or end of a short text."""
    words, shown = quote.split(), re.sub(r"[^\w' …-]", " ", text).split()
    if len(shown) > len(words) + 6:
        return False
    starts = range(len(shown) - len(words) + 1)
    return any(shown[start : start + len(words)] == words for start in starts)


@pytest.mark.parametrize("name", FILES)
def test_the_files_say_u_too(name):
    texts = (ROOT / name).read_text()
    tomllib.loads(texts)
    assert FAMILIAR.findall(texts) == []


# A number before a noun of many: one "people" is wrong. Without a number beside it a noun needs no second form.
MANY = re.compile(
    r"(?<![Cc]ard )(?<!By )%(?:\((?!who|name|code|day|time|team)\w+\))?[sd] (?:\w+ )?(?:people|[a-z]+[^s\W]s)\b"
)
# What comes after a number, ends in an s, and is a verb.
NO_NOUN = re.compile(r" (this|is|was|fits|asks|looks|stays|counts|has|votes|waits|belongs|leads)$")
NEVER_ONE = {
    "A sentence has %(number)s words on average. Stay below %(most)s.",  # said when it is long
    "At most %(count)s lines, please.",
    "This is too long: at most %(most)s characters.",
    "A line has at most %(count)s characters.",
    "This file is too large: at most %d characters.",
    "We sent six digits to %(email)s. They work for %(minutes)s minutes, in this browser.",
    "In the past hour three messages with a code went to %(email)s, so we send no other one now. "
    "Open the newest of them, look in your spam folder too. Fill in its six digits and the word below "
    "them. Here they work for %(minutes)s minutes from now, also when the message is older than it "
    "says.",
    "This picture is too large: %(width)s by %(height)s. At most %(most)s million pixels fit.",
    "A session has at most %d cards.",
    "There are %d moments here already.",
    "Choose 1 to %d working days.",
    "You have %d questions here that are not answered yet. Please wait for an answer first.",
}


def test_what_is_counted_can_be_one():
    """A text with a number before a noun of many has a form for one, in which no other number stands so."""
    with (ROOT / "locale/nl/LC_MESSAGES/django.mo").open("rb") as file:
        keys = GNUTranslations(file)._catalog
    texts = {(key if isinstance(key, str) else key[0]).rpartition("\x04")[2] for key in keys}
    found = {
        text for text in texts for match in MANY.finditer(text) if not NO_NOUN.search(match[0])
    }
    assert found - NEVER_ONE == set()
