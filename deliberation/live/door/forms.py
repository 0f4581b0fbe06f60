"""What does somebody type at the door: a code, the word beside it, or the code of a card?"""

from django import forms
from django.utils.translation import gettext_lazy as _

from deliberation.people.codes import typed_code

from .. import chance


class CodeForm(forms.Form):
    """The one large field of /meedoen; the word only when it is asked."""

    needed_sometimes = ("word",)

    code = forms.CharField(
        label=_("Your code"),
        max_length=20,
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
    word = forms.CharField(
        label=_("The word beside the code"),
        max_length=20,
        required=False,
        help_text=_(
            "Six letters, for example BOLAMI. With the word you come in at once, also while somebody tries many wrong "
            "codes."
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
        digits = "".join(filter(str.isdigit, typed_code(self.cleaned_data["code"])))
        if len(digits) != 6:
            raise forms.ValidationError(_("A code has six digits. Look at it again."))
        return digits

    def clean_word(self):
        return typed_code(self.cleaned_data["word"])


class CardForm(forms.Form):
    """The code of a participant's card."""

    card = forms.CharField(
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
        signs = typed_code(self.cleaned_data["card"])
        if len(signs) != 10 or set(signs) - set(chance.READABLE):
            raise forms.ValidationError(_("The code of a card has ten signs. Look at it again."))
        return signs
