"""Can a translation bring in what is of another municipality? By a form, by JSON, or when it was there already."""

import json

import pytest
from django.core.exceptions import ValidationError
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils.http import urlencode
from wagtail.images import get_image_model
from wagtail.models import Locale
from wagtail_localize.models import OverridableSegment, SegmentOverride, Translation
from wagtail_localize.operations import translate_object

from cms.models import NewsPage
from tests.cms.site import publish
from tests.tenants.test_submitted_ids import our_things
from tests.tenants.world import two_municipalities

pytestmark = pytest.mark.django_db


def a_translated_page():
    """Publish a page of ours with a picture of its own and one in its text, and translate it."""
    world = two_municipalities()
    ours = our_things(world)(get_image_model())
    picture = {"image": ours, "description": "Een foto", "caption": ""}
    about = {"title": "Nieuws", "slug": "nieuws-1", "intro": "Kort", "picture": ours}
    page = publish(world.ours_page().get_parent(), NewsPage(**about, body=[("picture", picture)]))
    translate_object(page, [Locale.objects.get(language_code="en")])
    translation = Translation.objects.get(source__object_id=page.translation_key)
    segments = OverridableSegment.objects.filter(source=translation.source)
    return world, ours, translation, list(segments)


def ways(value):
    yield urlencode({"value": value}), "application/x-www-form-urlencoded"
    yield encode_multipart(BOUNDARY, {"value": value}), MULTIPART_CONTENT
    yield json.dumps({"value": value}), "application/json"


def test_a_translator_puts_nothing_of_theirs_in_the_place_of_ours():
    world, ours, translation, segments = a_translated_page()
    assert {segment.context.path.split(".")[0] for segment in segments} == {"picture", "body"}
    client = world.visitors["officer"]
    for segment in segments:
        address = reverse("wagtail_localize:edit_override", args=(translation.pk, segment.pk))
        for body, kind in ways(world.about["image_id"]):
            assert client.put(address, body, content_type=kind).status_code == 404, (segment, kind)
        assert SegmentOverride.objects.count() == 0
        body, kind = next(ways(ours.pk))
        assert client.put(address, body, content_type=kind).status_code == 201
        SegmentOverride.objects.all().delete()


def test_what_was_put_there_before_is_not_published():
    world, _ours, translation, segments = a_translated_page()
    for segment in segments:
        SegmentOverride.objects.all().delete()
        put = SegmentOverride(locale=translation.target_locale, context=segment.context)
        put.data_json = json.dumps(world.about["image_id"])
        put.save()
        with pytest.raises(ValidationError):
            translation.save_target(publish=True)
        put.refresh_from_db()
        assert "U kunt dit hier niet kiezen" in put.get_error()
