"""Sessions of residents: the participant that this browser's session belongs to."""

import uuid

from django.contrib.auth import SESSION_KEY

from .models import Participant, User
from .operations import claim_participant, create_participant

KEY = "participant"


def participant_of(session) -> Participant | None:
    """Find the participant of a web or socket session; None when nobody joined with it."""
    try:
        return Participant.objects.filter(pk=uuid.UUID(session.get(KEY, ""))).first()
    except ValueError:
        return None


def participant_for(user: User) -> Participant:
    """Find or make the one participant of an account."""
    return create_participant(user=user)


def remember_participant(session, participant: Participant) -> None:
    """Keep the participant in this browser's session, which gets a new name when somebody comes in.

    Who planted the cookie then does not vote along. Coming back keeps the name, and so does staff that
    joins: signing in gave one already, and open screens hang on it. Who has no session gets a name anyway.
    """
    if (
        session.session_key
        and session.get(KEY) != str(participant.pk)
        and SESSION_KEY not in session
    ):
        session.cycle_key()
    session[KEY] = str(participant.pk)


def welcome(session, user: User) -> None:
    """Let a resident who signed in go on as themselves: with their participant, or else this browser's.

    Staff keeps what it had: who works here takes part in a session only by joining it.
    """
    if user.is_staff:
        return
    here = participant_of(session)
    mine = claim_participant(participant=here, user=user) if here else participant_for(user)
    session[KEY] = str(mine.pk)
