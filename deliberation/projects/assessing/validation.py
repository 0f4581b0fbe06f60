"""Validation of answers and public reasons against the framework and the decision point."""

from django.utils.translation import gettext_lazy as _

from compass.engine.advise import AnswerErrors, check_answers
from compass.forms import LONGEST_REASON
from compass.refusal import Refused


def checked_answers(framework, told, answers) -> dict:
    """Give the known answers, with what the decision point tells. Refused: unknown keys and codes."""
    decider = told.get("decider")
    if answers.get("decider") not in (None, decider):
        reason = _("Who decides is a part of the decision point. Change it there.")
        raise Refused(reason, code="malformed", field="decider")
    try:
        about_decider = {"decider": decider} if decider else {}
        return check_answers(framework, {**told, **answers, **about_decider})
    except AnswerErrors as errors:
        raise Refused(str(errors), code="malformed") from errors


def checked_reasons(framework, reasons) -> dict:
    """Give the public reasons that say something. Refused: where none is asked, no text, or too long."""
    asked = framework.with_reasons
    wrong = [key for key, text in reasons.items() if key not in asked or not _is_short(text)]
    if wrong:
        raise Refused(_("These reasons are not right: %s") % ", ".join(wrong), code="malformed")
    return {key: text.strip() for key, text in reasons.items() if text.strip()}


def _is_short(text) -> bool:
    return isinstance(text, str) and len(text) <= LONGEST_REASON
