"""The sign-in stage of allauth that asks staff for a second factor."""

from allauth.mfa.stages import AuthenticateStage

from .organisation import asked_second_factor


class StaffSecondFactor(AuthenticateStage):
    """Ask staff, unless their passkey or their organisation asked already. Residents are never asked."""

    def _should_handle(self, request) -> bool:
        user = self.login.user
        if user is None or not user.is_staff:
            return False
        came_by = (self.login.signal_kwargs or {}).get("sociallogin")
        if came_by and asked_second_factor(came_by):
            return False
        return super()._should_handle(request)
