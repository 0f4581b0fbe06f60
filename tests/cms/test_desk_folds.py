"""Do the parts of the desk that open show that they open, where Wagtail takes the browser's own sign away?"""

import pytest

from deliberation.projects.models import Role
from tests.builders import a_municipality, a_user
from tests.eyes import rendered
from tests.questions.builders import a_desk, browser_of

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SIGNS = "all => all.map(one => getComputedStyle(one).display + getComputedStyle(one).listStyleType)"


def test_what_opens_on_the_desk_shows_it_and_differs_when_open():
    desk = a_desk()
    path = f"/admin/participatie/vragen/{desk.ask().pk}/"
    client = browser_of(user=a_user(Role.ADMINISTRATOR, municipality=a_municipality()))
    with rendered({path: client.get(path).content.decode()}) as page:
        page.goto(path)
        folds = page.locator(".sk-desk summary")
        assert folds.count() > 3
        assert set(folds.evaluate_all(SIGNS)) == {"list-itemdisclosure-closed"}
        folds.first.click()
        assert folds.evaluate_all(SIGNS)[0] == "list-itemdisclosure-open"
