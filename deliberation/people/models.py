"""Models: accounts, participants without a name, consents, sent forms, and the audit trail."""

import hashlib
import uuid
from datetime import UTC

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly

# Signs what people did who were erased since. No letter arrives at this address, ever.
NOBODY = "nobody@erased.invalid"


class UserManager(BaseUserManager):
    """Makes accounts that are known by their e-mail address."""

    use_in_migrations = True

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.with_address(email).get()

    def with_address(self, email):
        """Find the account of an address, in whatever case it was typed.

        Python makes it small, as when it was stored. A database that compares without case finds more: PostgreSQL
        takes "ı" and "ſ" for "i" and "s", and then somebody else's mailbox opens the account.
        """
        return self.filter(email=email.lower())


class User(AbstractUser):
    """A person with an account; the e-mail address is the name to sign in with."""

    username = None
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    def __str__(self):
        if self.email == NOBODY:
            return str(_("somebody who is no longer known here"))
        return self.get_full_name() or self.email

    def get_session_auth_hash(self):
        return self._as_resident_or_staff(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self):
        yield from map(self._as_resident_or_staff, super().get_session_auth_fallback_hash())

    def _as_resident_or_staff(self, digest: str) -> str:
        # A session opened as a resident, with a mailed code alone, ends when its owner becomes staff.
        return _hash(digest, "staff" if self.is_staff else "resident")


class Participant(models.Model):
    """Somebody in one browser, without a name. It holds no date: joining order is nobody's business."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], name="one_participant_for_each_user")
        ]

    def __str__(self):
        return str(self.id)


class Consent(models.Model):
    """What somebody agreed to, in the words they read. One row each time; withdrawing ends it.

    `place` is the slug of the municipality it was given to; blank for one given to the platform.
    """

    participant = models.ForeignKey(
        Participant, null=True, on_delete=models.CASCADE, related_name="consents"
    )
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="consents")
    purpose = models.SlugField(max_length=60)
    place = models.SlugField(max_length=50, blank=True)
    text_version = models.CharField(max_length=20)
    text = models.TextField()
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(participant=None) ^ models.Q(user=None),
                name="consent_of_one_person",
            ),
            *(
                models.UniqueConstraint(
                    fields=[owner, "purpose", "place"],
                    condition=models.Q(withdrawn_at=None, **{f"{owner}__isnull": False}),
                    name=f"one_consent_at_a_time_per_{owner}",
                )
                for owner in ("participant", "user")
            ),
        ]

    def __str__(self):
        return f"{self.purpose} {self.text_version}"


class LocalErasure(models.Model):
    """An erasure in one municipality that this database went through, by its number; it names nobody.

    The list of who was erased holds the same number. A backup from before has no such row, so what it brings
    back is erased again; in one from after it, all that stands there was given later.
    """

    number = models.CharField(max_length=32, primary_key=True)

    def __str__(self):
        return self.number


class SentForm(models.Model):
    """A form of the desk that was sent and done, with what was answered: sent again it gives the same.

    `key` is a hash of who sent what (docs/adr/0058); a row says nothing of anybody.
    """

    key = models.CharField(max_length=64, primary_key=True)
    leads_to = models.CharField(max_length=500, blank=True)
    says = models.JSONField(default=list)
    sent_at = models.DateTimeField(db_index=True)

    def __str__(self):
        return self.leads_to


class AuditHead(models.Model):
    """The end of the audit chain: one row that writers lock in turn."""

    last_hash = models.CharField(max_length=64, blank=True)

    def __str__(self):
        return self.last_hash


class AuditEntry(AppendOnly):
    """One thing somebody did. The chain covers a salted digest, so text can be erased and it still verifies."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    result = models.CharField(max_length=20)
    origin = models.CharField(max_length=20)
    actor_label = models.CharField(max_length=60)
    actor_id = models.CharField(max_length=40)
    object_label = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    detail = models.TextField(blank=True)
    salt = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64)
    previous = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "audit entries"

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M} {self.action} {self.result}"

    def private_digest(self) -> str:
        """Hash what can be erased: who, and the detail."""
        return _hash(self.salt, self.actor_label, self.actor_id, self.detail)

    def chain_hash(self) -> str:
        """Hash what stays, with the entry before it."""
        what = (self.action, self.result, self.origin, self.object_label, self.object_id)
        at = self.at.astimezone(UTC).isoformat()
        return _hash(self.previous, at, *what, self.digest)


def _hash(*parts: str) -> str:
    # Each part carries its length, so that no two lists of parts give the same bytes.
    return hashlib.sha256("".join(f"{len(p)}:{p}" for p in parts).encode()).hexdigest()
