"""Is the list of who was erased whole whatever the disk does, and is a broken one never taken for a list?"""

import errno
import os
import resource
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.utils import timezone

from deliberation.people.models import Participant, User
from deliberation.people.operations import create_participant
from deliberation.people.privacy.erased_list import (
    UnreadableList,
    can_erase,
    digest_of,
    listed,
    note_erased,
)
from tests.builders import a_user

from .test_erasure import erase

NOW = timezone.now()


@contextmanager
def disk_full_half_way(_monkeypatch):
    """The kernel itself stops after some lines, as a full disk does."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        signal.signal(signal.SIGXFSZ, handler)


def refusing(owner, name):
    """Make a step of the system say that the disk is full."""

    @contextmanager
    def full(monkeypatch):
        def refuse(*_given, **_options):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as patch:
            patch.setattr(owner, name, refuse)
            yield

    return full


FAULTS = {
    "write": disk_full_half_way,
    "open": refusing(os, "open"),
    "fsync": refusing(os, "fsync"),
    "rename": refusing(Path, "replace"),
}


def three_people():
    return [create_participant() for _number in range(3)]


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_full_disk_leaves_the_old_list_whole_and_erases_nobody(fault, monkeypatch, settings):
    first, *others = three_people()
    note_erased(None, [first], NOW)
    before = settings.ERASED_LIST.read_bytes()
    with pytest.raises(OSError), fault(monkeypatch):
        erase(participants=others[:1])
    assert settings.ERASED_LIST.read_bytes() == before
    assert [one.name for one in settings.ERASED_LIST.parent.glob("*erased*")] == ["erased.txt"]
    assert Participant.objects.filter(pk=others[0].pk).exists()
    for one in others:
        erase(participants=[one])
    assert listed() == {digest_of(one) for one in (first, *others)}


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_first_list_is_whole_or_not_there(fault, monkeypatch, settings):
    with pytest.raises(OSError), fault(monkeypatch):
        note_erased(None, three_people(), NOW)
    assert list(settings.ERASED_LIST.parent.glob("*erased*")) == []


def broken(line: str) -> dict[str, bytes]:
    return {
        "empty": b"",
        "only a line's end": b"\n",
        "cut": line[:-9].encode(),
        "cut before the end of the line": line[:-1].encode(),
        "two lines in one": (line[:-5] + line).encode(),
        "zeros": line.encode() + bytes(40),
        "something else": b"<html>\n",
        "no text": b"\xff\xfe\n",
    }


KINDS = list(broken("x" * 20))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_list_is_no_list_and_nobody_is_erased(kind, settings):
    gone, user = create_participant(), a_user()
    note_erased(None, [gone], NOW)
    content = broken(settings.ERASED_LIST.read_text())[kind]
    settings.ERASED_LIST.write_bytes(content)
    with pytest.raises(UnreadableList):
        listed()
    with pytest.raises(UnreadableList):
        erase(user)
    assert User.objects.filter(pk=user.pk).exists()
    assert settings.ERASED_LIST.read_bytes() == content, (
        "nothing is written over what may be mended"
    )
    assert not can_erase()


@pytest.mark.django_db
def test_a_list_that_is_a_folder_or_away_is_no_list(settings):
    settings.ERASED_LIST.mkdir()
    with pytest.raises(UnreadableList):
        note_erased(None, three_people(), NOW)


@pytest.mark.django_db
def test_a_list_elsewhere_that_is_linked_to_stays_there(settings, tmp_path):
    kept = tmp_path / "elsewhere" / "list.txt"
    kept.parent.mkdir()
    settings.ERASED_LIST.symlink_to(kept)
    one, other = create_participant(), create_participant()
    note_erased(None, [one], NOW)
    note_erased(None, [other], NOW)
    assert settings.ERASED_LIST.is_symlink() and len(kept.read_text().splitlines()) == 2


@pytest.mark.django_db
def test_who_are_erased_at_the_same_moment_are_all_listed():
    people = [create_participant() for _number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: note_erased(None, [one], NOW), people))
    assert listed() == {digest_of(one) for one in people}
