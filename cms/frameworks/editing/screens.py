"""Views of the editor: the parts of a draft, their lists and forms, and what is done when one is sent."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from compass.refusal import Refused
from deliberation.projects.desk import ComesFirst

from .bands import BandsEditor
from .cases import verdict, with_names
from .desk import crumbs, draft_address, draft_screen, go_to, kept
from .document import moved, name_of, rows, with_row, without_row, words
from .editor import SAVING
from .levels import in_order, renumbered
from .parts import PARTS, comes_first
from .problems import framework_of, problems_of
from .references import readers_of, said
from .rules import switched
from .titles import TitleEditor
from .wording import untranslated


@require_safe
@draft_screen
def edit_framework(request, draft, document):
    """Show all parts with how much there is, and what isn't right where."""
    problems = problems_of(draft.source, document)
    parts = [
        {
            "part": part,
            "count": len(rows(document, part.table)),
            "href": go_to("edit_part", draft, part.slug),
            **{
                kind: [one for one in problems if (one.part, one.kind) == (part.slug, kind)]
                for kind in ("error", "warning", "info")
            },
        }
        for part in PARTS.values()
    ]
    return render(
        request,
        "cms/frameworks/editing/overview.html",
        {
            "draft": draft,
            "framework_title": words(document, "title"),
            "framework_version": document.get("version", ""),
            "draft_href": draft_address(draft),
            "crumbs": crumbs(draft, document),
            "parts": parts,
            "titles": go_to("edit_titles", draft),
            "loose": [one for one in problems if one.part not in PARTS],
            "wrong": any(one.kind == "error" for one in problems),
            "untranslated": untranslated(document),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@draft_screen
def edit_titles(request, draft, document):
    """Change the title and the version."""
    editor = TitleEditor(document, data=_sent(request))
    return _form(request, draft, document, editor, go_to("edit_framework", draft), _("Title"))


@require_safe
@draft_screen
def edit_part(request, draft, document, part):
    """List the tables of one part."""
    return _list(request, draft, in_order(document), _part(part))


@require_http_methods(["GET", "HEAD", "POST"])
@draft_screen
def add_to_part(request, draft, document, part):
    """Make a new table of this part."""
    part, kind = _part(part), request.GET.get("soort", "")
    _check_nothing_comes_first(draft, document, part)
    known = [one for one, _label in part.new]
    document = in_order(document)
    kind = kind if kind in known else known[0]
    editor = part.editor(document, data=_sent(request), kind=kind)
    title = dict(part.new)[kind]
    return _form(
        request, draft, document, editor, go_to("edit_part", draft, part.slug), title, part
    )


@require_http_methods(["GET", "HEAD", "POST"])
@draft_screen
def edit_in_part(request, draft, document, part, place):
    """Change one table of this part; places count from 1."""
    part = _part(part)
    document = in_order(document)
    row = _row(document, part, place)
    editor = part.editor(document, place - 1, data=_sent(request))
    title = said(document, part.table, row) or _("Without a name")
    return _form(
        request, draft, document, editor, go_to("edit_part", draft, part.slug), title, part
    )


@require_http_methods(["GET", "HEAD", "POST"])
@draft_screen
def edit_bands(request, draft, document, place):
    """Say which points of one score lead to which level."""
    part = PARTS["scores"]
    row = _row(document, part, place)
    _check_nothing_comes_first(draft, document, part, "rules")  # a band says which level fits
    editor = BandsEditor(document, place - 1, data=_sent(request))
    title = _("Points and levels: %(score)s") % {"score": said(document, "scores", row)}
    return _form(
        request, draft, document, editor, go_to("edit_part", draft, part.slug), title, part
    )


@require_POST
@draft_screen
def move_in_part(request, draft, document, part, place):
    """Move a table up or down, switch a rule off or on, or take a table away."""
    part = _part(part)
    document = in_order(document)
    row = _row(document, part, place)
    name = {"name": said(document, part.table, row)}
    do = request.POST.get("do", "")
    if do == "remove":
        _refuse_while_read(document, part, row)
        change = without_row(document, part.table, place - 1)
        done = _("“%(name)s” is gone.") % name
    elif do in ("off", "on") and part.table == "rules":
        change = with_row(document, part.table, place - 1, switched(row, do == "on"))
        done = (_("“%(name)s” counts again.") if do == "on" else _("“%(name)s” is off.")) % name
    else:
        change = moved(document, part.table, place - 1, -1 if do == "up" else 1)
        done = _("“%(name)s” has another place.") % name
    if part.table == "levels":
        change = renumbered(change)
    kept(request, draft, change)
    messages.success(request, done)
    return redirect(go_to("edit_part", draft, part.slug))


def _sent(request):
    return request.POST if request.method == "POST" else None


def _part(slug: str):
    if slug not in PARTS:
        raise Http404
    return PARTS[slug]


def _row(document, part, place: int) -> dict:
    found = rows(document, part.table)
    if not 1 <= place <= len(found):
        raise Http404
    return found[place - 1]


def _check_nothing_comes_first(draft, document, part, table=""):
    found = comes_first(document, table or part.table)
    if found:
        reason, first = found
        raise ComesFirst(
            reason,
            make=(
                first.new[0][1],
                f"{go_to('add_to_part', draft, first.slug)}?soort={first.new[0][0]}",
            ),
            back=(part.title, go_to("edit_part", draft, part.slug)),
        )


def _refuse_while_read(document, part, row):
    readers = readers_of(document, part.table, name_of(row, part.table))
    if readers:
        text = _("“%(name)s” can't go yet. First change what reads it: %(readers)s.")
        raise Refused(
            text % {"name": said(document, part.table, row), "readers": ", ".join(readers)}
        )


def _list(request, draft, document, part):
    framework = framework_of(draft.source)
    problems = problems_of(draft.source, document, prove=False)
    found = rows(document, part.table)
    listed = [
        {
            "name": said(document, part.table, row) or _("Without a name"),
            "facts": [fact for fact in part.facts(document, row) if fact],
            "place": place,
            "href": go_to("edit_in_part", draft, part.slug, place),
            "move": go_to("move_in_part", draft, part.slug, place),
            "bands": go_to("edit_bands", draft, place) if part.table == "scores" else "",
            "verdict": _verdict(framework, part, row),
            "problems": [one for one in problems if (one.part, one.place) == (part.slug, place)],
            "is_off": bool(row.get("off")),
            "is_first": place == 1,
            "is_last": place == len(found),
        }
        for place, row in enumerate(found, start=1)
    ]
    add = go_to("add_to_part", draft, part.slug)
    new = [
        {"label": label, "href": f"{add}?soort={kind}" if kind else add} for kind, label in part.new
    ]
    context = {"draft": draft, "part": part, "rows": listed, "new": new, "next": _next(draft, part)}
    context["crumbs"] = crumbs(draft, document, editing=True)
    context["loose"] = [one for one in problems if one.part == part.slug and one.place is None]
    return render(request, "cms/frameworks/editing/part.html", context)


def _next(draft, part) -> dict:
    """Lead to the part that comes after this one, or back to all parts."""
    slugs = list(PARTS)
    after = slugs[slugs.index(part.slug) + 1 :][:1]
    if after:
        return {"label": PARTS[after[0]].title, "href": go_to("edit_part", draft, after[0])}
    return {"label": _("All parts"), "href": go_to("edit_framework", draft)}


def _verdict(framework, part, row):
    if part.table != "cases" or framework is None:
        return None
    return with_names(verdict(framework, row), framework)


def _form(request, draft, document, editor, back, title, part=None):
    """Show a form; keep what it holds when that was asked and it is right."""
    if request.method == "POST" and editor.do in SAVING and editor.is_valid():
        try:
            kept(request, draft, editor.result())
        except Refused as refusal:
            editor.form.add_error(None, refusal.reason)
        else:
            messages.success(request, _("Kept."))
            return redirect(_after(request, draft, editor, back, part))
    wrong = request.method == "POST" and not editor.is_only_pressed
    context = {
        "draft": draft,
        "part": part,
        "editor": editor,
        "form": editor.form,
        "title": title,
        "back": back,
        "crumbs": crumbs(draft, document, editing=True, part=part),
        "seen": request.POST.get("seen", draft.revision),
    }
    if hasattr(editor, "check_against"):
        framework = framework_of(draft.source)
        found = editor.check_against(framework)
        context["verdict"] = with_names(found, framework) if found else None
    return render(request, editor.template, context, status=400 if wrong else 200)


def _after(request, draft, editor, back, part) -> str:
    """Go on where the officer asked: a new one of the same kind, or the list."""
    return request.get_full_path() if editor.do == "save_more" and editor.is_new else back
