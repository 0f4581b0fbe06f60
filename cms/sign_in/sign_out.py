"""Sign-out: nothing stays behind in a browser that the next person at the hall's computer can read."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver

MAY_BE_KEPT = ("public", "immutable")  # says so itself: pictures, themes


class NoTraces:
    """Let no browser or cache keep an answer to somebody with a session; wipe the browser at leaving."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        kept = response.get("Cache-Control", "")
        if _has_session(request, response) and not any(word in kept for word in MAY_BE_KEPT):
            response["Cache-Control"] = "no-store, private"
        if getattr(request, "left", False):
            # Not the cookies: the session ended here, and the language and the known browser name nobody.
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _has_session(request, response) -> bool:
    name = settings.SESSION_COOKIE_NAME
    return name in request.COOKIES or name in response.cookies


@receiver(user_logged_out)
def note_leaving(sender, request, **about):
    """Remember for the answer that somebody signed out, by whichever door; forget where they were."""
    if request is not None:
        request.left = True
        UserSession.objects.filter(session_key=request.session.session_key).delete()


@receiver(authenticator_added)
def note_second_factor(sender, request, user, authenticator, **about):
    """Count the new second factor as shown: its owner just used it, and reads their recovery codes at once."""
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, method="mfa", type=authenticator.type, reauthenticated=True
        )


@receiver(authenticator_added)
def close_other_sessions(sender, request, user, **about):
    """End sessions that were opened without the new second factor."""
    here = request.session.session_key
    for other in UserSession.objects.filter(user=user).exclude(session_key=here):
        other.end()
