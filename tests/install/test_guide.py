"""Do the guides name only what there is: files, commands, settings, units, and the words on screens?"""

import re
import shlex
from functools import cache

import pytest
from django.core.management import get_commands, load_command_class

from tests.deploy.shipped import GUIDE, names_read
from tests.test_architecture import ROOT
from tests.test_words import everybodys

BLOCK = re.compile(r"^```\w+\n(.*?)^```$", re.M | re.S)
# Made by Debian, by certbot, or by whoever installs.
ELSEWHERE = re.compile(
    r"/(etc/(letsencrypt|nginx/(sites-enabled/|samenkompas.d|conf.d/(own-network|nginx-site|nginx-upstream).conf$)|redis/redis.conf$|systemd/system|samenkompas/issuers.toml$)"
    r"|root/|srv/|usr/|opt/samenkompas/staticfiles$|var/lib/redis/dump.rdb$|var/lib/systemd/timers/)"
)


@cache
def sources() -> str:
    """Give what the platform itself says of files: its settings, its sign-in, its units and scripts."""
    rooms = (*(ROOT / "deploy").rglob("*"), *(ROOT / "cms").rglob("*.py"))
    return "\n".join(one.read_text() for one in rooms if one.is_file())


def unknown_files(text: str) -> list[str]:
    named = re.findall(
        r"(?<![\w/.<*=-])(?:\./)?((?:deploy|docs|\.ci)/[\w./*-]+|[\w-]+\.(?:sh|py|md|txt|yaml))",
        text,
    )
    rooms = (ROOT, ROOT / "deploy", ROOT / "docs/guides")
    return [
        one
        for one in named
        if not any([*room.glob(one)] for room in rooms) and f'"{one}"' not in sources()
    ]


def unknown_places(text: str) -> list[str]:
    named = re.findall(
        r"(?<![\w.:/<>-])/(?:etc|opt|var|run|root|srv|usr)/[\w./-]*\w(?![\w*])", text
    )
    return [
        one
        for one in named
        if not ELSEWHERE.match(one)
        and not re.search(rf"{re.escape(one)}(?![\w-])", sources())
        and not (ROOT / one.removeprefix("/opt/samenkompas/")).exists()
    ]


def unknown_commands(text: str) -> list[str]:
    """List the commands, and the options of each, that `manage.py` doesn't take."""
    wrong, there = [], get_commands()
    for typed in re.findall(r"manage\.py ([^`\n]+)", text):
        name, *words = shlex.split(re.sub(r"[<>()]", "", typed))
        if name not in there:
            wrong.append(name)
            continue
        command = there[name]
        command = load_command_class(command, name) if isinstance(command, str) else command
        told = command.create_parser("manage.py", name).format_help()
        wrong += [f"{name} {one}" for one in words if one.startswith("--") and one not in told]
        if name == "municipality" and words[0] not in told:
            wrong.append(f"{name} {words[0]}")
    return wrong


def unknown_settings(text: str) -> list[str]:
    named = set(re.findall(r"\bSAMENKOMPAS_([A-Z_]+)\b", text)) - {"OIDC_"}
    return sorted(named - names_read())


def unknown_units(text: str) -> list[str]:
    named = re.findall(r"(?<![\w-])samenkompas-(?!before|\*)([a-z]+(?:\.\w+)?)", text)
    return [one for one in named if not [*(ROOT / "deploy/systemd").glob(f"samenkompas-{one}*")]]


# In wagtail-localize's screen of a translation, which a script writes.
BY_SCRIPT = {"vertaal", "publiceer in het engels", "opslaan"}


@cache
def shown_words() -> set[str]:
    return {one.casefold() for one in everybodys("django").values()} | BY_SCRIPT


@cache
def levels() -> set[str]:
    told = (ROOT / "compass/frameworks/nl.toml").read_text()
    return set(re.findall(r'^name\.nl = "(.*)"', told, re.M))


GUIDES = {path.name: path.read_text() for path in (ROOT / "docs/guides").glob("*.md")}
FOR_COLLEAGUES = sorted(
    name for name, text in GUIDES.items() if text.startswith("*In short (English)")
)


def unknown_words_for_editors(text: str) -> list[str]:
    """List what stands in bold in the guide for editors, and is no step of its own and no text of a screen."""
    named = re.findall(r"\*\*([^*\n]+)\*\*", text)
    own = r"\d+\. .*|Leg dit vooraf klaar:"
    return [
        one for one in named if not re.fullmatch(own, one) and one.casefold() not in shown_words()
    ]


def unknown_levels(text: str) -> list[str]:
    """List what stands in italics below the first line (English) of a guide for colleagues, and is no level."""
    named = re.findall(r"(?<!\*)\*([^*\n]+)\*(?!\*)", text.split("\n", 1)[1])
    return [one for one in named if one not in levels()]


@pytest.mark.parametrize("name", FOR_COLLEAGUES)
def test_a_guide_for_colleagues_names_what_screens_say(name):
    assert unknown_words_for_editors(GUIDES[name]) == []
    assert unknown_levels(GUIDES[name]) == []
    steps = re.findall(r"^\*\*(\d+)\. ", GUIDES[name], re.M)
    assert steps == [str(number) for number in range(1, len(steps) + 1)] and len(steps) > 10


def test_a_word_or_a_level_that_is_on_no_screen_is_seen():
    assert FOR_COLLEAGUES == ["editor.md", "evening.md"]
    assert unknown_words_for_editors("Druk op **Maak iets anders**.") == ["Maak iets anders"]
    assert unknown_levels("*In short*\nvanaf *raadgeven*") == ["raadgeven"]


@pytest.mark.parametrize("name", GUIDES)
def test_every_guide_is_found_from_the_first_page_and_leads_to_what_there_is(name):
    assert f"(docs/guides/{name})" in (ROOT / "README.md").read_text()
    led = re.findall(r"\]\((?!http)([^)#]+)", GUIDES[name])
    assert [one for one in led if not (ROOT / "docs/guides" / one).exists()] == []


def unknown_words_of_screens(text: str) -> list[str]:
    """List what stands in italics and is no heading of the guide, no text of a screen and no level."""
    shown = shown_words()
    headings = re.findall(r"^##+ (.*)", GUIDE, re.M)
    named = re.findall(r"(?<![*\w`])\*([^*`\n]+)\*(?![*\w])", BLOCK.sub("", text))
    return [
        one
        for one in named
        if not {one.casefold(), one.replace("Kompasdorp", "%s").casefold()} & shown
        and one not in levels()
        and not any(heading.startswith(one) for heading in headings)
    ]


PLANTED = {
    unknown_files: ("deploy/gone.sh", "`gone.sh`", "see docs/gone.md", "./gone.py", ".ci/gone"),
    unknown_places: ("/etc/samenkompas/gone", "`/var/lib/gone`", "/opt/samenkompas/gone.py", "/run/gone"),
    unknown_commands: ("manage.py gone", "`manage.py check --gone`", "manage.py municipality gone"),
    unknown_settings: ("`SAMENKOMPAS_GONE`", "SAMENKOMPAS_HOST=x"),
    unknown_units: ("systemctl start samenkompas-gone", "samenkompas-backup.gone"),
    unknown_words_of_screens: ("press *Nodig iemand anders uit*", "*Begin*, *De avond zelve*"),
}  # fmt: skip


@pytest.mark.parametrize("unknown", PLANTED, ids=lambda one: one.__name__)
def test_the_guide_names_what_there_is(unknown):
    assert unknown(GUIDE) == []
    for planted in PLANTED[unknown]:
        assert unknown(planted), f"{planted} is not seen"
