"""Can a text that somebody sends keep us busy? Every regular expression, found in the code, with its worst text."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver
from django.urls.converters import get_converters

from deliberation.live.routing import websocket_urlpatterns
from tests.fields import every_field
from tests.patterns import in_values, patterns_of_ours
from tests.slow_texts import many, slowest
from tests.test_architecture import ROOT


def patterns_of_addresses(resolver=None):
    """Find the expression of every address, those of others too: each meets whatever a stranger asks for."""
    for each in (resolver or get_resolver()).url_patterns:
        yield each.pattern.regex, (f"address {each.pattern}", "search")
        yield behind_its_words(each.pattern)
        if hasattr(each, "url_patterns"):
            yield from patterns_of_addresses(each)


def behind_its_words(pattern):
    """Give an address from its first part on, for the text of who knows the words before it; else all of it."""
    written = pattern.regex.pattern
    rest = written[max(0, written.find("(")) :]
    return re.compile(rest), (f"address {pattern}, behind its words", "match")


def patterns_of_sockets():
    """Find the expressions of the addresses of sockets, and of the parts that any address may have."""
    for each in websocket_urlpatterns:
        yield each.pattern.regex, (f"socket {each.pattern}", "search")
        yield behind_its_words(each.pattern)
    for name, each in get_converters().items():
        yield re.compile(each.regex), (f"part <{name}:> of an address", "search")


def patterns_of_fields():
    """Find the expressions that what is typed or stored has to fit: of every form, page, block and column."""
    columns = [field for model in apps.get_models() for field in model._meta.get_fields()]
    for name, field in [*every_field(), *((str(one), one) for one in columns)]:
        for each in getattr(field, "validators", ()):
            for pattern in in_values(vars(each) if hasattr(each, "__dict__") else each):
                yield pattern, (f"validator of {name}", "search")
        told = getattr(getattr(field, "widget", None), "attrs", {}).get("pattern")
        if told:
            yield re.compile(told), (f"pattern of {name}", "fullmatch")


def patterns_of_settings():
    """Find the expressions in our settings; those of Django's that are texts as well."""
    for pattern in in_values({name: getattr(settings, name, None) for name in dir(settings)}, 6):
        yield pattern, ("settings", "search")
    for text in settings.SECURE_REDIRECT_EXEMPT:
        yield re.compile(text), ("settings", "search")


def patterns_of_templates():
    for path in (ROOT / "templates").rglob("*.html"):
        for text in re.findall(r'pattern="([^"]*)"', path.read_text()):
            yield re.compile(text), (str(path.relative_to(ROOT)), "fullmatch")


# An expression stands in a script where a value may begin; a comment begins a line, or follows a space.
BEFORE = r"(?:[(,=:\[!&|?{};]|\breturn|^)\s*"
BODY = r"((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+)"
LITERAL = re.compile(rf"{BEFORE}/(?![*/]){BODY}/(\w*)", re.M)
COMMENT = re.compile(r"(?:^|\s)//.*|/\*[\s\S]*?\*/")
MADE = re.compile(
    r"\bRegExp\s*\(\s*(?:(['\"`])(.*?)\1)?|\.(?:match|matchAll|search)\(\s*(?!/)(?:(['\"`])(.*?)\3)?"
)


def patterns_of_script(text: str) -> list:
    """Find the expressions in a script, read as Python's; None for one that no test can read."""
    code = COMMENT.sub("", text)
    found = [(body, flags) for body, flags in LITERAL.findall(code)]
    made = [each[1] or each[3] for each in MADE.findall(code)]
    return [_of_script(body, flags) for body, flags in found + [(each, "") for each in made]]


def _of_script(body: str, flags: str) -> re.Pattern | None:
    named = body.replace("(?<", "(?P<").replace("(?P<=", "(?<=").replace("(?P<!", "(?<!")
    plain = re.sub(r"\\[pP]\{[^}]*\}", r"\\w", re.sub(r"\\u\{?([0-9a-fA-F]+)\}?", _sign, named))
    try:
        return re.compile(plain, re.I if "i" in flags else 0) if body else None
    except re.error:
        return None


def _sign(match) -> str:
    return re.escape(chr(int(match[1], 16)))


def patterns_of_scripts():
    for path in (ROOT / "static" / "js").rglob("*.js"):
        for pattern in patterns_of_script(path.read_text()):
            assert pattern, f"{path.name} makes an expression that no test can read"
            yield pattern, (f"static/js/{path.name}", "search")


def every_pattern() -> dict:
    """Give every expression that meets outside text, with where it stands and how it is asked."""
    ours, unread = patterns_of_ours()
    assert unread == [], "write it at the top of its module"
    assert len(ours) > 80
    others = (
        patterns_of_addresses, patterns_of_sockets, patterns_of_fields, patterns_of_settings,
        patterns_of_templates, patterns_of_scripts,
    )  # fmt: skip
    found = {}
    for each in others:
        some = dict(each())
        assert some or each is patterns_of_settings, each
        found |= some
    return found | ours


@pytest.mark.django_db
def test_no_text_keeps_a_regular_expression_busy():
    slow, most = [], many()
    for pattern, (where, use) in every_pattern().items():
        took, text = slowest(pattern, use, most)
        if took > most and took > many():  # the machine may have become busier
            slow.append(f"{where}: {took * 1000:.0f} ms for {text!r} and so on")
    assert slow == [], "\n".join(slow)


@pytest.mark.parametrize(
    ("text", "use"),
    [
        (r"[\w.+-]+@[\w-]+\.[\w.-]+", "search"),
        (r"(/account/[\w/-]*/)(?=[\w-]*\d)[\w:-]{8,}", "search"),
        (r"\s+$", "search"),
        (r"^(\w+\s?)*$", "match"),
        (r"(?:a|aa)+!", "fullmatch"),
        (r"/\*.*\*/", "search"),
        (r"<([a-z]+)[^<]*>", "search"),
        (r"(x+x+)+y", "fullmatch"),
        (r"\d+(?:,\d+)*[.]", "search"),
        (r"(?P<code>(?:[^/ ]+ *)+)\Z", "match"),
    ],
)
def test_an_expression_that_takes_the_square_of_its_text_is_found(text, use):
    most = many()
    took, _text = slowest(re.compile(text), use, most)
    assert took > most


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("const a = text.replace(/(x+x+)+y/g, '');", ["(x+x+)+y"]),
        ("// a path like /a/b/\nif (/^a[/]b$/i.test(name)) go();", ["^a[/]b$"]),
        ("const half = all / 2 / 3;", []),
        ("return /\\p{L}+$/u.exec(line)", ["\\w+$"]),
        ("new RegExp('a+$').test(b)", ["a+$"]),
        ("new RegExp(given)", [None]),
        ("line.match('a*')", ["a*"]),
    ],
)
def test_the_expressions_of_a_script_are_found(script, found):
    assert [each and each.pattern for each in patterns_of_script(script)] == found
