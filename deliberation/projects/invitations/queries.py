"""Queries: the invitations that wait for somebody, and those that a municipality sent."""

from dataclasses import dataclass

from ..models import RoleInvitation


@dataclass(frozen=True)
class Sent:
    """An invitation that nobody accepted yet."""

    invitation: RoleInvitation
    expired: bool


def invitations_for(user, now):
    """Find what somebody is asked and may still accept, whichever municipality asks."""
    if not user.is_authenticated:
        return RoleInvitation.objects.none()
    found = RoleInvitation.objects.filter(email=user.email.lower(), expires_at__gt=now)
    return found.select_related("municipality", "project").order_by("pk")


def sent_by(municipality, project=None):
    """Find what a municipality asked and nobody accepted yet, in it all or for one project."""
    found = RoleInvitation.objects.filter(municipality=municipality)
    found = found.filter(project=project) if project else found
    return found.select_related("project").order_by("email", "pk")


def as_sent(invitations, now) -> list[Sent]:
    """Tell of invitations whether they can still be accepted."""
    return [Sent(one, one.expires_at <= now) for one in invitations]
