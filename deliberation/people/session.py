"""Which participant does this browser's session belong to?"""

import uuid

from .models import Participant

KEY = "participant"


def participant_of(session) -> Participant | None:
    """Find the participant of a web or socket session; None when nobody joined with it."""
    try:
        return Participant.objects.filter(pk=uuid.UUID(session.get(KEY, ""))).first()
    except ValueError:
        return None


def remember_participant(session, participant: Participant) -> None:
    """Keep the participant in this browser's session."""
    session[KEY] = str(participant.pk)
