"""What does each screen cost in a big town, as a multiple of the same screen in the small demo?

`python -m benchmarks.big_town [folder] [part of an address]` fills a demo and a big town in that folder unless they
are there (some minutes), and asks every screen of both in turns, each town in a process of its own, DEBUG off and
no page kept. Printed, the worst first: processor time and queries in both, and the multiple.
"""

import json
import logging
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TURNS, FAR = 5, 4  # what is far beyond its aim is asked once more and no further
# Besides every address of ours, filled in with what the first town has.
SCREENS = (
    "/", "/en/", "/kastanjelaan/", "/kastanjelaan/64-bewoners-vertelden-wat-zij-willen/", "/kastanjelaan/documenten/",
    "/openingstijden/wat-deden-we-met-uw-mening-over-de-openingstijden/", "/privacy/", "/?project=", "/?page=2",
    "/zoeken/?q=bomen", "/zoeken/?q=parkeren+straat", "/zoeken/?q=kastanjelaan", "/zoeken/?q=bome", "/zoeken/?q=a",
    "/zoeken/?q=qqqqq", "/zoeken/?q=straat&kind=question", "/zoeken/?q=straat&project=kastanjelaan", "/nieuws/?page=2",
    "/nieuws/?project=kastanjelaan", "/stand-van-zaken/?sort=-next", "/stand-van-zaken/?format=csv",
    "/register/?page=2",
    "/register/?level=adviseren", "/agenda.ics?project=kastanjelaan", "/vragen/2/?q=straat", "/vragen/2/?page=2",
    "/api/v1/decision-points?pageSize=100", "/admin/", "/admin/pages/", "/admin/pages/4/", "/admin/users/",
    "/admin/participatie/vragen/?project=2", "/admin/participatie/vragen/?state=answered",
    "/admin/participatie/vragen/?state=all", "/admin/participatie/keuzes/?year=all", "/admin/participatie/?page=2",
)  # fmt: skip
ACCOUNTS = {"manager": "beheer@lindewaard.example", "officer": "beleid@lindewaard.example"}


def main(folder: str = "", part: str = "") -> None:
    with tempfile.TemporaryDirectory() as other:
        small, big = towns(Path(folder or other))
        rows = [
            measured(small, big, screen)
            for screen in json.loads(ask(small, "screens"))
            if part in screen
        ]
        shown = sorted(filter(None, rows), reverse=True)
        print("| screen | × | ms small | ms big | queries small | queries big | KB big |")
        print("|---|---|---|---|---|---|---|")
        for times, screen, one, many in shown:
            ms = f"{one[0]:.1f} | {many[0]:.1f}"
            print(f"| {screen} | {times:.2f} | {ms} | {one[1]} | {many[1]} | {many[2] // 1024} |")
        print(f"\n{len(shown)} screens; above 1.3: {sum(row[0] > 1.3 for row in shown)}")


def towns(folder: Path):
    """Start a process for the demo and one for the big town, made here unless they stand there."""
    small, big = folder / "small", folder / "big"
    if not small.exists():
        manage(small, "demo", "--no-serve")
    if not big.exists():
        shutil.copytree(small, big)
        subprocess.run(
            [sys.executable, "-m", "benchmarks.big_town", "fill"], cwd=ROOT, env=environment(big) | MADE, check=True
        )  # fmt: skip
    return serve(small), serve(big)


MADE = {"SAMENKOMPAS_DEMO": "1", "SAMENKOMPAS_DEBUG": "1"}


def manage(data: Path, *command) -> None:
    about = {"cwd": ROOT, "env": environment(data) | MADE, "check": True, "capture_output": True}
    subprocess.run([sys.executable, "manage.py", *command], **about)


def environment(data: Path) -> dict:
    data.mkdir(parents=True, exist_ok=True)
    return os.environ | {
        "SAMENKOMPAS_DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "cms.settings",
        "SAMENKOMPAS_HOSTS": "localhost,.localhost",
    }  # fmt: skip


def serve(data: Path):
    orders = [sys.executable, "-m", "benchmarks.big_town", "serve"]
    measured = environment(data) | {"SAMENKOMPAS_TESTING": "1"}
    return subprocess.Popen(
        orders, cwd=ROOT, env=measured, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def ask(town, order: str) -> str:
    print(order, file=town.stdin, flush=True)
    return town.stdout.readline()


def measured(small, big, screen):
    """Give (multiple, screen, small, big), each town as [ms, queries, bytes]; None for what opens in neither."""
    first = [json.loads(ask(town, screen)) for town in (small, big)]
    if None in first:
        print(f"not opened: {screen}", file=sys.stderr)
        return None
    turns = []
    while len(turns) < TURNS and not (turns and turns[-1][1][0] > FAR * turns[-1][0][0]):
        turns.append([json.loads(ask(town, screen)) for town in (small, big)])
    one, many = (
        [statistics.median(turn[town][0] for turn in turns), *turns[-1][town][1:]]
        for town in (0, 1)
    )
    times = many[0] / one[0]
    print(f"{times:8.2f}  {screen}", file=sys.stderr, flush=True)
    return times, screen, one, many


# In the process of a town ------------------------------------------------------------------------


def answer_orders() -> None:
    """Do what is asked on standard input: `screens` lists the addresses, an address is asked once."""
    import django

    django.setup()
    from django.conf import settings

    settings.PAGES_ARE_KEPT = 0
    logging.disable(logging.WARNING)
    visitors, known = the_visitors(), {}
    for line in sys.stdin:
        order = line.rstrip("\n")
        told = screens() if order == "screens" else asked(visitors, known, order)
        print(json.dumps(told), flush=True)


def the_visitors() -> dict:
    from allauth.mfa.models import Authenticator
    from django.contrib.auth import get_user_model
    from django.test import Client

    from deliberation.live.models import Attendance
    from deliberation.people.participant_session import KEY

    found = {}
    for name, address in ACCOUNTS.items():
        user = get_user_model().objects.get(email=address)
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {}})
        found[name] = Client(SERVER_NAME="localhost", SERVER_PORT=8000)
        found[name].force_login(user)
    resident = Client(SERVER_NAME="localhost", SERVER_PORT=8000)
    session = resident.session
    session[KEY] = str(Attendance.objects.filter(run__state="open").first().participant_id)
    session.save()
    return {
        "nobody": Client(SERVER_NAME="localhost", SERVER_PORT=8000),
        **found,
        "resident": resident,
    }


def screens() -> list[str]:
    """List every address of ours that can be filled in, and more of those that show something else when asked."""
    from tests.test_urls import OWN, path_to

    about, found = what_is_there(), []
    for route in OWN:
        try:
            found.append(path_to(route, about))
        except KeyError as missing:
            print(f"nothing for {missing} in {route}", file=sys.stderr)
    return [*found, *SCREENS]


def what_is_there() -> dict:
    from cms.models import ProjectPage
    from compass.models import Framework
    from deliberation.live.models import Attendance, Run
    from deliberation.participation.models import Contribution
    from deliberation.projects.deciding.models import Moment
    from deliberation.projects.models import Project, RoleAssignment

    run = Run.objects.get(state="open")
    project = Project.objects.get(pk=run.session.project_id)
    point = project.phases.filter(decision_points__isnull=False).first().decision_points.first()
    question = Contribution.objects.filter(project=project, state="answered").first()
    return {
        "code": run.online_code, "run_id": run.pk, "session_id": run.session_id, "sessies": run.session_id,
        "item_id": run.items.first().pk, "activity_id": run.activities.first().pk, "project_id": project.pk,
        "attendance_id": Attendance.objects.filter(run=run).first().pk, "receipt": question.code,
        "question_id": question.pk, "vragen": question.pk, "contribution_id": question.pk, "point_id": point.pk,
        "projecten": project.pk, "beslispunten": point.pk, "decision-points": point.pk, "fasen": point.phase_id,
        "momenten": Moment.objects.first().pk, "rollen": RoleAssignment.objects.first().pk, "kind": "startnotitie",
        "part": "scores", "place": 1, "key": "nl", "versies": Framework.objects.first().pk, "path": "x", "rest": "x",
        "page": ProjectPage.objects.filter(project=project).first().pk, "provider_id": "x", "digest": "x",
    }  # fmt: skip


def asked(visitors, known, path):
    """Ask an address as the first one for whom it opens: [processor ms, queries, bytes], or None."""
    for name in [known[path]] if path in known else visitors:
        spent, queries, answer = one_request(visitors[name], path)
        if answer.status_code == 200:
            known[path] = name
            return [spent, queries, len(answer.content)]
    return None


def one_request(client, path):
    from django.db import connection, transaction

    counted = []

    def count(execute, sql, *rest):
        counted.append(sql)
        return execute(sql, *rest)

    with transaction.atomic():
        with connection.execute_wrapper(count):
            began = time.process_time()
            answer = client.get(path)
            spent = (time.process_time() - began) * 1000
        transaction.set_rollback(True)
    if answer.streaming:
        answer.content = b"".join(answer.streaming_content)
    return spent, len(counted), answer


def fill() -> None:
    import django

    django.setup()
    from benchmarks.town_filling import fill_town

    began = time.monotonic()
    fill_town(lambda what: print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True))


if __name__ == "__main__":
    if sys.argv[1:2] in (["serve"], ["fill"]):
        {"serve": answer_orders, "fill": fill}[sys.argv[1]]()
    else:
        main(*sys.argv[1:])
