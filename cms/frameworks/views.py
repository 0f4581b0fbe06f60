"""Desk views of frameworks: see, begin, try, compare and publish those of a municipality."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from compass.drafting import key_of
from compass.engine.advise import advise
from compass.engine.framework import FrameworkErrors
from compass.engine.versions import differences, other_advices
from compass.forms import CriteriaForm, GateForm
from compass.models import Framework, FrameworkDraft
from compass.queries import frameworks_of, parsed, read_framework
from deliberation.people.permissions import may, require
from deliberation.projects.desk import desk_screen, form_page, run_with
from deliberation.projects.views import municipality_of

from . import operations
from .editing.desk import mistakes_in
from .forms import PublishFrameworkForm, ReturnForm, StartForm
from .status import checked_draft, people_of, title_of, version_of, versions_of

START_AGAIN, TRIED = "opnieuw", "framework_tried"
LONGEST_TRY = 6_000  # signs of answers that are remembered; nl with all reasons open takes 1,000
MAY = ("edit", "propose", "approve", "return", "publish", "use")


@require_safe
@desk_screen
def see_frameworks(request):
    """Show by which framework this municipality chooses, its versions, and what is being written."""
    municipality = municipality_of(request)
    require("cms.see_frameworks", request.user, municipality)
    context = {
        "municipality": municipality,
        "families": versions_of(municipality, timezone.localdate(), get_language()),
        "drafts": _drafts(municipality),
        "may": _may(request.user, municipality),
    }
    return render(request, "cms/frameworks/see_frameworks.html", context)


def _drafts(municipality) -> list[tuple]:
    drafts = FrameworkDraft.objects.filter(owner=municipality.slug).exclude(state="published")
    return [(draft, _title(draft)) for draft in drafts]


@desk_screen
def start_framework(request):
    """Begin a framework of one's own."""
    municipality = municipality_of(request)
    require("cms.edit_framework", request.user, municipality)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    versions = frameworks_of(municipality.slug)
    form = StartForm(*posted, versions=versions, in_use=municipality.framework_key)
    if request.method == "POST":
        about = {"actor": request.user, "municipality": municipality}
        about["key"] = key_of(municipality.slug)
        draft = run_with(form, operations.start_framework, **about)
        if draft:
            messages.success(request, _("The draft is there. Now change what you want to change."))
            return redirect("frameworks:see_draft", draft.pk)
    return form_page(request, "cms/frameworks/start.html", form, drafts=_drafts(municipality))


@require_safe
@desk_screen
def see_draft(request, pk):
    """Show one draft: how far it is, what the check says, and what comes next."""
    draft = _draft(request, pk)
    return _draft_page(request, draft)


def _draft_page(request, draft, forms=None, status=200):
    municipality = operations.municipality_of(draft)
    context = {
        "draft": draft,
        "title": _title(draft),
        "version": version_of(draft.source),
        "state": draft.state,
        "people": people_of(draft),
        "may": _may(request.user, municipality),
        "mine": draft.is_by(operations.person(request.user)),
        "return_form": ReturnForm(),
        "publish_form": PublishFrameworkForm(),
        **checked_draft(draft.source, get_language()),
        **(forms or {}),
    }
    if context["mistakes"]:
        context["mistakes"] = mistakes_in(draft)
    return render(request, "cms/frameworks/see_draft.html", context, status=status)


@require_POST
@desk_screen
def propose_framework(request, pk):
    """Ask a colleague to approve."""
    return _step(request, pk, operations.propose_framework, _("A colleague can approve it now."))


@require_POST
@desk_screen
def approve_framework(request, pk):
    """Approve what a colleague proposed."""
    return _step(request, pk, operations.approve_framework, _("Approved. Now it can be published."))


@require_POST
@desk_screen
def discard_framework(request, pk):
    """Throw a draft away."""
    draft = _draft(request, pk)
    operations.discard_framework(actor=request.user, draft=draft, now=timezone.now())
    messages.success(request, _("The draft is gone."))
    return redirect("frameworks:see_frameworks")


@require_POST
@desk_screen
def return_framework(request, pk):
    """Send a draft back with a reason."""
    draft, form = _draft(request, pk), ReturnForm(request.POST)
    if run_with(form, operations.return_framework, actor=request.user, draft=draft):
        messages.success(request, _("The draft can be changed again."))
        return redirect("frameworks:see_draft", pk)
    return _draft_page(request, draft, {"return_form": form}, 400)


@require_POST
@desk_screen
def publish_framework(request, pk):
    """Publish an approved draft."""
    draft, form = _draft(request, pk), PublishFrameworkForm(request.POST)
    if run_with(form, operations.publish_draft, actor=request.user, draft=draft):
        messages.success(request, _("Published. This version never changes any more."))
        return redirect("frameworks:see_frameworks")
    return _draft_page(request, draft, {"publish_form": form}, 400)


@require_POST
@desk_screen
def use_framework(request):
    """Choose by which framework new assessments are made."""
    operations.use_framework(
        actor=request.user,
        municipality=municipality_of(request),
        key=request.POST.get("key", ""),
        now=timezone.now(),
    )
    messages.success(request, _("New assessments are made by this framework from now on."))
    return redirect("frameworks:see_frameworks")


@require_safe
@desk_screen
def try_draft(request, pk):
    """Answer a draft as it is now. The answers count for nothing; they stay while somebody edits."""
    draft = _draft(request, pk)
    try:
        framework = read_framework(draft.source)
    except FrameworkErrors:
        return redirect("frameworks:see_draft", pk)
    if START_AGAIN in request.GET:
        request.session.pop(TRIED, None)
        return redirect("frameworks:try_draft", pk)
    sent = _tried(request, draft)
    forms = [GateForm(framework, sent), CriteriaForm(framework, sent)]
    answers = {}
    for form in forms:
        if form.is_valid():
            answers |= form.answers()
    wrong = bool(request.GET) and any(form.errors for form in forms)
    context = {
        "draft": draft,
        "title": _title(draft),
        "framework": framework,
        "forms": forms,
        "none": urlencode({gate.key: "false" for gate in framework.gates}),
        "language": get_language(),
        "advice": advise(framework, answers).as_dict(get_language()),
    }
    return render(request, "cms/frameworks/try.html", context, status=400 if wrong else 200)


def _tried(request, draft) -> QueryDict | None:
    """Give what is answered now, else what was answered before the last change of the draft."""
    if request.GET:
        answers = request.GET.urlencode()
        if len(answers) <= LONGEST_TRY:
            request.session[TRIED] = [draft.pk, answers]
        return request.GET
    pk, answers = request.session.get(TRIED, (None, ""))
    return QueryDict(answers) if pk == draft.pk else None


@require_safe
@desk_screen
def compare_draft(request, pk):
    """Say what is different from the version a draft began with, or from another one."""
    draft = _draft(request, pk)
    versions = frameworks_of(draft.owner)
    chosen = next((v for v in versions if str(v.pk) == request.GET.get("with")), draft.based_on)
    try:
        after = read_framework(draft.source)
    except FrameworkErrors:
        return redirect("frameworks:see_draft", pk)
    language = get_language() if get_language() in ("nl", "en") else "nl"
    before = parsed(chosen) if chosen else None
    context = {
        "draft": draft,
        "title": _title(draft),
        "versions": [(version, title_of(version.source, language)) for version in versions],
        "chosen": chosen,
        "differences": differences(before, after, language) if before else [],
        "advices": other_advices(before, after, language) if before else [],
    }
    return render(request, "cms/frameworks/compare.html", context)


@require_safe
@desk_screen
def export_draft(request, pk):
    """Give a draft as a file."""
    draft = _draft(request, pk)
    return _file(draft.source, f"{draft.key}-concept.toml")


@require_safe
@desk_screen
def export_framework(request, pk):
    """Give a published version as a file; only of this municipality or of the platform."""
    municipality = municipality_of(request)
    require("cms.see_frameworks", request.user, municipality)
    version = Framework.objects.filter(pk=pk, owner__in=(municipality.slug, "")).first()
    if version is None:
        raise Http404("no such framework")
    return _file(version.source, f"{version.key}-{version.version}.toml")


def _file(source: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(
        source,
        content_type="application/toml; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


def _draft(request, pk) -> FrameworkDraft:
    draft = operations.draft_here(request, pk)
    require("cms.see_frameworks", request.user, operations.municipality_of(draft))
    return draft


def _title(draft) -> str:
    return title_of(draft.source, get_language()) or draft.key


def _step(request, pk, operation, said):
    operation(actor=request.user, draft=_draft(request, pk), now=timezone.now())
    messages.success(request, said)
    return redirect("frameworks:see_draft", pk)


def _may(user, municipality) -> dict[str, bool]:
    return {verb: may(f"cms.{verb}_framework", user, municipality) for verb in MAY}
