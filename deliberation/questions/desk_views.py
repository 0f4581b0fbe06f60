"""Desk view of questions: within how many days they are answered. The queue is that of every instrument."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from deliberation.people.permissions import require
from deliberation.projects.desk import desk_screen, form_page, posted, run_with
from deliberation.projects.models import DecisionPoint

from . import operations
from .forms import AnswerTermForm
from .queries import terms_of


@desk_screen
def set_answer_term(request, point_id):
    """Set within how many working days questions about a decision point are answered."""
    points = DecisionPoint.objects.select_related("phase__project__municipality")
    point = get_object_or_404(points, pk=point_id)
    require("questions.set_answer_term", request.user, point)
    initial = {"working_days": terms_of([point])[point.pk]}
    form = AnswerTermForm(posted(request), initial=initial)
    if request.method == "POST" and run_with(
        form, operations.set_answer_term, actor=request.user, decision_point=point
    ):
        messages.success(request, _("New questions get this term. Earlier promises stay."))
        return redirect("projects:see_project", point.project.pk)
    template = "deliberation/questions/desk/set_answer_term.html"
    return form_page(request, template, form, point=point, project=point.project)
