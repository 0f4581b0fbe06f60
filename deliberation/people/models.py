"""Who is this, and what did they do? Accounts, participants without a name, and the audit trail."""

import hashlib
import uuid
from datetime import UTC

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from compass.models import AppendOnly


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
        return self.get(email__iexact=email)


class User(AbstractUser):
    """A person with an account; the e-mail address is the name to sign in with."""

    username = None
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = UserManager()

    def __str__(self):
        return self.get_full_name() or self.email


class Participant(models.Model):
    """Somebody in one browser, without a name. It holds no date: joining order is nobody's business."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)

    def __str__(self):
        return str(self.id)


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
