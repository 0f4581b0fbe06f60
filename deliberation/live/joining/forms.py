"""Forms for coming in: the code of an evening with the word beside it, and the code of a card."""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.people.codes import CodeField

from .. import randomness


def is_card_code(code: str) -> bool:
    """Tell whether a code looks like one of a participant's card."""
    return len(code) == randomness.CARD_SIGNS and set(code) <= set(randomness.READABLE)


def address_of_code(code: str) -> tuple[str, str] | None:
    """Say where the code of an evening or of a card leads, by how it looks."""
    if len(code) == 6 and code.isdigit():
        return "join_run", code
    return ("use_card", code) if is_card_code(code) else None


class CodeForm(forms.Form):
    """The one large field of /meedoen; the word only when it is asked."""

    needed_sometimes = ("word",)

    code = CodeField(
        label=_("Your code"),
        max_length=40,
        help_text=_("For example 482 913"),
        error_messages={"required": _("Fill in the six digits of your code.")},
        widget=forms.TextInput(
            attrs={
                "class": "lv-code",
                "inputmode": "numeric",
                "autocomplete": "off",
                "autofocus": True,
            }
        ),
    )
    word = CodeField(
        label=_("The word beside the code"),
        max_length=20,
        required=False,
        help_text=_(
            "Six letters, for example BOLAMI. It stands beside or below your code. With the word you come in at once, "
            "also while somebody tries many wrong codes."
        ),
        widget=forms.TextInput(
            attrs={
                "class": "lv-code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def clean_code(self):
        digits = "".join(filter(str.isdigit, self.cleaned_data["code"]))
        if len(digits) != 6:
            raise forms.ValidationError(_("A code has six digits. Look at it again."))
        return digits


class CardForm(forms.Form):
    """The code of a participant's card."""

    card = CodeField(
        label=_("The code of your card"),
        max_length=30,
        help_text=_("Letters and digits, for example K7QF2-MXD4R. Or scan the code on your card."),
        error_messages={"required": _("Fill in the code that stands on your card.")},
        widget=forms.TextInput(
            attrs={
                "class": "lv-code",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )

    def clean_card(self):
        signs = self.cleaned_data["card"]
        if not is_card_code(signs):
            raise forms.ValidationError(
                _("The code of a card has ten characters. Look at it again.")
            )
        return signs
