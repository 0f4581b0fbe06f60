"""The register of document kinds: which documents there are, and what makes each."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from . import final_report, motivation, notice, paragraph, public_text, startnotitie
from .anatomy import Document
from .document_data import Material

LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Kind:
    """One kind of document: what it is called, for what it is used, and who writes it."""

    key: str
    name: str
    used_for: str
    module: ModuleType

    @property
    def sections(self) -> Callable:
        return self.module.sections


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "startnotitie",
            gettext_lazy("Start note on participation"),
            gettext_lazy("Agree on it before you begin. Fifteen points."),
            startnotitie,
        ),
        Kind(
            "participatieparagraaf",
            gettext_lazy("Participation paragraph"),
            gettext_lazy("Half a page for the proposal to the mayor and aldermen or the council."),
            paragraph,
        ),
        Kind(
            "publiekstekst",
            gettext_lazy("Text for the public page"),
            gettext_lazy("For residents. Copy it to the page of the project."),
            public_text,
        ),
        Kind(
            "kennisgeving",
            gettext_lazy("Notice of participation (Omgevingswet)"),
            gettext_lazy(
                "For the gazette, when participation begins. "
                "The law asks for it at an omgevingsplan and a project decision."
            ),
            notice,
        ),
        Kind(
            "motivering",
            gettext_lazy("Account of participation (Omgevingswet)"),
            gettext_lazy(
                "For the decision itself. The law asks for it "
                "at an omgevingsplan, an omgevingsvisie and a programme."
            ),
            motivation,
        ),
        Kind(
            "eindverslag",
            gettext_lazy("Final report on participation"),
            gettext_lazy("A skeleton with the facts. You write how it went."),
            final_report,
        ),
    )
}


def write(key: str, material: Material) -> Document:
    """Write a document in the language of its material. KeyError when there is no such kind."""
    kind = KINDS[key]
    with override(material.language):
        return Document(
            title=kind.module.title(),
            subject=f"{material.project.title}: {material.point.question}",
            language=material.language,
            author=_("Municipality of %s") % material.municipality.name,
            made_on=date_format(localtime(material.now), "j F Y"),
            sections=kind.sections(material),
        )


def gap_sentence(document: Document) -> str:
    """Say in a sentence how much is not filled in yet; in the document's language."""
    count = len(document.missing)
    if not count:
        return _("Everything is filled in.")
    said = ngettext(
        "%(count)s point is not filled in yet. It is named in the text.",
        "%(count)s points are not filled in yet. They are named in the text.",
        count,
    )
    return said % {"count": count}


def page_words(document: Document) -> tuple[str, str]:
    """Give what stands at the foot of each page: whose it is, and which page (with {page} and {pages})."""
    numbers = {"page": "{page}", "pages": "{pages}"}
    foot = f"{document.author} · {document.title} · {document.made_on}"
    return foot, _("page %(page)s of %(pages)s") % numbers
