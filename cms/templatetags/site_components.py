"""Template tags of the component library: classes of controls, drawings, and the page in the other language."""

from django import forms, template
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from wagtail.models import Page

from cms.middleware import has_no_language, in_language, is_staff_address
from cms.pages.drawings import Chain, Stage, Tiles, lay_tiles, stages, who_decides
from cms.search.languages import language_of_words, pages_in_languages

register = template.Library()


@register.simple_tag(takes_context=True)
def words_of(context) -> str:
    """Say in which language the text of this page is when it is not the reader's; blank when it is."""
    page = context.get("page")
    if not isinstance(page, Page):
        return ""
    written_in = language_of_words(page)
    return "" if written_in == get_language() else written_in


CONTROL_CLASSES = {
    "radio": "utrecht-radio-button utrecht-radio-button--html-input",
    "checkbox": "utrecht-checkbox utrecht-checkbox--html-input",
    "select": "utrecht-select utrecht-select--html-select",
    "textarea": "utrecht-textarea utrecht-textarea--html-textarea",
}
TEXTBOX = "utrecht-textbox utrecht-textbox--html-input"


@register.filter
def control(field) -> str:
    """Name the kind of control: hidden, options, checkbox, select, textarea or an input's type."""
    widget = field.field.widget
    if widget.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect):  # several checkboxes are a RadioSelect too
        return "options"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    return getattr(widget, "input_type", "text")


@register.filter
def styled(field) -> str:
    """Render a bound field's control with the classes of the component library.

    Words inside an empty field look filled in, and go as soon as one types: the label says it above.
    """
    field.field.widget.attrs.pop("placeholder", None)
    added = CONTROL_CLASSES.get(control(field), TEXTBOX)
    given = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{given} {added}".strip()})


@register.filter
def leads_to_desk(following) -> bool:
    """Tell whether the address that somebody goes to after signing in is for staff."""
    return is_staff_address(following or "")


@register.filter
def is_optional(field) -> bool:
    """Tell whether a field may always be left open; what a form needs sometimes, its help says when."""
    return not field.field.required and field.name not in getattr(
        field.form, "needed_sometimes", ()
    )


@register.filter
def lost_file(field) -> bool:
    """Tell whether somebody chose a file that has to be chosen again: a page that comes back never holds it."""
    return field.form.is_bound and field.html_name in field.form.files and not field.errors


@register.filter
def wrong_fields(form) -> list:
    """List the bound fields of a form that have an error, of those that somebody can fill in."""
    return [field for field in form.visible_fields() if field.errors]


@register.filter
def first_control(field) -> str:
    """Give the id of what somebody fills in: of a group of options the first."""
    options = field.subwidgets if control(field) == "options" else []
    return options[0].id_for_label if options else field.id_for_label


@register.filter
def styled_option(option) -> str:
    """Render one radio button or checkbox of a group, without its label."""
    attrs = option.data["attrs"]
    attrs["class"] = CONTROL_CLASSES[option.data["type"]]
    attrs.pop("aria-describedby", None)  # the fieldset says it once
    return option.tag()


@register.filter
def share_of(count, whole) -> int:
    """Count as a whole percentage of `whole`; 0 when there is nothing to divide."""
    return round(100 * count / whole) if count and whole else 0


@register.filter
def stay(path: str) -> str:
    """Lead to one of our own paths without leaving the reader's language."""
    return in_language(path, get_language() or settings.LANGUAGE_CODE)


@register.simple_tag(takes_context=True)
def language_links(context) -> list[dict]:
    """List this page's address in each language as {code, name, href, current}."""
    request = context.get("request")
    if request is None:
        return []
    page = context.get("page")
    pages = pages_in_languages(page) if isinstance(page, Page) else None
    return [_language_link(request, code, pages) for code, _name in settings.LANGUAGES]


def _language_link(request, code: str, pages: dict | None) -> dict:
    name = get_language_info(code)["name_local"].capitalize()
    href = _in_language(request, code)
    if (
        pages is not None
    ):  # a page has its own address in each language; without one: the first page
        page = pages.get(code)
        home = "/" if code == settings.LANGUAGE_CODE else f"/{code}/"
        href = (page.get_url(request) if page else None) or home
    return {"code": code, "name": name, "href": href, "current": code == get_language()}


def _in_language(request, code: str) -> str:
    query = request.GET.copy()
    if has_no_language(request.path):
        query["lang"] = code
        return f"{request.path}?{query.urlencode()}"
    path = request.path
    for other, _name in settings.LANGUAGES:
        path = path.removeprefix(f"/{other}") if path.startswith(f"/{other}/") else path
    prefix = "" if code == settings.LANGUAGE_CODE else f"/{code}"
    return f"{prefix}{path}" + (f"?{query.urlencode()}" if query else "")


@register.filter
def alert_kind(level: str) -> str:
    """Turn the level of a Django message into a kind of alert."""
    return {"success": "ok", "warning": "warning", "error": "error"}.get(level, "info")


@register.filter
def tiles(name: str, promise=None) -> Tiles:
    """Lay the tiles of what has no picture, always the same for its name; a promise brings more dots."""
    return lay_tiles(str(name), promise.influence if promise else 0)


@register.filter
def deciders(promise, point) -> Chain:
    """Draw who decides at a decision point, and whether residents come before it."""
    return who_decides(promise.influence if promise else 0, point.decided_by)


@register.filter
def with_today(phases) -> list[Stage]:
    """Put today on a timeline of phases."""
    return stages(phases, timezone.localdate())
