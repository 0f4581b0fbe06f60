"""Proof that everything still stands after an upgrade. Run in the new version's folder: proof.py <note.json>.

It names what does not, with exit code 1. Read beside scene.py, which wrote the note in the former version.
"""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, os.getcwd())
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")

import django

django.setup()

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.urls import resolve, reverse  # noqa: E402

from cms.tenants.isolation import INSTALLERS  # noqa: E402
from compass.engine.advise import advise  # noqa: E402
from compass.models import Assessment, Framework  # noqa: E402
from compass.queries import parsed  # noqa: E402
from tests.upgrade.crawl import browser, look  # noqa: E402

PASSWORD = "samen-kompas-demo"


def main(note: dict) -> list[str]:
    proofs = (_sessions, _second_factor, _pages, _screens, _frameworks, _advice, _erased)
    wrong, desk = [], browser()
    for proof in proofs:
        tried, found = proof(note, desk)
        name = proof.__name__.strip("_").replace("_", " ")
        print(f"    {name:14} {tried:4} tried, {len(found)} wrong")
        wrong += found
    return wrong


def _sessions(note, desk):
    """Who was signed in still is, or signs in again: never an error."""
    status = browser(sessionid=note["desk"]).get("/admin/").status_code
    if status == 302:
        print("      sessions of then have ended: everybody signs in again")
    return 1, [] if status in (200, 302) else [f"a session of before leads to {status}"]


def _pages(note, desk):
    return _compare(browser(), note["pages"])


def _screens(note, desk):
    return _compare(desk, note["screens"])


def _compare(client, kept) -> tuple[int, list[str]]:
    """Every page that answered still does; at most its heading says it in other words: which, is for who reads it."""
    wrong, otherwise = [], Counter()
    for path, (status, heading) in kept.items():
        (now, words), _links = look(client, path)
        if now == 403 and resolve(path).url_name in INSTALLERS:
            print(f"      {path} is for installers now")
        elif now >= 400 and status < 400:
            wrong.append(f"{path}: {status} before, {now} now")
        elif words != heading and status < 400:
            otherwise[heading, words] += 1
    for (before, now), pages in otherwise.most_common():
        print(f"      {pages} with the heading “{before}” say “{now}” now")
    return len(kept), wrong


def _frameworks(note, desk):
    wrong = [
        f"framework {pk} has another text"
        for pk, source in note["frameworks"]
        if Framework.objects.get(pk=pk).source != source
    ]
    return len(note["frameworks"]), wrong


def _advice(note, desk):
    """What was adopted is stored as it was, byte for byte, and its answers still lead there."""
    wrong = []
    for pk, answers, advice in note["assessments"]:
        one = Assessment.objects.get(pk=pk)
        if json.dumps(one.answers, sort_keys=True) != answers:
            wrong.append(f"assessment {pk} has other answers")
        if json.dumps(one.advice, sort_keys=True) != advice:
            wrong.append(f"assessment {pk} has another advice")
        again = json.loads(json.dumps(advise(parsed(one.framework), one.answers).as_dict()))
        if {key: _core(key, again[key]) for key in one.advice} != {
            key: _core(key, one.advice[key]) for key in one.advice
        }:
            wrong.append(f"assessment {pk} replays to another advice")
    return len(note["assessments"]), wrong


def _core(key: str, value):
    """Leave out how a reason is told to a reader: its condition in words, its answers in words."""
    if key != "reasons":
        return value
    return [{name: row[name] for name in row if name not in ("when", "in_words")} for row in value]


def _second_factor(note, client):
    """Sign in with the password and a code of the app that was set up before."""
    account = {"login": "beheer@lindewaard.example", "password": PASSWORD}
    first = client.post(reverse("account_login"), account)
    code = hotp_value(note["secret"], int(time.time()) // 30)
    second = client.post(reverse("mfa_authenticate"), {"code": format_hotp_value(code)})
    statuses = [first.status_code, second.status_code, client.get("/admin/").status_code]
    wrong = [f"a second factor of before: {statuses}"] if statuses != [302, 302, 200] else []
    return 1, wrong


def _erased(note, desk):
    """Who was erased is in no column of any table, and erasing again has nothing to do."""
    if not note["erased"]:
        print("      nobody could be erased in that version yet")
        return 0, []
    if settings.ERASED_LIST.exists():  # some versions erased before there was a list
        call_command("erase_again", verbosity=0)
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 (our own tables)
            if any(
                note["erased"] in str(value).lower() for row in cursor.fetchall() for value in row
            ):
                found.append(f"{note['erased']} is still in {table}")
    return 1, found


wrong = main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
print("\n".join(wrong))
sys.exit(bool(wrong))
