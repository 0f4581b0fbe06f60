"""Does a deploy check refuse what must not go on the internet?"""

import pytest
from django.core.management import call_command
from django.utils import timezone

from cms.checks import (
    know_the_public_address,
    need_a_place_for_secrets,
    need_the_list_of_erased,
    refuse_the_demo,
)
from cms.demo.content import ADDRESS
from deliberation.people.models import User
from deliberation.people.privacy.erased_list import note_erased
from tests.builders import a_municipality, a_user
from tests.cms.site import a_site

pytestmark = pytest.mark.django_db


def test_the_demos_accounts_and_setting_are_refused(settings):
    settings.TESTING = False
    assert refuse_the_demo(None) == []
    settings.DEMO = True
    User.objects.create_user("beheer" + ADDRESS, "x")
    assert [error.id for error in refuse_the_demo(None)] == ["cms.E001", "cms.E002"]


@pytest.mark.parametrize("address", ["http://localhost:8000", "http://gemeente.example"])
def test_an_address_without_https_is_refused(settings, address):
    settings.PUBLIC_URL = address
    assert [error.id for error in know_the_public_address(None)] == ["cms.E003"]
    settings.PUBLIC_URL = "https://meedoen.gemeente.example"
    assert know_the_public_address(None) == []


@pytest.mark.parametrize("there", ["nobody can make it", "it is a file"])
def test_a_place_for_secrets_that_cannot_be_is_refused(settings, tmp_path, there):
    file = tmp_path / "file"
    file.touch()
    settings.RUNTIME_DIR = file if there == "it is a file" else file / "run"
    [error] = need_a_place_for_secrets(None)
    assert error.id == "cms.E007" and str(settings.RUNTIME_DIR) in error.msg
    settings.RUNTIME_DIR = tmp_path / "run"
    assert need_a_place_for_secrets(None) == []
    assert list(settings.RUNTIME_DIR.iterdir()) == [], "what was tried is gone"


@pytest.mark.parametrize("there", ["nobody can make it", "it is a file", "half a list"])
def test_a_list_of_who_was_erased_that_cannot_be_kept_is_refused(settings, tmp_path, there):
    file = tmp_path / "file"
    file.touch()
    settings.ERASED_LIST = {
        "nobody can make it": file / "keep" / "erased.txt",
        "it is a file": file / "erased.txt",
        "half a list": file,
    }[there]
    [error] = need_the_list_of_erased(None)
    assert error.id == "cms.E008" and str(settings.ERASED_LIST) in error.msg
    settings.ERASED_LIST = tmp_path / "keep" / "erased.txt"
    assert need_the_list_of_erased(None) == []
    assert list(settings.ERASED_LIST.parent.iterdir()) == [], "what was tried is gone"
    note_erased(a_user(), [], timezone.now())
    assert need_the_list_of_erased(None) == []


def test_a_site_that_no_host_leads_to_is_named_when_a_backup_came_back(settings, capsys):
    """The environment of a new machine holds the first host; the copy has the sites of all."""
    for host in ("meedoen.een.example", "meedoen.twee.example"):
        a_site(a_municipality(slug=host.split(".")[1]), hostname=host)
    for told, missing in (("meedoen.een.example", ["meedoen.twee.example"]), (".example", [])):
        settings.ALLOWED_HOSTS = [told]
        call_command("check", databases=["default"])
        said = capsys.readouterr().err
        assert ("cms.W003" in said) is bool(missing)
        assert all(f"these municipalities: {one}." in said for one in missing)
        assert all(f"SAMENKOMPAS_HOSTS={told},{one} " in said for one in missing)
    assert "check --database default" in (settings.BASE_DIR / "deploy/restore.sh").read_text()
