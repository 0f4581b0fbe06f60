"""The view of somebody's sessions: the browsers they are signed in with, and ending those."""

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.views import ListUserSessionsView
from django.shortcuts import redirect


class Sessions(ListUserSessionsView):
    """List the browsers somebody is signed in with; sign out in the others, or in this one too."""

    def form_valid(self, form):
        response = super().form_valid(form)
        if "here" not in self.request.POST:
            return response
        logout(self.request)
        return redirect("signed_out")
