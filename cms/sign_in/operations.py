"""Operations of signing in: link an issuer to an account, count a failed sign-in, keep and forget forms."""

from allauth.socialaccount.models import SocialAccount
from django.db.models import F

from cms.models import FailedSignIn, KeptForm
from deliberation.people.operations import operation, record_audit


@operation
def link_issuer(*, actor, municipality, uid, now) -> None:
    """Let a municipality's issuer open the account of the actor, who just proved that it is theirs.

    `municipality` is its slug, `uid` who the actor is to the issuer. Linking twice is linking once.
    """
    _link, made = SocialAccount.objects.get_or_create(
        provider=municipality, uid=uid, defaults={"user": actor}
    )
    if made:
        detail = {"municipality": municipality}
        record_audit(actor=actor, action="link_issuer", obj=actor, now=now, detail=detail)


def record_failed_sign_in(*, who, now) -> None:
    """Count one more wrong password or code of this hour; `who` is a digest. No audit row: strangers do this."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    row, _made = FailedSignIn.objects.get_or_create(who=who, hour=hour)
    FailedSignIn.objects.filter(pk=row.pk).update(times=F("times") + 1)


def keep_form(*, owner: str, sealed: str, now) -> None:
    """Keep the last form of an owner, a digest, behind the door. No audit row: nothing was done yet."""
    about = {"sealed": sealed, "kept_at": now}
    KeptForm.objects.update_or_create(owner=owner, defaults=about)


def forget_forms(*, owners) -> None:
    """Let go of what was kept for owners: it was sent, thrown away, or its account is gone."""
    KeptForm.objects.filter(owner__in=owners).delete()
