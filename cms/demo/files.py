"""Pictures and PDF documents of the demo: drawn and set here, from what stands in the repository."""

import io
import json
from pathlib import Path

import typst
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from wagtail.documents.models import Document
from wagtail.images.models import Image

PICTURES = Path(__file__).parent / "pictures"
PAGE = """
#let told = json(bytes(sys.inputs.told))
#set document(title: told.title)
#set page(paper: "a4", margin: 25mm)
#set text(size: 12pt, lang: "nl")
#title()
#for line in told.lines [#par(line)]
"""
PICTURE = """
#set page(width: 600pt, height: 315pt, margin: 0pt)
#image(bytes(sys.inputs.drawing), format: "svg", width: 600pt)
"""


def picture(slug: str, title: str, collection) -> Image:
    """Turn a drawing into a picture of 1,200 by 630 points that pages can show and others can share."""
    drawing = (PICTURES / f"{slug}.svg").read_text()
    png = typst.compile(PICTURE.encode(), format="png", ppi=144, sys_inputs={"drawing": drawing})
    file = ImageFile(io.BytesIO(png), name=f"{slug}.png")
    return Image.objects.create(title=title, file=file, collection=collection)


def document(title: str, lines: list[str], collection) -> Document:
    """Set a short document as a PDF that a screen reader reads."""
    told = json.dumps({"title": title, "lines": lines})
    pdf = typst.compile(PAGE.encode(), sys_inputs={"told": told}, pdf_standards="ua-1")
    name = "".join(sign if sign.isalnum() else "-" for sign in title.lower())
    return Document.objects.create(
        title=title, file=ContentFile(pdf, name=f"{name}.pdf"), collection=collection
    )
