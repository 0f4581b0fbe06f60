"""What does somebody see when a form comes back without its proof of origin?"""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """Say in plain words that the page was too old, with a way on."""
    return render(request, "403.html", {"stale_form": True}, status=403)
