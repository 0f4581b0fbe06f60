"""Wagtail writes where somebody only looks: pictures, sizes, preferences. On a full disk they look without."""

import functools
import logging
from contextlib import nullcontext

from django.db import connection, transaction
from wagtail.admin.models import EditingSession
from wagtail.documents.models import AbstractDocument
from wagtail.images.models import AbstractImage
from wagtail.models import PageSubscription
from wagtail.users.models import UserProfile

from deliberation.people.outages import is_outage

logger = logging.getLogger(__name__)


def go_on_without(instead):
    """Wrap a method of Wagtail's that writes: in an outage do something else, and say so in the log."""

    def around(method):
        @functools.wraps(method)
        def write(*arguments, **named):
            try:
                # In a transaction with a way back; outside of one no lock is held while a picture is made.
                with transaction.atomic() if connection.in_atomic_block else nullcontext():
                    return method(*arguments, **named)
            except Exception as failure:
                if not is_outage(failure):
                    raise
                logger.warning(
                    "%s: gone on without (%s)", method.__qualname__, type(failure).__name__
                )
                return instead(*arguments, **named)

        return write

    return around


def _missing(image, filter_):
    """Give what Wagtail shows where the file of a picture is gone."""
    about = {"filter_spec": filter_.spec, "focal_point_key": filter_.get_cache_key(image)}
    made = image.get_rendition_model()(image=image, width=0, height=0, **about)
    made.file.name = "not-found"
    return made


def _unstored(manager, **about):
    return manager.model(pk=0, **about)  # 0: its screen makes addresses of it


def _unstored_or_found(manager, defaults=None, **about):
    return manager.model(**about, **(defaults or {})), True


def _make_patient(model, name, instead) -> None:
    """Let a manager give a row that isn't stored, when it can't be now."""
    kind = type(model.objects)
    patient = type(kind.__name__, (kind,), {name: go_on_without(instead)(getattr(kind, name))})
    model._meta.local_managers.clear()  # of one name the first would win
    model.add_to_class("objects", patient())


def connect_lazy_writes():
    """Let Wagtail's screens be read while nothing can be written. It has no hooks here."""
    AbstractImage.create_rendition = go_on_without(_missing)(AbstractImage.create_rendition)
    AbstractImage.create_renditions = go_on_without(
        lambda image, *filters: {filter_: _missing(image, filter_) for filter_ in filters}
    )(AbstractImage.create_renditions)
    for model in (AbstractImage, AbstractDocument):
        model.get_file_size = go_on_without(lambda file: file.file_size)(model.get_file_size)
    tidy = EditingSession.cleanup.__func__
    EditingSession.cleanup = classmethod(go_on_without(lambda _model: None)(tidy))
    _make_patient(EditingSession, "create", _unstored)
    _make_patient(PageSubscription, "get_or_create", _unstored_or_found)
    _make_patient(UserProfile, "get_or_create", _unstored_or_found)
