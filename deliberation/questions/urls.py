"""URL patterns of questions for residents; they stand inside the languages."""

from deliberation.participation.urls import public_patterns
from deliberation.registry import plugin

from .forms import AskForm

urlpatterns = public_patterns(plugin("questions"), AskForm, "vragen", "stellen")
