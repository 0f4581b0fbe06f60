"""The instrument of questions and concerns: its words, its rules, and the days within which we answer."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deliberation.participation.instrument import ContributionInstrument
from deliberation.participation.models import Disposition
from deliberation.people.permissions import may
from deliberation.projects.queries import decision_points

from .models import Question
from .queries import terms_of

Kind, Outcome = Question.Kind, Disposition.Outcome


class Questions(ContributionInstrument):
    name = "questions"
    tool = "questions_and_concerns"
    model, kinds = Question, dict(Kind.choices)
    noun, give = "question", "ask_question"
    page_urls = "deliberation.questions.urls"
    desk_urls, desk_folder = "deliberation.questions.desk_urls", "vragen/"
    answer_purpose = "answer_by_mail"
    anchor, desk_order = "vraag", 30

    label = gettext_lazy("Questions and concerns")
    findable_label = gettext_lazy("Question or concern")
    invitation = gettext_lazy("Ask a question or share a concern")
    closed_now = gettext_lazy("Asking is closed now.")
    link_here = gettext_lazy("Link to this question")
    consent = gettext_lazy("You may mail me the answer to what I asked here.")
    choose_kind = gettext_lazy("Choose: a question or a concern.")
    text_needed = gettext_lazy("Write down what you want to ask or tell.")
    why_not_outcome = gettext_lazy(
        "Somebody is worried. Say what you do with that, explaining is not enough."
    )
    mail_subject = gettext_lazy("Your question about “%s”")

    def too_many(self, number):
        reason = _(
            "You have %d questions here that are not answered yet. Please wait for an answer first."
        )
        return reason % number

    def yours(self, kind):
        return _("Your concern") if kind == Kind.CONCERN else _("Your question")

    def counted(self, number):
        return ngettext("%d question or concern", "%d questions or concerns", number) % number

    def to_look_at(self, number):
        return ngettext("Look at %d question", "Look at %d questions", number) % number

    def to_sort_out(self, number):
        sort = ngettext(
            "Sort out %d question that was set apart",
            "Sort out %d questions that were set apart",
            number,
        )
        return sort % number

    def why_too_late(self, decides_on, decided):
        reason = (
            _("The decision was taken on %s. Asking about it opens with a next decision.")
            if decided
            else _(
                "The decision is taken on %s. We can't answer before that any more, so asking is closed."
            )
        )
        return reason % date_format(decides_on, "j F Y")

    def why_nothing_open(self, has_points):
        if has_points:
            return _("Nothing in this project can be asked about today.")
        return _(
            "It is not clear yet what will be decided here. Asking opens when that is written down."
        )

    def outcomes(self, kind):
        """Explain a question, but never a concern: who worries hears what is done with it."""
        return [one for one in Outcome.values if kind == Kind.QUESTION or one != Outcome.EXPLAINED]

    def answer_terms(self, points):
        return terms_of(points)

    def desk_section(self, project, user, now):
        section = super().desk_section(project, user, now)
        if section:
            section[1]["terms"] = self._terms(decision_points(project), user, now)
        return section

    def _terms(self, points, user, now) -> list[dict]:
        terms = terms_of(points)
        return [
            {
                "point": point,
                "days": terms[point.pk],
                "href": self.desk_url("set_answer_term", point.pk),
                "may": may("questions.set_answer_term", user, point, now),
            }
            for point in points
        ]
