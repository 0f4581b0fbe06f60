"""URL patterns, in every language, of the public screens that are no pages that somebody writes."""

from django.urls import path

from . import feeds, public_views

urlpatterns = [
    path("zoeken/", public_views.search, name="search"),
    path("nieuws/", public_views.news_list, name="news"),
    path("nieuws/rss/", feeds.NewsFeed(), name="news_feed"),
    path("besluiten/rss/", feeds.DecisionFeed(), name="decision_feed"),
    path("stand-van-zaken/", public_views.status, name="status"),
    path("agenda.ics", feeds.calendar, name="calendar"),
]
