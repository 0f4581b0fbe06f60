"""Operation: a resident gives something in words, and gets a receipt and a day by which it is answered."""

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from compass.refusal import Refused
from deliberation.people.models import Participant
from deliberation.people.names import clean_name, clean_text
from deliberation.people.operations import give_consent, operation, record_audit
from deliberation.people.permissions import require
from deliberation.projects.deciding import notices
from deliberation.projects.models import DecisionPoint, Project

from ..answer_terms import opening_of
from ..models import LONGEST, Contribution
from ..queries import unanswered_of
from ..receipts import new_code
from . import mailing
from .flood import first_state
from .locking import in_its_words

MOST_UNANSWERED = 3  # of one person in one project


@operation(named=in_its_words)
def give_contribution(
    *,
    actor,
    instrument,
    about,
    kind,
    text,
    name="",
    email="",
    mail_consent=False,
    changes_consent=False,
    own=None,
    op_id,
    now,
) -> Contribution:
    """Keep what somebody says about a decision point, or a project as a whole; nobody else sees it yet.

    The day of the answer is promised here. The same `op_id` of the same participant gives the same
    contribution. Refused: where the level or the phase closes it, too late before the decision, with
    three unanswered ones, and an address without consent. What comes while very many are given is
    set apart. With `changes_consent` the address may be used for a changed promise too, as long as it is kept.
    `own` is what the form of the instrument asks besides; it keeps that in the same transaction.
    """
    if again := _given_before(instrument, op_id, actor):
        return again
    opening = opening_of(instrument, about, now)
    if not opening.open:
        raise Refused(opening.reason, code="forbidden")
    require(instrument.permission("give_contribution"), actor, about, now)
    contribution = instrument.model(
        instrument=instrument.name,
        project=about.project,
        decision_point=about if isinstance(about, DecisionPoint) else None,
        kind=_kind(instrument, kind),
        text=_text(instrument, text),
        name=clean_name(name) if name.strip() else "",
        email=mailing.accept_address(email, mail_consent),
        language=_language(get_language()),
        participant=actor,
        op_id=op_id,
        code=new_code(),
        given_at=now,
        due_on=opening.due_on,
    )
    _one_after_another(actor, about.project)
    if again := _given_before(instrument, op_id, actor):
        return again
    _require_room(instrument, actor, about.project)
    contribution.state = first_state(actor, about.project, now)
    contribution.save()
    instrument.after_giving(contribution, own or {}, now)
    if contribution.email:
        place = about.project.municipality.slug
        give_consent(actor=actor, purpose=instrument.answer_purpose, place=place, now=now)
        if changes_consent:
            give_consent(actor=actor, purpose=notices.PURPOSE, place=place, now=now)
    action = instrument.named("give_contribution")
    record_audit(actor=actor, action=action, obj=contribution, now=now)
    return contribution


def _given_before(instrument, op_id, actor) -> Contribution | None:
    """Find what this form gave already. Refused: when that was somebody else's, or of another instrument."""
    found = Contribution.objects.filter(op_id=op_id).first()
    if found is None:
        return None
    giver = found.participant_id
    if giver is None or giver != getattr(actor, "pk", None) or found.instrument != instrument.name:
        raise Refused(_("Open the form again, please."), code="malformed")
    return instrument.model.objects.get(pk=found.pk)


def _language(code) -> str:
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _kind(instrument, kind) -> str:
    if kind not in instrument.kinds:
        raise Refused(instrument.choose_kind, code="malformed", field="kind")
    return kind


def _text(instrument, text) -> str:
    cleaned = clean_text(text, LONGEST, "text")
    if not cleaned:
        raise Refused(instrument.text_needed, field="text")
    return cleaned


def _one_after_another(actor, project) -> None:
    # Or somebody in two tabs has four, and one form gives two; the project's row is the door for all.
    Project.objects.select_for_update().get(pk=project.pk)
    Participant.objects.select_for_update().get(pk=actor.pk)


def _require_room(instrument, actor, project) -> None:
    if unanswered_of(instrument, [actor], project).count() >= MOST_UNANSWERED:
        raise Refused(instrument.too_many(MOST_UNANSWERED))
