"""Adding and removing redirects: the one way in for an administrator."""

from django.utils.translation import gettext_lazy as _
from wagtail.contrib.redirects.models import Redirect

from compass.refusal import Refused
from deliberation.people.operations import operation, record_audit
from deliberation.people.permissions import require

from ..tenants.municipalities import site_of
from .lookup import leads_somewhere, page_at


@operation
def add_redirect(*, actor, municipality, old_path, new_path, now) -> Redirect:
    """Lead from an address that is gone to a page of the same site, also after that page is renamed.

    Doing it again gives the same redirect, to the page that was named last. Refused: an address at
    which something is shown, a page that isn't there.
    """
    require("cms.change_redirects", actor, municipality, now)
    site = site_of(municipality)
    if site is None:
        raise Refused(_("This municipality has no site yet."), code="state")
    if leads_somewhere(site, old_path):
        reason = _("There is a page at this address. It is shown, so nobody would be led on.")
        raise Refused(reason, field="old_path")
    if not leads_somewhere(site, new_path):
        reason = _("We find no page at this address. Open the page and copy its address.")
        raise Refused(reason, field="new_path")
    page = page_at(site, new_path)
    target = {"redirect_page": page, "redirect_link": "" if page else new_path}
    old_path = Redirect.normalise_path(old_path.lower())
    row, _made = Redirect.objects.update_or_create(
        site=site, old_path=old_path, defaults=target | {"automatically_created": False}
    )
    detail = {"from": old_path, "to": new_path}
    record_audit(actor=actor, action="add_redirect", obj=municipality, now=now, detail=detail)
    return row


@operation
def remove_redirect(*, actor, municipality, redirect, now) -> None:
    """Let an address of this municipality's site lead nowhere again. Refused: one of another site."""
    require("cms.change_redirects", actor, municipality, now)
    if redirect.site != site_of(municipality):
        raise Refused(_("This address is not of your site."), code="forbidden")
    detail = {"from": redirect.old_path, "to": redirect.link}
    redirect.delete()
    record_audit(actor=actor, action="remove_redirect", obj=municipality, now=now, detail=detail)
