"""Views of the theme: an administrator changes and previews it on the desk, and its style sheet is served."""

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from cms.theming.operations import change_theme as give_theme
from compass.models import Framework
from compass.queries import framework_in_force, parsed
from deliberation.people.permissions import require
from deliberation.projects.desk import desk_screen, run_with
from deliberation.projects.naming import name_levels as give_names
from deliberation.projects.views import municipality_of

from .forms import LevelNamesForm, ThemeForm
from .theme import (
    Theme,
    checked_pairs,
    css_of,
    digest_of,
    is_digest,
    read_draft,
    sign_draft,
    theme_of,
)

A_YEAR = 60 * 60 * 24 * 365


@desk_screen
def change_theme(request):
    """Show and change colours, logo and footer; the names of the levels stand below them."""
    municipality = municipality_of(request)
    require("cms.change_theme", request.user, municipality)
    theme = theme_of(municipality)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ThemeForm(*posted, theme=theme)
    if request.method == "POST" and request.POST.get("action") != "preview":
        if run_with(form, give_theme, actor=request.user, municipality=municipality):
            messages.success(request, _("Residents see the new face from now on."))
            return redirect("face:change_theme")
    elif request.method == "POST":
        form.is_valid()
    asked = request.POST.get("action") == "preview" and not form.errors
    return _face_page(request, municipality, form=form, asked=asked)


@require_POST
@desk_screen
def name_levels(request):
    """Give the levels their names."""
    municipality = municipality_of(request)
    require("projects.name_levels", request.user, municipality)
    form = _names_form(municipality, request.POST)
    if form and run_with(form, give_names, actor=request.user, municipality=municipality):
        messages.success(request, _("The levels have these names from now on."))
        return redirect("face:change_theme")
    return _face_page(request, municipality, names=form)


@require_POST
@never_cache
@desk_screen
def measure_theme(request):
    """Say which colours can't be read on each other, for the page that asks while somebody types."""
    municipality = municipality_of(request)
    require("cms.change_theme", request.user, municipality)
    form = ThemeForm(request.POST)
    form.is_valid()
    return render(request, "cms/theme/_pairs.html", {"pairs": form.pairs})


@require_safe
@never_cache
@xframe_options_sameorigin
@desk_screen
def preview_theme(request):
    """Show what residents would see, with colours that nobody saved yet."""
    municipality = municipality_of(request)
    require("cms.change_theme", request.user, municipality)
    sealed = request.GET.get("draft", "")
    href = _draft_href(sealed)
    return render(request, "cms/theme/preview.html", {"theme": _face_of(municipality, href)})


@require_safe
def theme_css(request, digest):
    """Serve a theme by what it says: for a year, since other colours have another address."""
    if not is_digest(digest):
        raise Http404("no theme")
    sealed = request.GET.get("draft")
    if sealed:
        css, cache = _draft_css(sealed), "no-store"
    else:
        found = Theme.objects.filter(digest=digest, municipality=request.municipality or None)
        theme = found.first()
        css, cache = (theme.css if theme else ""), f"public, max-age={A_YEAR}, immutable"
    if digest_of(css) != digest:
        raise Http404("no theme")
    return HttpResponse(css, content_type="text/css", headers={"Cache-Control": cache})


def _face_page(request, municipality, form=None, names=None, asked=False):
    bound = form or names
    form = form or ThemeForm(theme=theme_of(municipality))
    form.pairs = form.pairs or checked_pairs(form.colours())
    wrong = bound is not None and bound.is_bound and bound.errors
    sealed = sign_draft(form.colours(), form.shape())
    context = {
        "form": form,
        "asked": asked,
        "names": names or _names_form(municipality),
        "theme_now": theme_of(municipality),
        "preview_href": f"{reverse('face:preview_theme')}?draft={sealed}",
        "municipality": municipality,
    }
    return render(request, "cms/theme/change_theme.html", context, status=400 if wrong else 200)


def _names_form(municipality, data=None) -> LevelNamesForm | None:
    """Build the form of the framework that counts today; None while none was published."""
    try:
        framework = framework_in_force(municipality.framework_key, timezone.localdate())
    except Framework.DoesNotExist:
        return None
    return LevelNamesForm(data, rulebook=parsed(framework), municipality=municipality)


def _draft_css(sealed: str) -> str:
    try:
        return css_of(*read_draft(sealed))
    except (signing.BadSignature, ValueError) as error:
        raise Http404("no theme") from error


def _draft_href(sealed: str) -> str:
    return f"/theme/{digest_of(_draft_css(sealed))}.css?draft={sealed}"


def _face_of(municipality, href: str) -> dict:
    theme = theme_of(municipality)
    return {
        "href": href,
        "logo_url": theme.logo.url if theme and theme.logo else "",
        "logo_alt": theme.logo_alt if theme else "",
        "footer": theme.footer.splitlines() if theme else [],
    }
