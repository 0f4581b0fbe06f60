"""The desk screen on which an administrator sees, adds and removes redirects."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.contrib.redirects.models import Redirect

from deliberation.people.permissions import require
from deliberation.projects.desk import desk_screen, form_page, posted, run_with
from deliberation.projects.views import municipality_of

from ..tenants.municipalities import site_of
from . import operations
from .forms import RedirectForm

PER_PAGE = 50


@desk_screen
def see_redirects(request):
    """List the redirects of this municipality's site, newest first, and add one."""
    municipality = municipality_of(request)
    require("cms.change_redirects", request.user, municipality)
    form = RedirectForm(posted(request))
    about = {"actor": request.user, "municipality": municipality}
    if request.method == "POST" and run_with(form, operations.add_redirect, **about):
        messages.success(request, _("This address leads on from now."))
        return redirect("redirects:see_redirects")
    rows = Redirect.objects.filter(site=site_of(municipality)).select_related("redirect_page")
    page = Paginator(rows.order_by("-pk"), PER_PAGE).get_page(request.GET.get("page", "1")[:6])
    return form_page(
        request, "cms/redirects/see_redirects.html", form, rows=page, municipality=municipality
    )


@require_POST
@desk_screen
def remove_redirect(request, pk):
    """Take a redirect away."""
    municipality = municipality_of(request)
    row = get_object_or_404(Redirect, site=site_of(municipality), pk=pk)
    operations.remove_redirect(
        actor=request.user, municipality=municipality, redirect=row, now=timezone.now()
    )
    messages.success(request, _("This address leads nowhere any more."))
    return redirect("redirects:see_redirects")
