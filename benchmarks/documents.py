"""How long does a document take, and how large is it? Writes all kinds for two decision points of the demo.

`python -m benchmarks.documents FOLDER`, on a filled demo; benchmarks/documents.sh makes one and checks the files.
"""

import os
import sys
import time
from pathlib import Path

import django

PROJECT = "kastanjelaan"
TIMES = 5  # the fastest counts: other work on the machine makes a time longer, never shorter
FORMAT = "{:32} {:>5} {:>9} {:>7} {:>7} {:>9} {:>10}"


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
    django.setup()
    from deliberation.projects.models import DecisionPoint

    names = ("file", "gaps", "gather ms", "PDF ms", "DOCX ms", "PDF bytes", "DOCX bytes")
    print(FORMAT.format(*names))
    points = DecisionPoint.objects.filter(phase__project__slug=PROJECT).order_by("pk")
    for point, told in zip(
        points.select_related("phase__project__municipality"), ("", "open-"), strict=True
    ):
        for language in ("nl", "en"):
            write_all(point, language, folder, f"{told}{language}")


def write_all(point, language: str, folder: Path, mark: str) -> None:
    """Write every kind in both forms, and print what it took."""
    from django.utils import timezone

    from deliberation.documents.document_data import gather
    from deliberation.documents.docx_writer import as_docx
    from deliberation.documents.kinds import KINDS, write
    from deliberation.documents.pdf_writer import as_pdf

    now = timezone.now()
    for key in KINDS:
        gathering, document = fastest(lambda key=key: write(key, gather(point, language, now)))
        pdf_time, pdf = fastest(lambda document=document: as_pdf(document, now))
        docx_time, docx = fastest(lambda document=document: as_docx(document, now))
        name = f"{key}-{mark}"
        (folder / f"{name}.pdf").write_bytes(pdf)
        (folder / f"{name}.docx").write_bytes(docx)
        times = (f"{1000 * one:.0f}" for one in (gathering, pdf_time, docx_time))
        print(FORMAT.format(name, len(document.missing), *times, len(pdf), len(docx)), flush=True)


def fastest(function):
    """Give the shortest time in seconds of a few runs, and what came of the last."""
    times = []
    for _again in range(TIMES):
        begun = time.perf_counter()
        made = function()
        times.append(time.perf_counter() - begun)
    return min(times), made


if __name__ == "__main__":
    main()
