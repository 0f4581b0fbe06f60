"""Models: municipalities, projects, phases, decision points, roles, level decisions, reports and outcomes."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly, Assessment, Framework

from .english import InEnglish


class Municipality(models.Model):
    """One municipality and its settings. A group of fewer than `small_group` voters is never shown apart."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=100)
    small_group = models.PositiveSmallIntegerField(default=5)
    framework_key = models.SlugField(default="nl")
    level_names = models.JSONField(default=dict, blank=True)  # naming.py

    class Meta:
        verbose_name_plural = "municipalities"

    def __str__(self):
        return self.name

    @property
    def municipality(self):
        return self


class Project(InEnglish):
    """What residents see as one subject."""

    IN_ENGLISH = ("title", "summary", "contact")

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT)
    slug = models.SlugField()
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), max_length=600)
    contact = models.CharField(_("contact"), max_length=200)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["municipality", "slug"], name="one_project_per_slug")
        ]

    def __str__(self):
        return self.title

    @property
    def project(self):
        return self


class Role(models.TextChoices):
    """What staff may be. Administrators and council members belong to the whole municipality."""

    ADMINISTRATOR = "administrator", _("Administrator")
    OFFICER = "officer", _("Policy officer")
    FACILITATOR = "facilitator", _("Facilitator")
    CO_FACILITATOR = "co_facilitator", _("Co-facilitator")
    NOTE_TAKER = "note_taker", _("Note taker")
    OBSERVER = "observer", _("Observer")
    COUNCIL = "council", _("Council member")


FOR_THE_WHOLE_MUNICIPALITY = {Role.ADMINISTRATOR, Role.COUNCIL}


class RoleAssignment(models.Model):
    """Who has which role: in one project, or (no project) in the whole municipality."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE)
    # When somebody last said that this is still right; giving it says so too.
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role", "municipality", "project"],
                name="one_assignment_per_project",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "municipality"],
                condition=Q(project=None),
                name="one_assignment_per_municipality",
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.role} {self.project or self.municipality}"


class RoleInvitation(models.Model):
    """A role that waits until the owner of this address accepts it. Until then it is no role at all.

    Known by the address and not by an account: whether there is one is nobody's business.
    """

    email = models.EmailField()  # in lower case
    role = models.CharField(max_length=20, choices=Role.choices)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    # The end that was mailed last: a task that comes twice mails once. Inviting again gives another end.
    mailed_until = models.DateTimeField(null=True, editable=False)
    # Who asks, while that may ask: an invitation goes with its sender's right to send it.
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.CASCADE,
        related_name="+",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email", "role", "municipality", "project"],
                name="one_invitation_per_project",
            ),
            models.UniqueConstraint(
                fields=["email", "role", "municipality"],
                condition=Q(project=None),
                name="one_invitation_per_municipality",
            ),
        ]

    def __str__(self):
        return f"{self.email} {self.role} {self.project or self.municipality}"


class Phase(InEnglish):
    """A dated part of a project, both days included. Phases never overlap; a gap between them is allowed."""

    IN_ENGLISH = ("title",)

    class Kind(models.TextChoices):
        PREPARE = "prepare", _("Preparing")
        DESIGN = "design", _("Designing")
        EXECUTE = "execute", _("Carrying out")
        EVALUATE = "evaluate", _("Looking back")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="phases")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=100)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="phase_ends_after_it_starts"
            ),
            models.UniqueConstraint(
                fields=["project", "starts_on"], name="one_phase_per_starting_day"
            ),
        ]

    def __str__(self):
        return self.title

    def is_current(self, day) -> bool:
        """Tell whether the phase runs on this day."""
        return self.starts_on <= day <= self.ends_on


class DecisionPoint(InEnglish):
    """The thing that is being decided: one sub-decision, in one phase, for one group."""

    IN_ENGLISH = ("question", "open", "fixed", "outside", "groups", "formal_track")

    class Body(models.TextChoices):
        RAAD = "raad", _("the city council")
        COLLEGE = "college", _("the mayor and aldermen")
        BURGEMEESTER = "burgemeester", _("the mayor")

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="decision_points")
    question = models.CharField(_("question"), max_length=200)
    decided_by = models.CharField(_("decided by"), max_length=12, choices=Body.choices)
    decides_on = models.DateField(_("decides on"))
    formal_track = models.CharField(_("formal procedure"), max_length=200, blank=True)
    formal_track_until = models.DateField(_("formal procedure until"), null=True, blank=True)
    fixed = models.JSONField(_("fixed"), default=list, blank=True)
    open = models.JSONField(_("open"), default=list, blank=True)
    outside = models.JSONField(_("outside"), default=list, blank=True)
    groups = models.JSONField(_("groups affected"), default=list, blank=True)

    class Meta:
        ordering = ["phase__starts_on", "id"]

    def __str__(self):
        return self.question

    @property
    def project(self):
        return self.phase.project


class AssessmentDraft(models.Model):
    """Answers to the framework while they are being filled in. `adopted` holds until they change again."""

    decision_point = models.OneToOneField(
        DecisionPoint, on_delete=models.CASCADE, related_name="draft"
    )
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT)
    answers = models.JSONField(default=dict)
    public_reasons = models.JSONField(default=dict)
    adopted = models.ForeignKey(Assessment, null=True, on_delete=models.PROTECT)
    updated_at = models.DateTimeField()

    def __str__(self):
        return f"draft for {self.decision_point}"


class LevelDecision(InEnglish, AppendOnly):
    """The level somebody chose for a decision point, and why. A newer one supersedes it; nothing is overwritten."""

    IN_ENGLISH = ("motivation", "decider", "conflict_decider", "conflict_reason", "confirmed_by")

    decision_point = models.ForeignKey(
        DecisionPoint, on_delete=models.PROTECT, related_name="level_decisions"
    )
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT)
    level = models.CharField(max_length=40)
    influence = models.SmallIntegerField()
    motivation = models.TextField(max_length=1000, blank=True)
    decider = models.CharField(max_length=100, blank=True)
    conflict_decider = models.CharField(max_length=100, blank=True)
    conflict_reason = models.TextField(max_length=600, blank=True)
    confirmed_by = models.CharField(max_length=100, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    decided_at = models.DateTimeField()
    supersedes = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="superseded_by"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision_point"],
                condition=Q(supersedes=None),
                name="one_first_level_decision",
            )
        ]

    def __str__(self):
        return f"{self.level} for {self.decision_point}"

    @property
    def project(self):
        return self.decision_point.project


class StatusReport(InEnglish, AppendOnly):
    """How a project goes, told to the council and to residents on one day. A later one follows it up."""

    IN_ENGLISH = ("summary", "next_treatment", "deviation", "deviation_reason")

    class Risk(models.TextChoices):
        LOW = "low", _("low")
        MIDDLE = "middle", _("middle")
        HIGH = "high", _("high")

    class Course(models.TextChoices):
        ON_TRACK = "on_track", _("as expected")
        ATTENTION = "attention", _("needs attention")
        OFF_TRACK = "off_track", _("not as expected")

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="status_reports")
    reported_on = models.DateField()
    phase = models.CharField(max_length=100, blank=True)  # as it was called on that day
    summary = models.TextField(max_length=600)
    risk = models.CharField(max_length=10, choices=Risk.choices)
    overall = models.CharField(max_length=10, choices=Course.choices)
    planning = models.CharField(max_length=10, choices=Course.choices)
    budget = models.CharField(max_length=10, choices=Course.choices)
    # Whole euros.
    budget_available = models.PositiveBigIntegerField(null=True)
    budget_spent = models.PositiveBigIntegerField(null=True)
    budget_committed = models.PositiveBigIntegerField(null=True)
    next_treatment = models.CharField(max_length=200, blank=True)
    next_treatment_on = models.DateField(null=True)
    deviation = models.TextField(max_length=600, blank=True)
    deviation_reason = models.TextField(max_length=600, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["-reported_on", "-id"]

    def __str__(self):
        return f"{self.project} {self.reported_on}"

    @property
    def budget_left(self) -> int | None:
        """What is neither spent nor promised to somebody, in whole euros; None without a budget."""
        if self.budget_available is None:
            return None
        return self.budget_available - (self.budget_spent or 0) - (self.budget_committed or 0)


class DecisionOutcome(InEnglish, AppendOnly):
    """What was decided at a decision point, and what became of what residents gave. The newest counts."""

    IN_ENGLISH = ("outcome", "what_we_did")

    class Result(models.TextChoices):
        TAKEN = "taken", _("decided as proposed")
        CHANGED = "changed", _("decided with changes")
        REJECTED = "rejected", _("not adopted")
        POSTPONED = "postponed", _("postponed")

    decision_point = models.ForeignKey(
        DecisionPoint, on_delete=models.PROTECT, related_name="outcomes"
    )
    decided_on = models.DateField()
    result = models.CharField(max_length=10, choices=Result.choices)
    outcome = models.TextField(max_length=1000)
    what_we_did = models.TextField(max_length=2000, blank=True)
    link = models.URLField(max_length=300, blank=True)
    postponed_to = models.DateField(null=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"{self.result} for {self.decision_point}"

    @property
    def project(self):
        return self.decision_point.project


class PointNotes(models.Model):
    """What an officer writes down for the documents, by the names in documents/notes.py.

    `revision` grows with every change.
    """

    decision_point = models.OneToOneField(
        DecisionPoint, on_delete=models.CASCADE, related_name="notes"
    )
    told = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()

    def __str__(self):
        return f"notes for {self.decision_point}"

    @property
    def project(self):
        return self.decision_point.project


# Models of this app that live in a room of their own.
from .deciding.models import FrameChange, MailedNotice, Moment  # noqa: E402, F401
