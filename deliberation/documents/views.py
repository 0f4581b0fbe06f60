"""Desk views of documents: the list, one of them as page, PDF or DOCX, and the form for the notes."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from compass.refusal import Refused
from deliberation.people.permissions import may
from deliberation.projects.desk import desk_screen, form_page, posted, run_with
from deliberation.projects.wizard import point_for

from .document_data import gather
from .docx_writer import as_docx
from .forms import NotesForm
from .gap_links import place_href, place_name
from .kinds import KINDS, LANGUAGES, gap_sentence, write
from .notes import note_point as keep_notes
from .notes import notes_of
from .pdf_writer import as_pdf
from .text_writer import as_text

TO_COPY = ("publiekstekst", "participatieparagraaf")  # these end up in another text
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
@desk_screen
def see_documents(request, pk):
    """List the documents of a decision point, with what is missing in each, and the methods."""
    point = point_for(request, pk, "projects.see_documents")
    material = gather(point, _language(request), timezone.now())
    documents = [(kind, write(key, material)) for key, kind in KINDS.items()]
    chosen = {row["id"] for row in material.chosen_methods}
    context = {
        "point": point,
        "project": point.project,
        "rows": [(kind, len(document.missing)) for kind, document in documents],
        "methods": [(row, row["id"] in chosen) for row in material.methods],
        "starts_before": material.starts_before,
        "may_note": may("projects.note_point", request.user, point),
        "language": material.language,
    }
    return render(request, "deliberation/documents/see_documents.html", context)


@require_safe
@never_cache
@desk_screen
def see_document(request, pk, kind):
    """Show one document as a web page."""
    point, document = _document(request, pk, kind)
    with override(document.language):
        told = [
            (section, [_shown(block, point) for block in section.blocks])
            for section in document.sections
        ]
        gaps = gap_sentence(document)
    context = {
        "point": point,
        "project": point.project,
        "kind": KINDS[kind],
        "document": document,
        "gaps": gaps,
        "sections": told,
        "to_copy": as_text(document) if kind in TO_COPY else "",
        "others": [code for code in LANGUAGES if code != document.language],
    }
    return render(request, "deliberation/documents/see_document.html", context)


@require_safe
@never_cache
@desk_screen
def document_pdf(request, pk, kind):
    """Give one document as a PDF."""
    _point, document = _document(request, pk, kind)
    return _file(as_pdf(document, timezone.now()), "application/pdf", f"{kind}-{pk}.pdf")


@require_safe
@never_cache
@desk_screen
def document_docx(request, pk, kind):
    """Give one document to work on in an office program."""
    _point, document = _document(request, pk, kind)
    return _file(as_docx(document, timezone.now()), DOCX, f"{kind}-{pk}.docx")


@desk_screen
def note_point(request, pk):
    """Fill in what the documents need and nothing else tells."""
    point = point_for(request, pk, "projects.note_point")
    notes = notes_of(point)
    material = gather(point, get_language(), timezone.now())
    form = NotesForm(posted(request), material=material, revision=notes.revision)
    if request.method == "POST":
        try:
            kept = run_with(form, keep_notes, actor=request.user, decision_point=point)
        except Refused as refusal:
            if refusal.code != "state":
                raise
            form = _typed_again(form, notes.revision, refusal)
            kept = None
        if kept:
            messages.success(request, _("Saved. It stands in all documents."))
            return redirect("documents:see_documents", pk)
    template = "deliberation/documents/note_point.html"
    return form_page(request, template, form, point=point, project=point.project)


def _typed_again(form, revision: int, refusal: Refused) -> NotesForm:
    """Keep what was typed, and let a second press save it over the colleague's."""
    form.data = form.data.copy()
    form.data["seen"] = revision
    again = _("Your text is still here. Save again to put it in the place of theirs.")
    form.add_error(None, f"{refusal.reason} {again}")
    return form


def _document(request, pk, kind):
    point = point_for(request, pk, "projects.see_documents")
    if kind not in KINDS:
        raise Http404
    return point, write(kind, gather(point, _language(request), timezone.now()))


def _language(request) -> str:
    asked = request.GET.get("taal", "")
    return (
        asked
        if asked in LANGUAGES
        else get_language()
        if get_language() in LANGUAGES
        else LANGUAGES[0]
    )


def _shown(block, point) -> tuple:
    """Give a block with the place where its gap is filled in, for the template."""
    if block.kind != "missing":
        return block, "", ""
    return block, place_name(block.where), place_href(block.where, point)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
