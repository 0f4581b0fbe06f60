"""Forms for projects, phases, decision points and roles. Those for the compass questions are compass's own."""

from django import forms
from django.utils.html import format_html_join
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from deliberation.people.codes import CodeField

from .concurrent_edits import SEEN, RefusesStale
from .english import LONGEST_LINE, TYPED
from .english_forms import EnglishFields
from .models import DecisionPoint, Phase, Project
from .roles.colleagues import MAY

MOST_LINES = 12


class DateInput(forms.DateInput):
    """A date field the browser knows; it sends and wants year-month-day."""

    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class LinesField(forms.CharField):
    """A list of short texts, typed one per line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, **options):
        super().__init__(required=False, max_length=MOST_LINES * (LONGEST_LINE + 2), **options)

    def prepare_value(self, value):
        return value if value is None or isinstance(value, str) else "\n".join(value)

    def clean(self, value):
        lines = [" ".join(line.split()) for line in super().clean(value).splitlines()]
        lines = [line for line in lines if line]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(
                _("At most %(count)s lines, please."), params={"count": MOST_LINES}
            )
        if any(len(line) > LONGEST_LINE for line in lines):
            raise forms.ValidationError(
                _("A line has at most %(count)s characters."), params={"count": LONGEST_LINE}
            )
        return lines


class ProjectForm(RefusesStale, EnglishFields, forms.ModelForm):
    """A new project."""

    in_english = Project.IN_ENGLISH
    slug = forms.SlugField(
        label=_("Part of the address"),
        required=False,
        help_text=_("For example: lindestraat. Leave it open and we make it from the title."),
    )

    class Meta:
        model = Project
        fields = ["title", "summary", "contact", "slug"]
        labels = {
            "title": _("What is the project called?"),
            "summary": _("What is it about?"),
            "contact": _("Where can residents go with questions?"),
        }
        help_texts = {
            "title": _("For example: Lindestraat renewed."),
            "summary": _("Two or three short sentences that a resident understands."),
            "contact": _("A name of a team, with a telephone number or e-mail address."),
        }
        widgets = {"summary": forms.Textarea(attrs={"rows": 4})}

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("slug"):
            cleaned["slug"] = slugify(cleaned.get("title", ""))[:50]
        return cleaned


class ProjectTextsForm(ProjectForm):
    """What is said of a project that is there; its address stays."""

    slug = None

    class Meta(ProjectForm.Meta):
        fields = ["title", "summary", "contact"]

    def clean(self):
        return super(ProjectForm, self).clean()


class PhaseForm(RefusesStale, EnglishFields, forms.ModelForm):
    """A dated part of a project."""

    in_english = Phase.IN_ENGLISH

    class Meta:
        model = Phase
        fields = ["kind", "title", "starts_on", "ends_on"]
        labels = {
            "kind": _("What happens in this phase?"),
            "title": _("What do residents call it?"),
            "starts_on": _("First day"),
            "ends_on": _("Last day"),
        }
        help_texts = {
            "kind": _(
                "Residents can ask questions in every phase, until what it is about was decided. They "
                "can vote in a session while you prepare, design or carry out; not while you look back."
            ),
            "title": _("For example: Making the plan for the street."),
            "starts_on": _("Phases do not overlap. There may be days between them."),
        }
        widgets = {"kind": forms.RadioSelect, "starts_on": DateInput(), "ends_on": DateInput()}

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["kind"].choices = Phase.Kind.choices

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", _("The last day is before the first day."))
        return cleaned


class DecisionPointForm(RefusesStale, EnglishFields, forms.ModelForm):
    """Step 0 of the compass: what is being decided?"""

    in_english = DecisionPoint.IN_ENGLISH
    open = LinesField(
        label=_("What can residents still change?"),
        help_text=_(
            "One per line. For example: where the trees will stand. Leave it open only when nothing "
            "can change any more."
        ),
    )
    fixed = LinesField(
        label=_("What is fixed?"),
        help_text=_("One per line, with the reason. For example: the sewer will be replaced."),
    )
    outside = LinesField(
        label=_("What is this not about?"),
        help_text=_("One per line. For example: the bus route, the province decides on that."),
    )
    groups = LinesField(
        label=_("Who will notice it?"),
        help_text=_("One group per line. For example: people who live there, shopkeepers."),
    )

    class Meta:
        model = DecisionPoint
        fields = [
            "question",
            "open",
            "fixed",
            "outside",
            "groups",
            "decided_by",
            "decides_on",
            "formal_track",
            "formal_track_until",
        ]
        labels = {
            "question": _("What is being decided? Write it as one question."),
            "decided_by": _("Who decides?"),
            "decides_on": _("When is it decided?"),
            "formal_track": _("Is there a formal procedure beside it?"),
            "formal_track_until": _("Until which day can people use that procedure?"),
        }
        help_texts = {
            "question": _("For example: How do we lay out the Lindestraat again?"),
            "formal_track": _(
                "For example: Views on the draft environment plan. Residents then read that taking "
                "part here is not a formal view, and where they can give one."
            ),
        }
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2}),
            "decided_by": forms.RadioSelect,
            "decides_on": DateInput(),
            "formal_track_until": DateInput(),
        }

    def __init__(self, *args, phases=None, current_phase=None, **options):
        super().__init__(*args, **options)
        self.fields["decided_by"].choices = DecisionPoint.Body.choices
        if phases is not None:
            self.fields["phase"] = forms.ModelChoiceField(
                phases,
                initial=current_phase,
                label=_("In which phase is it decided?"),
                empty_label=None,
                widget=forms.RadioSelect,
            )
            self.order_fields(["question", TYPED.format("question"), "phase"])

    def clean_question(self):
        return " ".join(self.cleaned_data["question"].split())


class PointInEnglishForm(DecisionPointForm):
    """The English texts of a decision point alone; its Dutch ones stand above them and stay."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        dutch = {TYPED.format(name): getattr(self.instance, name) for name in self.in_english}
        dutch = {key: text for key, text in dutch.items() if text}
        self.fields = {key: self.fields[key] for key in (*dutch, SEEN)}
        for key in dutch:
            field = self.fields[key]
            lines = dutch[key] if isinstance(dutch[key], list) else [dutch[key]]
            said = format_html_join(
                "", "{}<br>", ((line,) for line in [*lines, field.left_behind] if line)
            )
            field.help_text, field.folded = said, False


class InviteForm(forms.Form):
    """Which role a colleague is asked to take."""

    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("We send a link there. The role starts when your colleague accepts it."),
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args, roles, projects=None, **options):
        super().__init__(*args, **options)
        self.fields["role"].choices = [(role, f"{role.label}. {MAY[role]}") for role in roles]
        if projects is not None:
            self.fields["project"] = forms.ModelChoiceField(
                projects,
                label=_("Where?"),
                empty_label=_("In the whole municipality"),
                required=False,
            )


class LetterForm(forms.Form):
    """Whose data goes, because they asked in a letter or on the telephone."""

    needed_sometimes = ("email", "receipt")  # one of the two
    email = forms.EmailField(
        label=_("E-mail address"),
        required=False,
        help_text=_(
            "Of the account, or left with a question. Is there none? Then give the receipt."
        ),
    )
    receipt = CodeField(
        label=_("Receipt"),
        max_length=40,
        required=False,
        help_text=_("For a question without an e-mail address. Only what has this receipt goes."),
    )
    checked = forms.BooleanField(
        label=_("I made sure that it is this person who asks"),
        error_messages={"required": _("First make sure who asks this.")},
    )

    def clean(self):
        cleaned = super().clean()
        cleaned.pop("checked", None)
        if not (self.errors or cleaned["email"] or cleaned["receipt"]):
            self.add_error("email", _("Fill in an e-mail address or a receipt."))
        return cleaned
