"""How does an account get another door? The one way in for links with an organisation's sign-in."""

from allauth.socialaccount.models import SocialAccount

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
