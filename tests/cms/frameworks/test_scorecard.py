"""Can an officer model a published scorecard of points and bands, with nothing but the forms?

The idea is Berg en Dal's: category 1 to 4, reach 1 to 5, nuisance 1 to 4, and a point when the
college is told early; up to and including 7 points informing is enough.
"""

import pytest
from django.urls import reverse

from compass.engine.advise import advise
from compass.engine.framework import load_framework
from compass.queries import checked
from tests.builders import a_municipality

from .drafts import a_draft, an_officer
from .officer import Officer

pytestmark = pytest.mark.django_db
LEVELS = (
    ("informeren", "Wij vertellen het u", "We vertellen u wat er gebeurt.", 0),
    ("vragen", "U geeft uw mening", "U geeft uw mening. Wij wegen die mee.", 1),
)
QUESTIONS = (
    ("Hoe belangrijk is het onderwerp?", "categorie", ["klein", "gewoon", "groot", "heel groot"], 1),
    ("Hoeveel mensen merken het?", "bereik", ["enkelen", "een straat", "een wijk", "een dorp", "iedereen"], 1),
    ("Hoeveel overlast geeft het?", "overlast", ["geen", "een beetje", "veel", "heel veel"], 1),
    ("Moet het college het vroeg weten?", "vroeg", ["nee", "ja"], 0),
)  # fmt: skip
CASES = (
    ("Een bankje in het park gaat weg", (0, 0, 0, 0), "informeren"),
    ("De straat gaat een week dicht", (1, 1, 2, 0), "informeren"),
    ("Net een punt meer", (1, 1, 2, 1), "vragen"),
    ("Een nieuwe weg door het dorp", (3, 3, 3, 1), "vragen"),
)


def to(draft, name, *places):
    return reverse(f"frameworks:{name}", args=[draft.pk, *places])


def model_it(officer: Officer, draft):
    """Do what an officer does, from the first screen to the last case."""
    officer.open(to(draft, "edit_framework"))
    officer.open(to(draft, "edit_titles"))
    officer.fill(title_nl="Puntenkaart participatie")
    officer.press()
    officer.open(to(draft, "edit_part", "niveaus"))
    add_levels(officer, draft)
    add_questions(officer, draft)
    add_score(officer, draft)
    for number, (text, answers, expected) in enumerate(CASES):
        if number == 0:
            officer.open(to(draft, "add_to_part", "proefcases"))
        keys = [f"answer_{name}" for _text, name, *_rest in QUESTIONS]
        officer.fill(text_nl=text, expect=expected, **dict(zip(keys, answers, strict=True)))
        officer.press("save_more" if number + 1 < len(CASES) else "save")
        assert not officer.errors, officer.errors
    draft.refresh_from_db()


def add_levels(officer, draft):
    officer.open(to(draft, "add_to_part", "niveaus"))
    for number, (name, plain, promise, influence) in enumerate(LEVELS):
        officer.fill(name_nl=name, plain_nl=plain, promise_nl=promise, influence=influence)
        officer.press("save" if number + 1 == len(LEVELS) else "save_more")
        assert not officer.errors, officer.errors


def add_questions(officer, draft):
    officer.open(to(draft, "edit_part", "vragen"))
    officer.open(to(draft, "add_to_part", "vragen") + "?soort=criterion")
    for number, (text, name, answers, _first) in enumerate(QUESTIONS):
        officer.fill(text_nl=text, name_nl=name)
        while len(answers) > int(officer.sent["option-TOTAL_FORMS"][0]):
            officer.press("add:option")
        officer.fill(**{f"option__{n}__label_nl": answer for n, answer in enumerate(answers)})
        officer.press("save" if number + 1 == len(QUESTIONS) else "save_more")
        assert not officer.errors, officer.errors


def add_score(officer, draft):
    officer.open(to(draft, "edit_part", "scores"))
    officer.open(to(draft, "add_to_part", "scores"))
    officer.fill(name_nl="punten")
    for _text, name, answers, first in QUESTIONS:
        points = {f"term__{name}__points_{n}": first + n for n in range(len(answers))}
        officer.fill(**points)
    officer.press("look")
    assert [one.text for one in officer.page.select(".fe-total strong")] == ["3", "14"]
    officer.press()
    officer.open(to(draft, "edit_bands", 1))
    officer.fill(band__0__low=0, band__0__high=7, band__0__level="informeren")
    officer.fill(band__1__low=8, band__1__level="vragen")
    officer.press("look")
    assert len(officer.page.select(".fe-remark")) == 1  # 0, 1 and 2 points can't occur
    officer.press()
    assert not officer.errors, officer.errors


def test_an_officer_models_the_scorecard(client):
    person = an_officer()
    client.force_login(person)
    draft, officer = a_draft(person, a_municipality()), Officer(client)
    model_it(officer, draft)
    framework = load_framework(draft.source)
    assert [rule.level for rule in framework.rules] == ["informeren", "vragen"]
    for text, answers, expected in CASES:
        keys = [question.key for question in framework.questions]
        assert advise(framework, dict(zip(keys, answers, strict=True))).outcome == expected, text
    found = checked(draft.source)
    assert not [finding for finding in found if finding.severity == "error"]
    said = [finding.text["nl"] for finding in found]
    assert any("komen nooit voor: 0, 1, 2." in one for one in said), said
    officer.open(to(draft, "edit_part", "proefcases"))
    assert len(officer.page.select("table .utrecht-badge-status--safe")) == len(CASES)
    print(f"{officer.screens} screens, {officer.presses} presses, {officer.fields} fields")
