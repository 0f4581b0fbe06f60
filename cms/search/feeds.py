"""Feeds without an account: RSS of news and decisions, and an iCalendar."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlsplit

import icalendar
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.feedgenerator import DefaultFeed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.templatetags.site_meta import absolute
from compass.dates import LAST
from compass.text import clean
from deliberation.projects.agenda import Window, events
from deliberation.projects.decision_standing import anchor

from .site_pages import addresses, decided, news, news_items, public_projects

MOST_ITEMS = 30
MOST_EVENTS = 300  # what is to come first, then what was last
KEPT = timedelta(days=366)


@dataclass(frozen=True)
class FeedQuery:
    """What one reader follows. A feed is one object for all readers, so it keeps nothing itself."""

    request: HttpRequest
    language: str
    projects: QuerySet

    @property
    def name(self) -> str:
        return self.request.municipality.name if self.request.municipality else "Samenkompas"

    def address(self, path: str) -> str:
        return absolute(self.request, path)


@dataclass(frozen=True)
class FeedItem:
    """One item of a feed; `guid` never changes, also when its page moves."""

    title: str
    text: str
    href: str
    day: date
    guid: str


class SteadyFeed(DefaultFeed):
    """A feed that differs only when it tells something else: an empty one is of today, not of this moment."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else today(timezone.now())


def today(now) -> datetime:
    """Give the beginning of the day."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


class SiteFeed(Feed):
    """A feed of this site, or of one of its public projects (?project=)."""

    feed_type = SteadyFeed
    item_guid_is_permalink = False

    def get_object(self, request):
        return FeedQuery(request, get_language(), asked_projects(request))

    def link(self, asked):
        return asked.address(asked.request.path)

    def feed_url(self, asked):
        return asked.address(asked.request.get_full_path())

    def description(self, asked):
        return self.title(asked)

    def item_title(self, item):
        return clean(item.title)

    def item_description(self, item):
        return clean(item.text)

    def item_link(self, item):
        return item.href

    def item_pubdate(self, item):
        return timezone.make_aware(datetime.combine(item.day, time(9)))

    def item_guid(self, item):
        return item.guid


class NewsFeed(SiteFeed):
    """The news of the municipality or of a project."""

    def title(self, asked):
        return _("News from %s") % asked.name

    def items(self, asked):
        one = asked.projects.first() if "project" in asked.request.GET else None
        newest = news(asked.request, asked.language, one)[:MOST_ITEMS]
        return [
            FeedItem(
                title=item.title,
                text=item.intro,
                href=asked.address(item.href),
                day=item.date,
                guid=f"samenkompas:news:{item.page.translation_key}",
            )
            for item in news_items(newest, asked.request)
        ]


class DecisionFeed(SiteFeed):
    """What was decided, and what was done with the input."""

    def title(self, asked):
        return _("Decisions of %s") % asked.name

    def items(self, asked):
        found = list(decided(asked.projects)[:MOST_ITEMS])
        about = {one.decision_point.phase.project_id for one in found}
        hrefs = addresses(asked.request, asked.language, about)
        return [_decision(one, asked, hrefs) for one in found]


def _decision(outcome, asked, hrefs) -> FeedItem:
    point = outcome.decision_point
    href = hrefs.get(point.phase.project_id, "/")
    return FeedItem(
        title=point.question,
        text=" ".join(part for part in (outcome.outcome, outcome.what_we_did) if part),
        href=asked.address(f"{href}#{anchor(point)}"),
        day=outcome.decided_on,
        guid=f"samenkompas:decision:{outcome.pk}",
    )


@require_safe
def calendar(request):
    """Give phases, decisions and sessions of public projects as a calendar that can be followed."""
    now = timezone.now()
    projects, day = asked_projects(request), timezone.localdate(now)
    shown = events(projects, now, Window(since=day, most=MOST_EVENTS))
    if room := MOST_EVENTS - len(shown):
        shown = [*events(projects, now, Window(since=day - KEPT, until=day, most=room)), *shown]
    hrefs = addresses(request, get_language(), {one.project_id for one in shown})
    made = _calendar(request)
    for one in shown:
        made.add_component(_component(one, request, hrefs, now))
    made.add_missing_timezones()
    response = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="agenda.ics"'
    return response


def asked_projects(request):
    """Find the public projects a feed is about; a project that isn't public is not there at all."""
    projects = public_projects(request, get_language())
    slug = request.GET.get("project")
    if slug is None:
        return projects
    projects = projects.filter(slug=slug[:50])
    if not projects.exists():
        raise Http404("no such project here")
    return projects


def _calendar(request) -> icalendar.Calendar:
    made = icalendar.Calendar()
    made.add("prodid", "-//Samenkompas//NL")
    made.add("version", "2.0")
    municipality = request.municipality
    made.add("x-wr-calname", municipality.name if municipality else "Samenkompas")
    return made


def _component(one, request, hrefs, now) -> icalendar.Event:
    event = icalendar.Event()
    host = urlsplit(absolute(request, "/")).hostname
    event.add("uid", f"{one.uid}@{host}")
    # Of today, not of this moment: who follows it hears of a change only when there is one.
    event.add("dtstamp", today(now))
    event.add("summary", clean(one.title))
    event.add("dtstart", _local(one.starts))
    event.add("dtend", _end(one))
    if one.text:
        event.add("description", clean(one.text))
    if one.place:
        event.add("location", clean(one.place))
    href = hrefs.get(one.project_id, "/")
    event.add("url", absolute(request, f"{href}#{one.anchor}" if one.anchor else href))
    return event


def _local(when):
    # Whole days stay days; a time is written in the clock of the municipality, summer time included.
    return timezone.localtime(when) if isinstance(when, datetime) else when


def _end(one):
    end = one.ends or one.starts
    return _local(end) if isinstance(end, datetime) else min(end, LAST) + timedelta(days=1)
