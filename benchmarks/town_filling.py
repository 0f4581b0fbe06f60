"""Filling a data folder of the demo up to a big town: its rows are copied in bulk, with texts of their own.

By operations it would take hours: each writes an audit row in a chain, and asks again who may. What operations hold
(permission, the level in force) was held when the demo was made; a copy of its rows has it too. Words are drawn by
chance from a fixed seed, the frequent ones more often, as in a language.
"""

import random
import uuid
from datetime import timedelta
from itertools import count

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from cms.models import DocumentList, ListedDocument, NewsPage, ProjectPage, ResultPage
from cms.search.indexing import index_everything
from cms.tenants.sites import open_site
from deliberation.live.models import (
    Activity,
    Attendance,
    Ballot,
    HallCount,
    Headcount,
    Item,
    JoinCode,
    LiveSession,
    Round,
    Run,
    Spent,
)
from deliberation.participation.models import Contribution, Disposition
from deliberation.people.models import Participant
from deliberation.projects.deciding.models import FrameChange, Moment
from deliberation.projects.models import (
    AssessmentDraft,
    DecisionOutcome,
    DecisionPoint,
    LevelDecision,
    Municipality,
    Phase,
    PointNotes,
    Project,
    Role,
    RoleAssignment,
    RoleInvitation,
    StatusReport,
)
from deliberation.projects.operations import create_municipality

PROJECTS, QUESTIONS, BALLOTS, PAGES, MUNICIPALITIES, COLLEAGUES = (
    205,
    20_000,
    100_000,
    5_000,
    50,
    300,
)
BATCH = 500
ASKED = {"answered": 14, "published": 3, "pending": 2, "rejected": 1}  # of each twenty
SYLLABLES = [one + other for one in "bdfghklmnprst" for other in "aeio"]
chance = random.Random(7)


def fill_town(say) -> None:
    """Add what a big town has beside the demo."""
    with transaction.atomic():
        town = Municipality.objects.order_by("pk").first()
        say("municipalities")
        open_municipalities(MUNICIPALITIES - Municipality.objects.count())
        say("projects and their pages")
        projects = copy_projects(town, PROJECTS - Project.objects.count())
        fill_pages(PAGES - Page.objects.count())
        say("questions")
        ask_questions(town, QUESTIONS - Contribution.objects.count())
        say("ballots")
        cast_ballots(BALLOTS - Ballot.objects.count())
        give_roles(town, projects)
        lead_elsewhere(town)
    say("the index of the search")
    index_everything()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# Words -------------------------------------------------------------------------------------------


def _vocabulary() -> list[str]:
    common = (
        "straat plein bomen parkeren fietser verkeer speelplek winkel water groen licht bank school"
        " bushalte huis afval markt"
    ).split()
    made = {"".join(chance.choices(SYLLABLES, k=chance.randint(2, 5))) for _ in range(6_000)}
    return common + sorted(made)


WORDS = _vocabulary()
OFTEN = [1 / place for place in range(1, len(WORDS) + 1)]


def words(number: int) -> str:
    """Draw words, the first of the list most often, as a sentence."""
    return " ".join(chance.choices(WORDS, OFTEN, k=number)).capitalize()


# Rows --------------------------------------------------------------------------------------------


def copied(model, rows: list[int], **changes) -> dict[int, int]:
    """Copy rows of a table with new numbers; gives new by old.

    A change is a value by old value (a dict), or a function without arguments. In a copy nothing leads outside
    what was copied but what is meant to.
    """
    fields = model._meta.local_concrete_fields
    columns = {field.attname: field.column for field in fields}
    key = model._meta.pk.attname
    found = _select(model, columns, key, rows)
    numbers = {}
    for row in found:
        old = row[key]
        for name, change in changes.items():
            row[name] = change() if callable(change) else change.get(row[name], row[name])
        if key not in changes:
            row[key] = _next(model)
        numbers[old] = row[key]
    insert(model, found)
    return numbers


def insert(model, rows: list[dict]) -> None:
    """Write rows that hold what the database holds, by attribute."""
    if not rows:
        return
    columns = {field.attname: field.column for field in model._meta.local_concrete_fields}
    names = [name for name in columns if name in rows[0]]
    told = ", ".join(f'"{columns[name]}"' for name in names)
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f'INSERT INTO "{model._meta.db_table}" ({told}) VALUES ({marks})',
            [[row[name] for name in names] for row in rows],
        )


_numbers: dict = {}
_receipts = count(1)


def _next(model) -> int:
    """Give the next number of a table."""
    if model not in _numbers:
        last = model._base_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        _numbers[model] = count(last + 1)
    return next(_numbers[model])


def _select(model, columns, key, rows) -> list[dict]:
    told = ", ".join(f'"{column}"' for column in columns.values())
    marks = ", ".join(["%s"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {told} FROM "{model._meta.db_table}" WHERE "{columns[key]}" IN ({marks or "NULL"}) '
            f'ORDER BY "{columns[key]}"',
            list(rows),
        )
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _ids(model, **where) -> list[int]:
    return list(model._base_manager.filter(**where).order_by("pk").values_list("pk", flat=True))


# The town ----------------------------------------------------------------------------------------


def open_municipalities(number: int) -> None:
    installer = get_user_model().objects.filter(is_superuser=True).first()
    about = {"actor": installer, "now": timezone.now()}
    for place in range(number):
        slug = f"gemeente-{place}"
        municipality = create_municipality(slug=slug, name=f"Gemeente {place}", **about)
        open_site(municipality=municipality, hostname=f"{slug}.localhost", **about)


def copy_projects(town, number: int, examples=None) -> list[int]:
    """Copy these projects, else those of the demo, in turns, each with its pages in both languages."""
    examples = examples or [one for one in Project.objects.filter(municipality=town) if _held(one)]
    _numbers.clear()
    slugs, made = count(Project.objects.count()), []
    for place in range(number):
        example = examples[place % len(examples)]
        made += [_copy_project(example, f"kopie-{next(slugs)}")]
    return made


def _held(project) -> bool:
    """Tell whether no evening is under way in it: a town has not two hundred at once."""
    return not Run.objects.filter(session__project=project, state__in=Run.JOINABLE).exists()


def _copy_project(example, slug: str) -> int:
    title = words(3)
    project = copied(Project, [example.pk], slug=lambda: slug, title=lambda: title)
    phases = copied(Phase, _ids(Phase, project=example), project_id=project)
    here = {"decision_point__phase__project": example}
    points = copied(
        DecisionPoint, _ids(DecisionPoint, phase__project=example), phase_id=phases, question=lambda: words(6) + "?"
    )  # fmt: skip
    for model in (AssessmentDraft, DecisionOutcome, Moment, FrameChange, PointNotes):
        copied(model, _ids(model, **here), decision_point_id=points)
    decisions = _ids(LevelDecision, supersedes=None, **here)
    copied(LevelDecision, decisions, decision_point_id=points)
    copied(StatusReport, _ids(StatusReport, project=example), project_id=project)
    sessions = _copy_evenings(example, project, points)
    for page in ProjectPage.objects.filter(project=example).order_by("pk"):
        _copy_pages(page, slug, title, project, points, sessions)
    return project[example.pk]


def _copy_evenings(example, project, points) -> dict[int, int]:
    here = {"run__session__project": example}
    sessions = copied(LiveSession, _ids(LiveSession, project=example), project_id=project)
    codes = count(_next(Run) * 10)
    runs = copied(
        Run, _ids(Run, session__project=example), session_id=sessions, epoch=lambda: uuid.uuid4().hex,
        hall_code=lambda: f"a{next(codes):05}"[:6], online_code=lambda: f"b{next(codes):05}"[:6],
    )  # fmt: skip
    for run in Run.objects.filter(pk__in=runs.values()):
        insert(JoinCode, [
            {"code": code, "word": "appel", "run_id": run.pk, "lane": lane}
            for code, lane in ((run.hall_code, "hall"), (run.online_code, "online"))
        ])  # fmt: skip
    items = copied(Item, _ids(Item, **here), run_id=runs)
    activities = copied(
        Activity, _ids(Activity, **here), run_id=runs, item_id=items, decision_point_id=points
    )
    rounds = copied(
        Round, _ids(Round, activity__run__session__project=example), activity_id=activities
    )
    copied(Headcount, _ids(Headcount, **here), run_id=runs)
    counts = _ids(HallCount, round__activity__run__session__project=example, confirms=None)
    copied(HallCount, counts, round_id=rounds)
    return sessions


# Pages -------------------------------------------------------------------------------------------

_keys: dict = {}  # what a page and its translation have in common, by project and what it was


def _copy_pages(page, slug, title, project, points, sessions) -> None:
    parent = page.get_parent()
    below = {parent.path: _room_below(parent)}
    old = list(Page.objects.filter(path__startswith=page.path).order_by("path"))
    numbers: dict[int, int] = {}
    for one in old:
        top = one.pk == page.pk
        path = below[parent.path] + one.path[len(page.path) :]
        copied_page = copied(
            Page, [one.pk], path=lambda path=path: path, latest_revision_id=_nothing, live_revision_id=_nothing,
            slug=(lambda: slug) if top else {}, title=(lambda: title) if top else {},
            url_path=lambda one=one: one.url_path.replace(f"/{page.slug}/", f"/{slug}/"),
            translation_key=lambda one=one: _keys.setdefault((slug, one.translation_key), uuid.uuid4().hex),
            alias_of_id=lambda one=one: _keys.get((slug, one.alias_of_id)),
        )  # fmt: skip
        numbers |= copied_page
        _keys[slug, one.pk] = copied_page[one.pk]
    for model in (ProjectPage, NewsPage, ResultPage, DocumentList):
        own = {"project_id": project} if model is ProjectPage else {}
        if model is ResultPage:
            own = {"session_id": sessions, "decision_point_id": points}
        copied(model, _ids(model, pk__in=numbers), page_ptr_id=numbers, **own)
    listed = _ids(ListedDocument, page__in=numbers)
    copied(ListedDocument, listed, page_id=numbers)


def _nothing():
    return None


def _room_below(parent) -> str:
    """Give the path of one more child."""
    Page.objects.filter(pk=parent.pk).update(numchild=parent.numchild + 1)
    parent.refresh_from_db()
    last = parent.get_last_child()
    step = int(last.path[-Page.steplen :], 36) + 1 if last else 1
    return Page._get_path(parent.path, parent.depth + 1, step)


def fill_pages(number: int) -> None:
    """Add news to the projects in turns, in both languages."""
    news = NewsPage.objects.filter(alias_of=None, locale__language_code="nl").order_by("pk").first()
    pages = list(ProjectPage.objects.filter(alias_of=None, locale=news.locale).order_by("pk"))
    others = {
        page.translation_key: page for page in ProjectPage.objects.exclude(locale=news.locale)
    }
    rooms = {}
    for place in range(number // 2):
        page = pages[place % len(pages)]
        original, key = None, uuid.uuid4().hex
        title, intro = words(5), words(20)
        day = timezone.localdate() - timedelta(days=place % 900)
        for parent in (page, others[page.translation_key]):
            if parent.pk not in rooms:
                rooms[parent.pk] = count(parent.get_children().count() + 1)
            step = next(rooms[parent.pk])
            path = Page._get_path(parent.path, parent.depth + 1, step)
            slug = f"bericht-{place}"
            made = copied(
                Page, [news.pk], path=lambda path=path: path, latest_revision_id=_nothing,
                live_revision_id=_nothing, slug=lambda slug=slug: slug, title=lambda title=title: title,
                url_path=lambda parent=parent, slug=slug: f"{parent.url_path}{slug}/",
                translation_key=lambda key=key: key, alias_of_id=lambda original=original: original,
                locale_id=lambda parent=parent: parent.locale_id,
            )  # fmt: skip
            copied(
                NewsPage, [news.pk], page_ptr_id=made, intro=lambda intro=intro: intro,
                date=lambda day=day: day.isoformat(),
            )  # fmt: skip
            original = original or made[news.pk]
    for pk in rooms:
        page = Page.objects.get(pk=pk)
        children = Page.objects.filter(path__startswith=page.path, depth=page.depth + 1).count()
        Page.objects.filter(pk=pk).update(numchild=children)


# What residents give -----------------------------------------------------------------------------


def ask_questions(town, number: int) -> None:
    """Let residents ask about the decision points of a town: a tenth of it in one project."""
    _numbers.clear()
    points = list(
        DecisionPoint.objects.filter(phase__project__municipality=town)
        .order_by("pk")
        .values_list("pk", "phase__project")
    )
    largest = [one for one in points if one[1] == points[0][1]]
    officer = get_user_model().objects.filter(roleassignment__role=Role.OFFICER).first()
    states = [state for state, times in ASKED.items() for _ in range(times)]
    now, today = timezone.now(), timezone.localdate()
    given, answers = [], []
    for place in range(number):
        within = largest if place < number // 10 else points
        point, project = within[place % len(within)]
        text, state = words(14) + "?", states[place % len(states)]
        asked = now - timedelta(hours=place % 9_000)
        one = {
            "project_id": project, "decision_point_id": point, "kind": "question", "text": text,
            "op_id": uuid.uuid4(), "code": f"T{next(_receipts):09}", "given_at": asked, "state": state,
            "instrument": "questions", "language": "nl", "due_on": (asked + timedelta(days=14)).date(),
            "pk": _next(Contribution),
        }  # fmt: skip
        if state in ("answered", "published"):
            one |= {"shown": text, "published_at": asked}
        if state == "rejected":
            one |= {"rejection": "elsewhere", "closed_on": today}
        if state == "answered":
            answer = Disposition(
                pk=_next(Disposition), contribution_id=one["pk"], text=words(25), team="Team openbare ruimte",
                outcome="explained", answered_at=asked, answered_by=officer,
            )  # fmt: skip
            answers.append(answer)
            one |= {"answer_id": answer.pk, "first_answered_on": asked.date()}
        given.append(Contribution(**one))
    Contribution._base_manager.bulk_create(given, batch_size=BATCH)
    Disposition._base_manager.bulk_create(answers, batch_size=BATCH)


def cast_ballots(number: int) -> None:
    """Let people vote in the rounds that are over: as they stand after closing, without a key."""
    over = Round.objects.filter(closed_at__isnull=False).select_related("activity__run")
    over = list(over.order_by("pk"))
    share = number // len(over) + 1
    for one in over:
        people = [Participant() for _ in range(share)]
        Participant.objects.bulk_create(people, batch_size=BATCH)
        here = [Attendance(run=one.activity.run, participant=who, lane="online") for who in people]
        Attendance.objects.bulk_create(here, batch_size=BATCH)
        Spent.objects.bulk_create(
            [Spent(round=one, attendance=who) for who in here], batch_size=BATCH
        )
        answers = len(one.activity.options)
        Ballot.objects.bulk_create(
            [Ballot(round=one, choices=[chance.randrange(answers)]) for _ in people],
            batch_size=BATCH,
        )


def give_roles(town, projects: list[int], number: int = COLLEAGUES) -> None:
    """Give colleagues a role in a project each, and ask others."""
    first = get_user_model().objects.count()
    people = [
        get_user_model()(email=f"collega{place}@example.org", first_name=words(1), last_name=words(1))
        for place in range(first, first + number)
    ]  # fmt: skip
    for one in people:
        one.set_unusable_password()
    get_user_model().objects.bulk_create(people, batch_size=BATCH)
    now = timezone.now()
    where = [projects[place % len(projects)] for place in range(number)]
    RoleAssignment.objects.bulk_create(
        RoleAssignment(user=user, role=Role.OFFICER, municipality=town, project_id=project, confirmed_at=now)
        for user, project in zip(people, where, strict=True)
    )  # fmt: skip
    RoleInvitation.objects.bulk_create(
        RoleInvitation(
            email=f"nieuw{first + place}@example.org", role=Role.OBSERVER, municipality=town, project_id=project,
            expires_at=now + timedelta(days=7),
        )
        for place, project in enumerate(where)
    )  # fmt: skip


def lead_elsewhere(town) -> None:
    """Let five hundred addresses lead to another one."""
    site = Site.objects.get(site_name=town.slug)
    Redirect.objects.bulk_create(
        Redirect(site=site, old_path=f"/oud-{place}", redirect_link="/") for place in range(500)
    )
